using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Distribution.Administration.Intake.Lines;

/// <summary>
/// Reads one line (a dose or a tally) at a time from UTF-8 JSON. The fields hold the line last read: one parser is
/// used for many lines so that a line costs no garbage.
/// </summary>
/// <remarks>A line that is written like one before is read by comparing. All else, and so all that is wrong, is for the
/// JSON reader. Both give the same fields.</remarks>
internal sealed class LineParser
{
    private const int RecentSlots = 16;
    private static readonly TextRule?[] Rules = TextRules();

    private readonly LineShape _shape = new();
    private readonly Symbol?[] _texts = new Symbol?[Rules.Length];
    private readonly Symbol?[] _recent = new Symbol?[Rules.Length * RecentSlots];
    private readonly byte[] _recipientKey = new byte[LineRules.ValueBytesMax];
    private readonly byte[] _unescaped = new byte[LineRules.ValueBytesMax];
    private readonly char[] _letters = new char[LineRules.ValueBytesMax];
    private readonly byte[] _reason = new byte[LineRules.ReasonBytesMax];
    private int _recipientKeyLength;
    private int _reasonLength;

    public Symbol? Facility => _texts[(int)LineField.Facility];
    public Symbol? Vaccine => _texts[(int)LineField.Vaccine];
    public Symbol? DoseNumber => _texts[(int)LineField.DoseNumber];
    public Symbol? Lot => _texts[(int)LineField.Lot];
    public Symbol? AgeBand => _texts[(int)LineField.AgeBand];
    public Symbol? Sex => _texts[(int)LineField.Sex];
    public Symbol? PriorityGroup => _texts[(int)LineField.PriorityGroup];
    public Guid? DoseId { get; private set; }
    public int? Day { get; private set; }
    public int? Count { get; private set; }

    /// <summary>What the line says of its doses.</summary>
    public DoseKind Kind { get; private set; }

    /// <summary>The codes that stand in place of the vaccine's id, or null.</summary>
    public Symbol? VaccineCodes { get; private set; }

    /// <summary>Why, as UTF-8; empty where nothing is said.</summary>
    public ReadOnlySpan<byte> Reason => _reason.AsSpan(0, _reasonLength);

    /// <summary>The dose id as it was sent when it is no UUID, for the answer; else null.</summary>
    public string? BadDoseId { get; private set; }

    /// <summary>The recipient's key as UTF-8; empty where there is none.</summary>
    public ReadOnlySpan<byte> RecipientKey => _recipientKey.AsSpan(0, _recipientKeyLength);

    /// <summary>What is wrong with the first field that is wrong, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>How many lines were read by comparing them with one before.</summary>
    public long LinesAlike { get; private set; }

