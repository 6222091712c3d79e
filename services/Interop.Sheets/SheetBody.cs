using System.Runtime.CompilerServices;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Distribution.Interop.Sheets;

/// <summary>
/// The body of a bulk route as lines: NDJSON as it comes, or the rows of a CSV file or a workbook, each turned into the line that NDJSON
/// would have. What was open is closed when this is disposed of.
/// </summary>
public sealed class SheetBody : IDisposable
{
    /// <summary>The media type of CSV.</summary>
    public const string Csv = Platform.Web.Csv.MediaType;

    /// <summary>The media type of workbooks.</summary>
    public const string Xlsx = Platform.Web.Csv.WorkbookMediaType;

    /// <summary>What <c>import</c> means.</summary>
    public const string ImportMeaning = "Of a CSV file or a workbook: the name of the map by which it is read. Without one its columns "
        + "must be named as the fields are.";

    /// <summary>What <c>dryRun</c> means.</summary>
    public const string DryRunMeaning = "True to be answered as otherwise, and to keep nothing.";

    /// <summary>422: an import is named beside a body that is no sheet.</summary>
    public static Refusal NoSheet => Refusal.Field("import", $"is for {Csv} and {Xlsx}: leave it out, or send such a body");

    /// <summary>413: a dry run is of more lines than are tried at once.</summary>
    /// <param name="linesMax">How many that are.</param>
    public static Refusal TooLongToTry(int linesMax) => new(StatusCodes.Status413PayloadTooLarge, "Body too large",
        $"A dry run takes fewer than {linesMax} lines: try a part of them. Nothing was kept.");

    // What a malformed file is looked through for when it has not the columns that it should.
    private const int LookedThrough = 10_000;

    // A workbook takes many times its own length while it is read.
    private static readonly SemaphoreSlim Workbooks = new(2);

    private readonly HttpContext _http;
    private readonly SheetTarget _target;
    private readonly RequestBody? _whole;
    private readonly bool _holdsWorkbook;
    private ImportMap? _map;
    private SheetRows? _rows;
    private SheetTranslator? _translator;

    private SheetBody(HttpContext http, SheetTarget target, RequestBody? whole, bool holdsWorkbook) =>
        (_http, _target, _whole, _holdsWorkbook) = (http, target, whole, holdsWorkbook);

    /// <summary>Why the body cannot be taken, or null. Nothing of it was counted.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>Whether a request's body is a sheet.</summary>
    public static bool IsSheet(HttpRequest request) => MediaTypeOf(request) is Csv or Xlsx;

