using System.Text;
using Distribution.Contracts.Administration.V1;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Intake.Lines;

/// <summary>What a text field of a line may hold, and what to say when it does not.</summary>
internal sealed class TextRule(string name, int charsMax, TextKind kind)
{
    /// <summary>The answer to a value that is not allowed.</summary>
    public string Invalid { get; } = name + ": " + RuleOf(charsMax, kind);

    /// <summary>The answer where a value is needed and there is none.</summary>
    public string Missing { get; } = name + ": is missing; it " + RuleOf(charsMax, kind);

    /// <summary>What a value must be.</summary>
    public string Rule { get; } = RuleOf(charsMax, kind);

    /// <summary>Whether an empty text is as good as none.</summary>
    public bool EmptyIsAbsent => kind != TextKind.Id;

    /// <summary>Whether spaces around the text are not part of it.</summary>
    public bool IsTrimmed => kind == TextKind.Lot;

    /// <summary>Whether the field may hold this text.</summary>
    public bool Allows(Symbol text) => text.Text.Length <= charsMax && kind switch
    {
        TextKind.Id => text.IsId,
        TextKind.Lot => text.IsLot,
        _ => text.IsPlain,
    };

    /// <summary>Whether the field may hold these letters, where it need not be an id.</summary>
    public bool AllowsPlain(ReadOnlySpan<char> text) => text.Length <= charsMax && PlainText.Is(text);

    private static string RuleOf(int charsMax, TextKind kind) => kind switch
    {
        TextKind.Id => $"must be 1 to {charsMax} letters, digits, '.', '_' or '-'",
        TextKind.Lot => SharedKernel.Rules.LotNumber.Rule,
        _ => $"must be text of at most {charsMax} characters without control characters",
    };
}

/// <summary>What a text is.</summary>
internal enum TextKind
{
    /// <summary>Any text without control characters.</summary>
    Plain,

    /// <summary>An id.</summary>
    Id,

    /// <summary>A lot number.</summary>
    Lot,
}

/// <summary>What a line of a submission may hold. Lengths are in characters.</summary>
internal static class LineRules
{
    /// <summary>Most doses in one tally line.</summary>
    public const int CountMax = (int)Limits.DosesMax;

    /// <summary>Most bytes of a value as sent, with its escapes: more cannot be allowed text.</summary>
    public const int ValueBytesMax = 1024;

    private const int NameBytesMax = 64;

    public static readonly TextRule FacilityId = new("facilityId", 64, TextKind.Id);
    public static readonly TextRule VaccineId = new("vaccineId", 64, TextKind.Id);
    public static readonly TextRule DoseNumber = new("doseNumber", 16, TextKind.Id);
    public static readonly TextRule LotNumber = new("lotNumber", SharedKernel.Rules.LotNumber.CharsMax, TextKind.Lot);
    public static readonly TextRule AgeBand = new("ageBand", 32, TextKind.Plain);
    public static readonly TextRule Sex = new("sex", 16, TextKind.Plain);
    public static readonly TextRule PriorityGroup = new("priorityGroup", 64, TextKind.Plain);
    public static readonly TextRule RecipientKey = new("recipientKey", 128, TextKind.Plain);
    public static readonly TextRule Reason = new("reason", 200, TextKind.Plain);

    /// <summary>Most bytes of a reason: no letter of the 200 has more than three.</summary>
    public const int ReasonBytesMax = 600;

    public const string UnknownField = "is no field here: correct the name or leave it out; /openapi/v1.json has the names";
    public const string NotAnObject = "the line is not a JSON object: send one dose or tally a line";
    public const string DoseIdInvalid = "doseId: must be a UUID such as 0190c2a4-7f6e-7b3c-9a51-3f6f0a9d2c11";
    public const string DoseIdMissing = "doseId: is missing; give each dose a UUID of its own, preferably version 7";
    public const string DoseIdOnTally = "doseId: a tally has none; send either a doseId or a count";
    public const string RecipientOnTally = "recipientKey: belongs to a single dose; leave it out of a tally";
    public const string CountOnDose = "count: belongs to a tally; send this line in tallies, or leave it out";
    public const string CountMissing = "count: is missing; it must be a whole number from 0 (none given) to 1000000000";
    public const string CountInvalid = "count: must be a whole number from 0 (none given) to 1000000000";
    public const string VaccineTwice = "vaccineCodes: stand in place of vaccineId; send one of them";
    public const string ReasonMissing = "reason: is missing; say in 1 to 200 characters why the dose was not given";
    public const string ReasonElsewhere = "reason: belongs to a line of kind notGiven or subpotent; leave it out";
    public const string DateInvalid = "occurredOn: must be a date such as 2026-03-31";
    public const string DateMissing = "occurredOn: is missing; it must be a date such as 2026-03-31";
    public const string DateTooEarly = "occurredOn: must not be before 1900-01-01; correct the date";
    public const string DateInFuture = "occurredOn: must not be in the future; send the dose when it has been given, or correct the date";

    /// <summary>The answer to a kind that is none.</summary>
    public static readonly string KindInvalid =
        $"kind: must be {string.Join(", ", DoseKinds.All.SkipLast(1))} or {DoseKinds.All[^1]}; {DoseKinds.All[0]} when left out";

    /// <summary>The id is that of a line of a place of which the caller may not report.</summary>
    public const string IdTaken = "the id is that of another line: give this line an id of its own";

    /// <summary>The caller may not report of the facility, or there is none.</summary>
    public const string NoRight = "facilityId: this needs the right report.write there, which you do not have, or there is no such "
        + "facility; correct it, or ask for the right, and send the line in another submission";

    /// <summary>A recipient cannot be hashed, and so is not kept at all.</summary>
    public static string NoRecipientKey(string file, string why) =>
        $"recipientKey: cannot be taken now, because the key that hashes it, {file}, {why}; send the same submission again when an "
            + "operator has put that right";

    /// <summary>The name of a field as it was sent, or its beginning where it is long.</summary>
    public static string NameOf(ReadOnlySpan<byte> sent) => Encoding.UTF8.GetString(sent[..Math.Min(sent.Length, NameBytesMax)]);

    /// <summary>The first day that a dose may be dated.</summary>
    public static readonly int FirstDay = Limits.Earliest.DayNumber;

    /// <summary>The last day that a dose may be dated: today in the zone where the day begins first, UTC+14.</summary>
    public static int NewestDay(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime.AddHours(14)).DayNumber;

    /// <summary>Reads <c>YYYY-MM-DD</c>.</summary>
    public static bool TryDay(ReadOnlySpan<byte> text, out int day)
    {
        day = 0;
        if (text.Length != 10 || text[4] != '-' || text[7] != '-') return false;
        if (!Digits(text[..4], out var year) || !Digits(text.Slice(5, 2), out var month) || !Digits(text[8..], out var ofMonth))
            return false;
        if (year < 1 || month is < 1 or > 12 || ofMonth < 1 || ofMonth > DateTime.DaysInMonth(year, month)) return false;
        day = new DateOnly(year, month, ofMonth).DayNumber;
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            value = value * 10 + digit - '0';
        }

        return true;
    }
}
