using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Distribution.Administration.Domain;

/// <summary>
/// Reads one line (a dose or a tally) at a time from UTF-8 JSON. The fields hold the line last read: one parser is
/// used for many lines so that a line costs no garbage.
/// </summary>
internal sealed class LineParser
{
    private readonly byte[] _recipientKey = new byte[LineRules.ValueBytesMax];
    private readonly byte[] _unescaped = new byte[LineRules.ValueBytesMax];
    private readonly char[] _letters = new char[LineRules.ValueBytesMax];
    private int _recipientKeyLength;

    public Symbol? Facility { get; private set; }
    public Symbol? Vaccine { get; private set; }
    public Symbol? DoseNumber { get; private set; }
    public Symbol? Lot { get; private set; }
    public Symbol? AgeBand { get; private set; }
    public Symbol? Sex { get; private set; }
    public Symbol? PriorityGroup { get; private set; }
    public Guid? DoseId { get; private set; }
    public int? Day { get; private set; }
    public int? Count { get; private set; }

    /// <summary>The dose id as it was sent when it is no UUID, for the answer; else null.</summary>
    public string? BadDoseId { get; private set; }

    /// <summary>The recipient's key as UTF-8; empty where there is none.</summary>
    public ReadOnlySpan<byte> RecipientKey => _recipientKey.AsSpan(0, _recipientKeyLength);

    /// <summary>What is wrong with the first field that is wrong, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads the object that the reader is at, to its end.</summary>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public void Read(ref Utf8JsonReader reader)
    {
        Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = FieldOf(ref reader);
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null) continue;
            switch (field)
            {
                case Field.DoseId: ReadDoseId(ref reader); break;
                case Field.Facility: Facility = Text(ref reader, LineRules.FacilityId); break;
                case Field.Vaccine: Vaccine = Text(ref reader, LineRules.VaccineId); break;
                case Field.DoseNumber: DoseNumber = Text(ref reader, LineRules.DoseNumber); break;
                case Field.Lot: Lot = Text(ref reader, LineRules.LotNumber); break;
                case Field.AgeBand: AgeBand = Text(ref reader, LineRules.AgeBand); break;
                case Field.Sex: Sex = Text(ref reader, LineRules.Sex); break;
                case Field.PriorityGroup: PriorityGroup = Text(ref reader, LineRules.PriorityGroup); break;
                case Field.RecipientKey: ReadRecipientKey(ref reader); break;
                case Field.OccurredOn: ReadDay(ref reader); break;
                case Field.Count: ReadCount(ref reader); break;
                default: reader.Skip(); break;
            }
        }
    }

    /// <summary>Reads a whole line of NDJSON; false when it is not a JSON object.</summary>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public bool TryRead(ReadOnlySpan<byte> line)
    {
        Clear();
        var reader = new Utf8JsonReader(line);
        reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        if (isObject) Read(ref reader);
        else reader.Skip();
        reader.Read();
        return isObject;
    }

    private void Clear()
    {
        Facility = Vaccine = DoseNumber = Lot = AgeBand = Sex = PriorityGroup = null;
        DoseId = null;
        Day = null;
        Count = null;
        BadDoseId = null;
        Problem = null;
        _recipientKeyLength = 0;
    }

    private Symbol? Text(ref Utf8JsonReader reader, TextRule rule)
    {
        if (!Value(ref reader, out var value) || Symbol.Of(value) is not { } text)
        {
            Problem ??= rule.Invalid;
            return null;
        }

        if (value.IsEmpty && rule.EmptyIsAbsent) return null;
        if (rule.Allows(text)) return text;
        Problem ??= rule.Invalid;
        return null;
    }

    private void ReadDoseId(ref Utf8JsonReader reader)
    {
        if (!Value(ref reader, out var value)) value = default;
        if (Utf8Parser.TryParse(value, out Guid id, out var consumed, 'D') && consumed == value.Length) DoseId = id;
        else
        {
            Problem ??= LineRules.DoseIdInvalid;
            if (value.Length is > 0 and <= 64 && Utf8.IsValid(value)) BadDoseId = Encoding.UTF8.GetString(value);
        }
    }

    private void ReadRecipientKey(ref Utf8JsonReader reader)
    {
        // Keys differ from dose to dose: they go past the symbols, which are for what repeats.
        if (!Value(ref reader, out var value)
            || !Utf8.IsValid(value)
            || !LineRules.RecipientKey.AllowsPlain(_letters.AsSpan(0, Encoding.UTF8.GetChars(value, _letters))))
        {
            Problem ??= LineRules.RecipientKey.Invalid;
            return;
        }

        value.CopyTo(_recipientKey);
        _recipientKeyLength = value.Length;
    }

    private void ReadDay(ref Utf8JsonReader reader)
    {
        if (Value(ref reader, out var value) && LineRules.TryDay(value, out var day)) Day = day;
        else Problem ??= LineRules.DateInvalid;
    }

    private void ReadCount(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var count) && count is >= 1 and <= LineRules.CountMax) Count = count;
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

    private enum Field { Other, DoseId, Facility, Vaccine, DoseNumber, OccurredOn, Lot, AgeBand, Sex, PriorityGroup, RecipientKey, Count }

    private static Field FieldOf(ref Utf8JsonReader reader)
    {
        var name = reader.ValueSpan;
        return name.Length switch
        {
            3 when name.SequenceEqual("sex"u8) => Field.Sex,
            5 when name.SequenceEqual("count"u8) => Field.Count,
            6 when name.SequenceEqual("doseId"u8) => Field.DoseId,
            7 when name.SequenceEqual("ageBand"u8) => Field.AgeBand,
            9 when name.SequenceEqual("vaccineId"u8) => Field.Vaccine,
            9 when name.SequenceEqual("lotNumber"u8) => Field.Lot,
            10 when name.SequenceEqual("doseNumber"u8) => Field.DoseNumber,
            10 when name.SequenceEqual("occurredOn"u8) => Field.OccurredOn,
            10 when name.SequenceEqual("facilityId"u8) => Field.Facility,
            12 when name.SequenceEqual("recipientKey"u8) => Field.RecipientKey,
            13 when name.SequenceEqual("priorityGroup"u8) => Field.PriorityGroup,
            _ => Field.Other,
        };
    }
}
