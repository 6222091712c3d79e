using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Distribution.Platform.Refusals;
using Distribution.SharedKernel.Rules;

namespace Distribution.Interop.Sheets;

/// <summary>Turns rows of a sheet into lines of NDJSON as the bulk routes take them. A cell that no field is for is never read.</summary>
/// <param name="target">What they are turned into.</param>
/// <param name="map">How the sheet is read.</param>
/// <param name="submissionId">What makes a row known again that has no key; or null.</param>
internal sealed class SheetTranslator(SheetTarget target, ImportMap map, string? submissionId)
{
    private const int CellBytesMax = 4_096;
    private const int NamesMax = 20;
    private const string UuidBegin = "urn:uuid:";
    private const string AnythingElse = "*";

    private readonly CellText _text = new(map);
    private readonly List<Source> _sources = [];
    private readonly RowWriter _head = new();
    private readonly RowWriter _part = new();
    private SheetField? _madeKey;
    private int _width = int.MaxValue;

    /// <summary>Finds the columns.</summary>
    /// <param name="header">The row with their names; null where there is none, and they are named by letters.</param>
    public Refusal? Bind(SheetRows? header)
    {
        var names = new List<string>();
        for (var column = 0; header is not null && column < Math.Min(header.Count, SheetRows.ColumnsMax); column++)
            names.Add(Encoding.UTF8.GetString(header[column].Text));
        _width = header?.Count ?? int.MaxValue;
        if (header?.Count > SheetRows.ColumnsMax)
            return Refusal.Field("body", $"the sheet has {header.Count} columns, and may have {SheetRows.ColumnsMax}: take out the others");
        var errors = new FieldErrors();
        foreach (var field in target.Fields)
        {
            var column = map.Columns!.FirstOrDefault(each => each!.Field == field.Name);
            if (column is null)
            {
                if (map.Constants?.GetValueOrDefault(field.Name) is { } constant)
                    _sources.Add(new Source(field, -1, null, Encoding.UTF8.GetBytes(constant)));
                continue;
            }

            var index = header is null ? ImportMap.Letters(column.Column!) : IndexOf(names, column.Column!, errors);
            _sources.Add(new Source(field, index, column.Values, []));
            errors.Require(index >= 0, column.Column!, header is null
                ? "is no letter of a column, such as A"
                : $"the sheet has no such column; in line {header.Number} it has {string.Join(", ", names.Take(NamesMax))}");
        }

        if (target.Fields.FirstOrDefault(field => field.Kind == SheetFieldKind.Key) is { } key && submissionId is not null
            && !_sources.Exists(source => source.Field == key || source.Field.Name == target.KeyUnless))
            _madeKey = key;
        return errors.ToRefusal();
    }

    /// <summary>The first cell of the row that is a date of which only a stated format tells the day from the month, or null.</summary>
    public string? Ambiguous(SheetRows row)
    {
        foreach (var source in _sources)
        {
            if (source.Field.Kind is SheetFieldKind.Date or SheetFieldKind.Moment && source.Column >= 0
                && _text.IsAmbiguous(row[source.Column]))
                return $"'{Encoding.UTF8.GetString(row[source.Column].Text)}' for {source.Field.Name}";
        }

        return null;
    }

    /// <summary>The row as a line, or as the head and a part of one; null where nothing stands in any column that is read.</summary>
    /// <returns>The bytes are valid until the next row.</returns>
    public TranslatedRow? Translate(SheetRows row)
    {
        _head.Begin();
        _part.Begin();
        var (isEmpty, problem, warning) = (true, row.Problem ?? TooWide(row), (string?)null);
        foreach (var source in _sources)
        {
            var isConstant = source.Column < 0;
            var cell = isConstant ? new Cell(source.Constant, CellKind.Text) : row[source.Column];
            if (cell.Text.IsEmpty) continue;
            isEmpty &= isConstant;
            if (source.Values is not null && !TryMeant(source, ref cell)) continue;
            if (cell.Kind == CellKind.Error)
            {
                var shown = Encoding.UTF8.GetString(cell.Text);
                problem ??= $"{source.Field.Name}: the cell "
                    + (shown == Untold.NoResult ? "has a formula that was never calculated"
                        : $"shows an error of the spreadsheet ({shown})")
                    + ": correct it there, have the sheet calculated and saved, and send the line again";
                continue;
            }

            var writer = source.Field.IsPart ? _part : _head;
            if (Write(writer.Json, source.Field, cell, row, ref warning) is { } wrong) problem ??= $"{source.Field.Name}: {wrong}";
        }

        if (isEmpty) return null;
        if (_madeKey is { } key) _head.Json.WriteString(key.Name, NamedUuid.Of($"sheet-line|{submissionId}|{row.Number}"));
        return new TranslatedRow(row.Number, _head.End(), target.Parts is null ? default : _part.End(), problem, warning);
    }