    /// <summary>Gets ready to read a body.</summary>
    /// <param name="http">The request.</param>
    /// <param name="target">What its lines are.</param>
    /// <param name="store">Where the maps are kept.</param>
    /// <param name="import">The map's name; null where the columns are named as the fields are.</param>
    /// <param name="submissionId">What makes rows known again that have no key of their own; or null.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="UnreadableBodyException">It is no such file.</exception>
    public static async ValueTask<SheetBody> Open(
        HttpContext http, SheetTarget target, IStore store, string? import, string? submissionId, CancellationToken cancel)
    {
        var isWorkbook = MediaTypeOf(http.Request) == Xlsx;
        if (!IsSheet(http.Request))
        {
            return new SheetBody(http, target, null, false)
            {
                Refusal = import is null ? null : NoSheet,
            };
        }

        var map = import is null ? null : (await store.Find<StoredImport>(StoredImport.Collection, target.Name, import, cancel))?.Map;
        if (import is not null && map is null)
            return new SheetBody(http, target, null, false) { Refusal = Refusal.NotFound("import", import) };
        // A file that says how its dates are written is read as it comes; else it is looked through before anything counts.
        var isStream = !isWorkbook && target.Parts is null && map is not null && (map.DateFormat is not null || !HasDates(target, map));
        var whole = isStream ? null : await RequestBody.Read(http, cancel);
        if (whole?.Refusal is { } refused) using (whole) return new SheetBody(http, target, null, false) { Refusal = TooLong(refused) };
        try
        {
            if (isWorkbook) await Workbooks.WaitAsync(cancel);
        }
        catch
        {
            whole?.Dispose();
            throw;
        }

        var body = new SheetBody(http, target, whole, isWorkbook) { _map = map };
        try
        {
            body.Refusal = await body.Begin(submissionId, cancel);
            if (body.Refusal is null && whole is not null && body._map!.DateFormat is null)
                body.Refusal = await body.LookThrough(cancel) ?? await body.Begin(submissionId, cancel);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>The lines, with their numbers in the file. The bytes of each are valid until the next is asked for.</summary>
    /// <exception cref="UnreadableBodyException">It cannot be read to its end.</exception>
    public IAsyncEnumerable<NdjsonLine> Lines(CancellationToken cancel) =>
        _rows is null ? Ndjson.Lines(_http.Request.BodyReader, cancel)
        : _target.Parts is null ? Rows(cancel)
        : Joined(cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows?.Dispose();
        _whole?.Dispose();
        if (_holdsWorkbook) Workbooks.Release();
    }

    private static string? MediaTypeOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? type.MediaType.Value?.ToLowerInvariant() : null;

    private static bool HasDates(SheetTarget target, ImportMap map) => map.Columns!.Any(
        column => target.Find(column!.Field) is { Kind: SheetFieldKind.Date or SheetFieldKind.Moment });

    private static Refusal TooLong(Refusal refused) => refused.Status != StatusCodes.Status413PayloadTooLarge ? refused : refused with
    {
        Detail = $"The body is longer than {RequestBody.BytesMax} bytes: save the sheet as CSV, and say its dateFormat in the import's "
            + "map; then it may have any length, unless several rows make a line. Or send it in several. Nothing was counted.",
    };

    // Opens the rows, from the first, and finds the header and the columns.
    private async ValueTask<Refusal?> Begin(string? submissionId, CancellationToken cancel)
    {
        _rows?.Dispose();
        (_rows, var refused) = OpenRows();
        if (refused is not null) return refused;
        if (_rows is XlsxRows { CountsFrom1904: true } && _map?.DateFormat == ImportMap.Serial)
        {
            return Refusal.Field("dateFormat", $"is {ImportMap.Serial}, and this workbook counts its days from 1904, others from 1900: "
                + "format the column as a date, and read it by a map without a dateFormat");
        }

        var headerRow = _map?.HeaderRow;
        var isThere = headerRow == 0;
        while (!isThere && await _rows!.Read(cancel)) isThere = _rows.Number >= (headerRow ?? 0);
        if (!isThere || (headerRow > 0 && _rows!.Number != headerRow))
        {
            return headerRow is null
                ? Refusal.Field("body", "the file is empty: send the names of the columns and a row for each record")
                : Refusal.Field("headerRow", $"the file has nothing in line {headerRow}: correct the import's map");
        }

        refused = _map is null ? AsNamed() : null;
        if (refused is null)
        {
            _translator = new SheetTranslator(_target, _map!, submissionId);
            refused = _translator.Bind(headerRow == 0 ? null : _rows);
        }

        var skipped = refused is null ? _map!.SkipRows ?? 0 : LookedThrough;
        while (skipped-- > 0 && await _rows!.Read(cancel))
        {
        }

        return refused;
    }

    private (SheetRows? Rows, Refusal? Refused) OpenRows()
    {
        if (_holdsWorkbook) return XlsxRows.Open(_whole!.Bytes);
        var map = _map ?? new ImportMap(null);
        var charset = MediaTypeHeaderValue.Parse(_http.Request.ContentType).Charset.Value?.Trim('"');
        return (_whole is null ? new CsvRows(_http.Request.Body, map, charset) : new CsvRows(_whole, map, charset), null);
    }

    // Takes the columns as they are named.
    private Refusal? AsNamed()
    {
        var names = Enumerable.Range(0, Math.Min(_rows!.Count, SheetRows.ColumnsMax))
            .Select(column => System.Text.Encoding.UTF8.GetString(_rows[column].Text)).ToList();
        var errors = new FieldErrors();
        foreach (var (index, name) in names.Index().Where(column => _target.Find(column.Item) is null).DistinctBy(column => column.Item))
        {
            errors.Add(name.Length == 0 ? $"column {index + 1}" : name, (name.Length == 0 ? "has no name" : "is no field")
                + ": name the import by whose map the sheet is read (import), or take the column out");
        }

        _map = new ImportMap([.. names.Distinct().Select(name => new ImportColumn(name, name))]);
        return errors.ToRefusal();
    }

    private async ValueTask<Refusal?> LookThrough(CancellationToken cancel)
    {
        while (await _rows!.Read(cancel))
        {
            if (_translator!.Ambiguous(_rows) is { } cell)
            {
                return Refusal.Field("dateFormat", $"line {_rows.Number} has {cell}, and it is not said which part is the day and which "
                    + "the month: say the dateFormat in the import's map, such as dd/MM/yyyy. Nothing was counted.");
            }
        }

        return null;
    }

    private async IAsyncEnumerable<NdjsonLine> Rows([EnumeratorCancellation] CancellationToken cancel)
    {
        while (await _rows!.Read(cancel))
        {
            if (_translator!.Translate(_rows) is { } row) yield return new NdjsonLine(row.Number, row.Head, row.Problem, row.Warning);
        }
    }

    private async IAsyncEnumerable<NdjsonLine> Joined([EnumeratorCancellation] CancellationToken cancel)
    {
        var joined = new JoinedRows(_target);
        while (await _rows!.Read(cancel))
            if (_translator!.Translate(_rows) is { } row) joined.Add(row);
        foreach (var line in joined.Lines()) yield return line;
    }
}
