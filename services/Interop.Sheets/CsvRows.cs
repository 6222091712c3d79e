using System.Text;
using CsvHelper;
using Distribution.Platform.Web;

namespace Distribution.Interop.Sheets;

/// <summary>The rows of a CSV file, read as they come.</summary>
internal sealed class CsvRows : SheetRows
{
    private const int RowBytesMax = 1024 * 1024;

    private readonly CsvReader _reader;
    private readonly Encoding? _encoding;
    private readonly bool _isMarked;
    private bool _hasBegun;
    private string? _problem;
    private long _problemAt;

    /// <summary>A file that comes in.</summary>
    public CsvRows(Stream body, ImportMap map, string? charset)
    {
        _encoding = ImportMap.EncodingOf(map.Encoding ?? charset);
        _reader = CsvReader.Create(body, Options(map), leaveOpen: true);
    }

    /// <summary>A file that is here.</summary>
    public CsvRows(RequestBody body, ImportMap map, string? charset)
    {
        _encoding = ImportMap.EncodingOf(map.Encoding ?? charset);
        _isMarked = body.HasByteOrderMark;
        _reader = CsvReader.Create(body.Bytes, Options(map));
    }

    /// <inheritdoc/>
    public override long Number => _reader.LineNumber;

    /// <inheritdoc/>
    public override int Count => _reader.FieldCount;

    /// <inheritdoc/>
    public override string? Problem => _problemAt == Number ? _problem : null;

    /// <inheritdoc/>
    public override Cell this[int column] => new(Trim(_reader.GetSpan(column)), CellKind.Text);

    /// <inheritdoc/>
    public override async ValueTask<bool> Read(CancellationToken cancel)
    {
        try
        {
            if (!await _reader.ReadAsync(cancel)) return false;
            if (!_hasBegun && _encoding is not null
                && (_isMarked || (_reader.FieldCount > 0 && _reader.GetSpan(0).StartsWith(MarkAsRead(_encoding)))))
                throw Unreadable(Number, $"it begins as UTF-8 does, and it was said to be {_encoding.WebName}: take that out of the map");
            return _hasBegun = true;
        }
        catch (CsvFormatException wrong)
        {
            throw Unreadable(wrong.LineNumber, $"a row is longer than {RowBytesMax:N0} bytes, as after a quote that is never closed");
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _reader.Dispose();

    private CsvReaderOptions Options(ImportMap map) => new()
    {
        HasHeader = false,
        Separator = map.Separator?[0],
        Encoding = _encoding,
        TrackLineNumbers = true,
        MaxRecordSize = RowBytesMax,
        IncludeValuesInExceptions = false,
        OnMalformedRecord = Note,
    };

    private static byte[] MarkAsRead(Encoding encoding) => Encoding.UTF8.GetBytes(encoding.GetString(Ndjson.ByteOrderMark));

    private void Note(CsvMalformedRecord record)
    {
        if (record.Reason == CsvMalformedReason.UnterminatedQuote)
            throw Unreadable(record.LineNumber, "a quote is never closed");
        // A quote amid text is text, as the inches of a needle.
        if (record.Reason != CsvMalformedReason.TextAfterClosingQuote) return;
        _problemAt = record.LineNumber;
        _problem = "text stands after a closing quote: double the quotes that belong to the text, and send the line again";
    }

    private static UnreadableBodyException Unreadable(long line, string problem) => new("Not CSV",
        $"The file cannot be read from line {line} on: {problem}. Correct it and send it again. What was right before may have been taken; "
            + "sent again it counts once.");
}
