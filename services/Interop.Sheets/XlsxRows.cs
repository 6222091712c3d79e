using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using ExcelDataReader;
using Microsoft.AspNetCore.Http;

namespace Distribution.Interop.Sheets;

/// <summary>The rows of the first sheet of a workbook: what its cells showed when it was saved.</summary>
internal sealed class XlsxRows : SheetRows
{
    /// <summary>Bytes of a workbook at most when it is unpacked.</summary>
    public const int UnpackedBytesMax = 64 * 1024 * 1024;

    // As many as there are in a sheet.
    private const int RowsMax = 1_048_576;
    private const int EntriesMax = 2_000;
    private const double WholeMax = 1e15;

    // Before it a spreadsheet counts a day, 29 February 1900, that never was.
    private static readonly DateTime FirstDay = new(1900, 3, 1);

    private readonly IExcelDataReader _reader;
    private readonly Untold _untold;
    private readonly ArrayBufferWriter<byte> _text = new();
    private int _number;

    // The reader asks for an encoding of old workbooks at every start, and fails where it has none.
    static XlsxRows() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    private XlsxRows(IExcelDataReader reader, Untold untold) => (_reader, _untold) = (reader, untold);

    /// <summary>Whether its day numbers begin at 1904-01-01.</summary>
    public bool CountsFrom1904 => _untold.CountsFrom1904;

    /// <inheritdoc/>
    public override long Number => _number;

    /// <inheritdoc/>
    public override int Count => _reader.FieldCount;

    /// <inheritdoc/>
    public override Cell this[int column]
    {
        get
        {
            _text.ResetWrittenCount();
            if (_untold.Find(_number, column) is { } untold) return Written(untold, CellKind.Error);
            if (column >= _reader.FieldCount) return default;
            return _reader.GetValue(column) switch
            {
                null => default,
                double number when Math.Abs(number) < WholeMax && number == Math.Truncate(number) =>
                    Written(((long)number).ToString(CultureInfo.InvariantCulture), CellKind.Number),
                double number => Written(number.ToString("R", CultureInfo.InvariantCulture), CellKind.Number),
                DateTime day when day < FirstDay => Written("a day before 1900-03-01", CellKind.Text),
                DateTime { TimeOfDay.Ticks: 0 } day => Written(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), CellKind.Date),
                DateTime at => Written(at.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture), CellKind.Date),
                var other => Written(Convert.ToString(other, CultureInfo.InvariantCulture) ?? "", CellKind.Text),
            };
        }
    }

    /// <summary>Opens a workbook.</summary>
    /// <returns>Its rows, or why it is refused.</returns>
    public static (SheetRows? Rows, Refusal? Refused) Open(ReadOnlyMemory<byte> body)
    {
        try
        {
            var bytes = body.ToArray();
            using var archive = new ZipArchive(new MemoryStream(bytes, writable: false));
            if (!Fits(archive))
            {
                return (null, new Refusal(StatusCodes.Status413PayloadTooLarge, "Body too large",
                    $"The workbook is longer than {UnpackedBytesMax:N0} bytes when it is unpacked: send it in several, or save it as CSV. "
                        + "Nothing was counted."));
            }

            var untold = Untold.Of(archive);
            if (untold.HasTooMany)
            {
                return (null, Refusal.Field("body", $"more than {Untold.CellsMax:N0} cells of the sheet show an error or were never "
                    + "calculated: correct them, have the sheet calculated and saved, and send it again"));
            }

            var reader = ExcelReaderFactory.CreateOpenXmlReader(new MemoryStream(bytes, writable: false));
            if (reader.FieldCount <= ColumnsMax) return (new XlsxRows(reader, untold), null);
            var columns = reader.FieldCount;
            reader.Dispose();
            return (null, Refusal.Field("body", $"the sheet has {columns} columns, and may have {ColumnsMax}: take out the others"));
        }
        catch (Exception wrong) when (wrong is not OutOfMemoryException)
        {
            return (null, new Refusal(StatusCodes.Status400BadRequest, "Not a workbook",
                "The body is no workbook of the kind xlsx that can be read: save it as one, without a password. Nothing was counted."));
        }
    }

    /// <inheritdoc/>
    public override ValueTask<bool> Read(CancellationToken cancel)
    {
        try
        {
            while (_reader.Read())
            {
                cancel.ThrowIfCancellationRequested();
                if ((_number = _reader.Depth + 1) > RowsMax) throw new InvalidDataException("There are no such rows.");
                if (_untold.Has(_number) || HasValue()) return new(true);
            }

            return new(false);
        }
        catch (Exception wrong) when (wrong is not (OperationCanceledException or OutOfMemoryException))
        {
            throw new UnreadableBodyException("Not a workbook",
                $"The sheet cannot be read after row {_number}: save it anew and send it again. What was right before may have been taken; "
                    + "sent again it counts once.");
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _reader.Dispose();

    // What is said of the size before need not be so.
    private static bool Fits(ZipArchive archive)
    {
        if (archive.Entries.Count > EntriesMax) return false;
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            long unpacked = 0;
            foreach (var entry in archive.Entries)
            {
                using var content = entry.Open();
                for (int read; (read = content.Read(buffer)) > 0;)
                    if ((unpacked += read) > UnpackedBytesMax) return false;
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool HasValue()
    {
        for (var column = 0; column < _reader.FieldCount; column++)
            if (_reader.GetValue(column) is not null) return true;
        return false;
    }

    private Cell Written(string text, CellKind kind)
    {
        Encoding.UTF8.GetBytes(text, _text);
        return new(Trim(_text.WrittenSpan), kind);
    }
}
