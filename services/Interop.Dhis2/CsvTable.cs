using System.Text;
using CsvHelper;

namespace Distribution.Interop.Dhis2;

/// <summary>A row of a CSV table with a header.</summary>
/// <param name="number">The line of the file on which it begins, from 1.</param>
/// <param name="cells">Its cells by the names of the columns, in lower case; those that are empty are left out.</param>
internal readonly struct CsvRow(long number, IReadOnlyDictionary<string, string> cells)
{
    /// <summary>The line of the file on which it begins, from 1.</summary>
    public long Number => number;

    /// <summary>A cell by its column's name in lower case; null where it is empty, or there is no such column.</summary>
    public string? this[string column] => cells.GetValueOrDefault(column);
}

/// <summary>Reads CSV tables with a header, as DHIS2 gives them.</summary>
internal static class CsvTable
{
    private const int RowBytesMax = 64 * 1024;

    /// <summary>Reads all rows.</summary>
    /// <param name="csv">The table, in UTF-8.</param>
    /// <param name="most">How many rows there may be.</param>
    /// <exception cref="FormatException">It cannot be read; the message says why.</exception>
    public static List<CsvRow> Read(ReadOnlyMemory<byte> csv, int most)
    {
        try
        {
            return ReadRows(csv, most);
        }
        catch (CsvFormatException wrong)
        {
            throw new FormatException(
                $"line {wrong.LineNumber}: the row is longer than {RowBytesMax} bytes, as after a quote that is never closed", wrong);
        }
    }

    private static List<CsvRow> ReadRows(ReadOnlyMemory<byte> csv, int most)
    {
        using var reader = CsvReader.Create(csv, new CsvReaderOptions
        {
            HasHeader = false,
            TrackLineNumbers = true,
            MaxRecordSize = RowBytesMax,
            IncludeValuesInExceptions = false,
            OnMalformedRecord = record =>
            {
                if (record.Reason is CsvMalformedReason.UnterminatedQuote)
                    throw new FormatException($"line {record.LineNumber}: a quote is never closed");
            },
        });
        if (!reader.Read()) throw new FormatException("it is empty: the first row names the columns");
        var columns = new string[reader.FieldCount];
        for (var at = 0; at < columns.Length; at++)
        {
            columns[at] = Encoding.UTF8.GetString(reader.GetSpan(at)).Trim().ToLowerInvariant();
            if (columns[at].Length > 0 && columns.AsSpan(0, at).Contains(columns[at]))
                throw new FormatException($"the column '{columns[at]}' comes twice");
        }

        var rows = new List<CsvRow>();
        while (reader.Read())
        {
            if (reader.FieldCount > columns.Length)
            {
                throw new FormatException(
                    $"line {reader.LineNumber}: it has {reader.FieldCount} cells, and there are {columns.Length} columns");
            }

            var cells = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var at = 0; at < reader.FieldCount; at++)
            {
                var cell = Encoding.UTF8.GetString(reader.GetSpan(at)).Trim();
                if (cell.Length > 0) cells[columns[at]] = cell;
            }

            if (cells.Count > 0) rows.Add(new CsvRow(reader.LineNumber, cells));
            if (rows.Count > most) throw new FormatException($"it has more than {most} rows: send it in several");
        }

        return rows;
    }
}