    private string? Write(Utf8JsonWriter json, SheetField field, in Cell cell, SheetRows row, ref string? warning)
    {
        if (cell.Text.Length > CellBytesMax) return $"the cell is longer than {CellBytesMax:N0} bytes: correct it and send the line again";
        if (cell.Kind == CellKind.Date && field.Kind is not (SheetFieldKind.Date or SheetFieldKind.Moment))
        {
            return $"the cell is a date for the spreadsheet ({Encoding.UTF8.GetString(cell.Text)}), which may have been another text: "
                + "format the column as text, and enter it again";
        }

        if (!Utf8.IsValid(cell.Text)) return "the cell is not UTF-8: say the file's encoding in the import's map, such as windows-1252";
        switch (field.Kind)
        {
            case SheetFieldKind.Whole:
                if (!_text.TryWhole(cell, out var whole)) return NoNumber(cell, "is no whole number");
                json.WriteNumber(field.Name, whole);
                return null;
            case SheetFieldKind.Fraction:
                if (!CellText.TryDecimal(cell, out var number)) return NoNumber(cell, "is no number such as 41.89");
                json.WriteNumber(field.Name, number);
                return null;
            case SheetFieldKind.Truth:
                if (CellText.Truth(cell) is not { } truth) return $"'{Encoding.UTF8.GetString(cell.Text)}' is neither true nor false";
                json.WriteBoolean(field.Name, truth);
                return null;
            case SheetFieldKind.Date:
            case SheetFieldKind.Moment:
                var (said, wrong) = field.Kind == SheetFieldKind.Date ? _text.Date(cell) : _text.Moment(cell);
                if (said is not null) json.WriteString(field.Name, said);
                return wrong;
            case SheetFieldKind.Code or SheetFieldKind.CodeOrNumber or SheetFieldKind.Key:
                if (CellText.IsShortened(cell)) return NoNumber(cell, "");
                if (cell.Kind == CellKind.Number && field.Kind != SheetFieldKind.CodeOrNumber)
                {
                    warning ??= $"{field.Name}: the cell is a number, read as '{Encoding.UTF8.GetString(cell.Text)}'; zeros that stood "
                        + "before it are lost: format the column as text";
                }

                if (field.Kind == SheetFieldKind.Key) json.WriteString(field.Name, KeyOf(cell, row));
                else if (Ascii.IsValid(cell.Text)) json.WriteString(field.Name, cell.Text);
                else json.WriteString(field.Name, CellText.Digits(cell.Text));
                return null;
            default:
                json.WriteString(field.Name, cell.Text);
                return null;
        }
    }

    // What has no column is not known to be of no use: mostly it is a separator within a cell, which needs quotes.
    private string? TooWide(SheetRows row)
    {
        for (var column = _width; column < row.Count; column++)
        {
            if (!row[column].Text.IsEmpty)
                return $"the line has more cells than there are columns ({_width}): a separator within a cell needs quotes around the cell";
        }

        return null;
    }

    private static string NoNumber(in Cell cell, string problem) =>
        $"'{Encoding.UTF8.GetString(cell.Text)}' {(CellText.IsShortened(cell) ? CellText.Shortened : problem)}";

    // The sender's own key of a row is unique at its place, and the same in whatever sheet the row comes again.
    private Guid KeyOf(in Cell cell, SheetRows row)
    {
        var key = CellText.Digits(cell.Text);
        if (Guid.TryParse(key.StartsWith(UuidBegin, StringComparison.OrdinalIgnoreCase) ? key[UuidBegin.Length..] : key, out var id))
            return id;
        var scope = _sources.Find(source => source.Field.Name == target.KeyScope);
        if (scope is null) return NamedUuid.Of($"sheet||{key}");
        var place = scope.Column < 0 ? new Cell(scope.Constant, CellKind.Text) : row[scope.Column];
        if (scope.Values is not null) TryMeant(scope, ref place);
        return NamedUuid.Of($"sheet|{CellText.Digits(place.Text)}|{key}");
    }

    private static bool TryMeant(Source source, ref Cell cell)
    {
        if (!source.Meanings!.TryGetValue(Encoding.UTF8.GetString(cell.Text), out var meant)
            && (cell.Kind == CellKind.Error || !source.Meanings.TryGetValue(AnythingElse, out meant))) return true;
        cell = new Cell(meant, CellKind.Text);
        return meant.Length > 0;
    }

    private static int IndexOf(List<string> names, string column, FieldErrors errors)
    {
        var index = names.FindIndex(Is);
        if (index >= 0 && names.FindLastIndex(Is) != index)
            errors.Add(column, "the sheet has several columns of this name: rename the others");
        return index;

        bool Is(string name) => name.Equals(column.Trim(), StringComparison.OrdinalIgnoreCase);
    }

    [SuppressMessage("Performance", "CA1819", Justification = "It is private.")]
    private sealed record Source(SheetField Field, int Column, IReadOnlyDictionary<string, string?>? Values, byte[] Constant)
    {
        public Dictionary<string, byte[]>? Meanings { get; } = Values?.ToDictionary(
            value => value.Key, value => Encoding.UTF8.GetBytes(value.Value ?? ""), StringComparer.OrdinalIgnoreCase);
    }

    private sealed class RowWriter
    {
        private static readonly JsonWriterOptions Options = new()
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            SkipValidation = true,
        };

        private readonly ArrayBufferWriter<byte> _bytes = new(1024);

        public RowWriter() => Json = new Utf8JsonWriter(_bytes, Options);

        public Utf8JsonWriter Json { get; }

        public void Begin()
        {
            _bytes.ResetWrittenCount();
            Json.Reset();
            Json.WriteStartObject();
        }

        public ReadOnlyMemory<byte> End()
        {
            Json.WriteEndObject();
            Json.Flush();
            return _bytes.WrittenMemory;
        }
    }
}

/// <summary>A row as it was translated.</summary>
/// <param name="Number">Its line in the file.</param>
/// <param name="Head">The fields of its line, as a JSON object.</param>
/// <param name="Part">The fields that each row of a line has of its own, as a JSON object.</param>
/// <param name="Problem">Why it cannot be taken, or null.</param>
/// <param name="Warning">What may not have been meant so, or null.</param>
internal readonly record struct TranslatedRow(
    long Number, ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Part, string? Problem, string? Warning);