    /// <summary>Reads the object that the reader is at, to its end.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="json">All that it reads.</param>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public void Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        Clear();
        _shape.Begin();
        var end = (int)reader.TokenStartIndex;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = FieldOf(reader.ValueSpan);
            if (field == LineField.Other) Problem ??= $"{LineRules.NameOf(reader.ValueSpan)}: {LineRules.UnknownField}";
            reader.Read();
            _shape.Add(field, json[end..(int)reader.TokenStartIndex]);
            if (reader.TokenType != JsonTokenType.Null) ReadValue(ref reader, field);
            end = (int)reader.BytesConsumed;
        }

        _shape.End(json[end..(int)reader.BytesConsumed]);
    }

    /// <summary>Reads a whole line of NDJSON; false when it is not a JSON object.</summary>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public bool TryRead(ReadOnlySpan<byte> line)
    {
        if (TryReadAlike(line, out var length) && length == line.Length) return true;
        Clear();
        var reader = new Utf8JsonReader(line);
        reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        if (isObject) Read(ref reader, line);
        else reader.Skip();
        reader.Read();
        return isObject;
    }

    /// <summary>Reads the object that begins here if it is written like the one that the reader read last, and nothing
    /// is wrong with it. Otherwise it is to be read by the reader.</summary>
    /// <param name="json">The bytes from the object's start on.</param>
    /// <param name="length">The object's length.</param>
    public bool TryReadAlike(ReadOnlySpan<byte> json, out int length)
    {
        length = 0;
        if (_shape.Values == 0) return false;
        Clear();
        var place = -1;
        while (_shape.TryNext(json, ref length, ref place))
        {
            if (place == _shape.Values)
            {
                LinesAlike++;
                return true;
            }

            var value = TakePlain(_shape[place], json[length..]);
            if (value == 0) return false;
            length += value;
        }

        return false;
    }

    private void Clear()
    {
        Array.Clear(_texts);
        DoseId = null;
        Day = null;
        Count = null;
        BadDoseId = null;
        Problem = null;
        _recipientKeyLength = 0;
        Kind = DoseKind.Given;
        VaccineCodes = null;
        _reasonLength = 0;
    }

    /// <summary>Takes the value that is at the start of the bytes; its length, or 0 when it is for the reader.</summary>
    private int TakePlain(LineField field, ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty || field == LineField.Other) return 0;
        if (json[0] == '"')
        {
            var text = PlainValue.TextLength(json[1..]);
            return text >= 0 && TryTake(field, json.Slice(1, text)) ? text + 2 : 0;
        }

        if (json.StartsWith("null"u8)) return 4;
        if (field != LineField.Count) return 0;
        var number = PlainValue.Number(json, out var length);
        Count = number;
        return number > 0 ? length : 0;
    }

    private void ReadValue(ref Utf8JsonReader reader, LineField field)
    {
        if (field == LineField.Other) reader.Skip();
        else if (field == LineField.Count) ReadCount(ref reader);
        else if (field == LineField.VaccineCodes)
        {
            VaccineCodes = LineCodes.Read(ref reader);
            if (VaccineCodes is null) Problem ??= LineCodes.Invalid;
        }
        else if (!Value(ref reader, out var value) || !TryTake(field, value))
        {
            Problem ??= InvalidOf(field);
            if (field == LineField.DoseId && value.Length is > 0 and <= 64 && Utf8.IsValid(value))
                BadDoseId = Encoding.UTF8.GetString(value);
        }
    }

    /// <summary>Takes the text of a field; false when the field may not hold it.</summary>
    private bool TryTake(LineField field, ReadOnlySpan<byte> value)
    {
        switch (field)
        {
            case LineField.DoseId:
                if (!PlainValue.TryUuid(value, out var id)) return false;
                DoseId = id;
                return true;
            case LineField.OccurredOn:
                if (!LineRules.TryDay(value, out var day)) return false;
                Day = day;
                return true;
            case LineField.RecipientKey: return TryTakeText(LineRules.RecipientKey, value, _recipientKey, out _recipientKeyLength);
            case LineField.Kind:
                var isKind = DoseKindWords.TryRead(value, out var kind);
                Kind = isKind ? kind : DoseKind.Given;
                return isKind;
            case LineField.Reason: return TryTakeText(LineRules.Reason, value.Trim((byte)' '), _reason, out _reasonLength);
            default: return Rules[(int)field] is { } rule && TryTakeText(field, rule, value);
        }
    }

    private bool TryTakeText(LineField field, TextRule rule, ReadOnlySpan<byte> value)
    {
        ref var text = ref _texts[(int)field];
        text = null;
        // As people type and paste it.
        if (rule.IsTrimmed) value = value.Trim((byte)' ');
        if (value.IsEmpty) return rule.EmptyIsAbsent;
        // A field has few texts in the lines of one submission, which mostly differ in one of these.
        ref var recent = ref _recent[(int)field * RecentSlots + (value[0] + value[^1] + value.Length) % RecentSlots];
        if (recent is null || !value.SequenceEqual(recent.Utf8))
        {
            if (Symbol.Of(value) is not { } symbol || !rule.Allows(symbol)) return false;
            recent = symbol;
        }

        text = recent;
        return true;
    }

    /// <summary>Takes a text that differs from dose to dose: it goes past the symbols, which are for what repeats.</summary>
    private bool TryTakeText(TextRule rule, ReadOnlySpan<byte> value, byte[] to, out int length)
    {
        length = 0;
        if (!Utf8.IsValid(value) || !rule.AllowsPlain(_letters.AsSpan(0, Encoding.UTF8.GetChars(value, _letters)))) return false;
        value.CopyTo(to);
        length = value.Length;
        return true;
    }

    private void ReadCount(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var count) && count is >= 0 and <= LineRules.CountMax)
            Count = count;
        else
        {
            reader.Skip();
            Count = 0;
            Problem ??= LineRules.CountInvalid;
        }
    }

    /// <summary>The text that the reader is at, unescaped; false when it is no text, is too long, or has half a
    /// surrogate pair.</summary>
    private bool Value(ref Utf8JsonReader reader, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return false;
        }

        if (reader.ValueSpan.Length > LineRules.ValueBytesMax) return false;
        if (!reader.ValueIsEscaped)
        {
            value = reader.ValueSpan;
            return true;
        }

        try
        {
            value = _unescaped.AsSpan(0, reader.CopyString(_unescaped));
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string? InvalidOf(LineField field) => field switch
    {
        LineField.DoseId => LineRules.DoseIdInvalid,
        LineField.OccurredOn => LineRules.DateInvalid,
        LineField.RecipientKey => LineRules.RecipientKey.Invalid,
        LineField.Kind => LineRules.KindInvalid,
        LineField.Reason => LineRules.Reason.Invalid,
        _ => Rules[(int)field]?.Invalid,
    };

    private static TextRule?[] TextRules()
    {
        var rules = new TextRule?[(int)LineField.PriorityGroup + 1];
        rules[(int)LineField.Facility] = LineRules.FacilityId;
        rules[(int)LineField.Vaccine] = LineRules.VaccineId;
        rules[(int)LineField.DoseNumber] = LineRules.DoseNumber;
        rules[(int)LineField.Lot] = LineRules.LotNumber;
        rules[(int)LineField.AgeBand] = LineRules.AgeBand;
        rules[(int)LineField.Sex] = LineRules.Sex;
        rules[(int)LineField.PriorityGroup] = LineRules.PriorityGroup;
        return rules;
    }

    private static LineField FieldOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("kind"u8) => LineField.Kind,
        3 when name.SequenceEqual("sex"u8) => LineField.Sex,
        5 when name.SequenceEqual("count"u8) => LineField.Count,
        6 when name.SequenceEqual("doseId"u8) => LineField.DoseId,
        6 when name.SequenceEqual("reason"u8) => LineField.Reason,
        7 when name.SequenceEqual("ageBand"u8) => LineField.AgeBand,
        9 when name.SequenceEqual("vaccineId"u8) => LineField.Vaccine,
        9 when name.SequenceEqual("lotNumber"u8) => LineField.Lot,
        10 when name.SequenceEqual("doseNumber"u8) => LineField.DoseNumber,
        10 when name.SequenceEqual("occurredOn"u8) => LineField.OccurredOn,
        10 when name.SequenceEqual("facilityId"u8) => LineField.Facility,
        12 when name.SequenceEqual("vaccineCodes"u8) => LineField.VaccineCodes,
        12 when name.SequenceEqual("recipientKey"u8) => LineField.RecipientKey,
        13 when name.SequenceEqual("priorityGroup"u8) => LineField.PriorityGroup,
        _ => LineField.Other,
    };
}
