using System.Text;
using Distribution.Contracts.Administration.V1;

namespace Distribution.Administration.Intake.Lines;

/// <summary>What has become of a dose or tally line.</summary>
internal enum DoseState : byte
{
    /// <summary>Counted.</summary>
    Counted = 1,

    /// <summary>Kept until the reference data that it names is known; counted nowhere.</summary>
    Held = 2,

    /// <summary>Entered in error; counted nowhere, for ever.</summary>
    Retracted = 3,

    /// <summary>Was held and was given up by a person; its id is free again.</summary>
    Discarded = 4,

    /// <summary>Not there yet, but its retraction is.</summary>
    Awaited = 5,

    /// <summary>Taken, and counted nowhere because of its kind. Only shown: what is taken is stored as counted.</summary>
    Kept = 6,
}

/// <summary>A dose or tally line as it is kept, read back.</summary>
/// <param name="State">What has become of it.</param>
/// <param name="Sum">Its dimensions and doses.</param>
/// <param name="Recipient">Who got it, as a hash, or null. It goes nowhere but here.</param>
/// <param name="SubmissionId">The submission that brought it.</param>
/// <param name="TakenBack">Doses of it that were retracted, at most all.</param>
/// <param name="Reason">Why it was not given, or was subpotent; or null.</param>
internal sealed record DoseContent(
    DoseState State, AdministeredSum Sum, RecipientMark? Recipient, string SubmissionId, int TakenBack, string? Reason)
{
    /// <summary>The state as people are told it.</summary>
    public DoseState Shown => State == DoseState.Counted && !DoseKinds.IsCounted(Sum.Kind) ? DoseState.Kept : State;

    /// <summary>Its dimensions and the doses that were not retracted.</summary>
    public AdministeredSum Standing => Sum with { Doses = Sum.Doses - TakenBack };
}

/// <summary>
/// The bytes kept under a dose's or tally line's key. Byte 0 is the format, byte 1 the state; then the content
/// (seven texts with a length byte before each, the day, the count, the recipient's mark, and, in a record of doses that were not simply
/// given, their kind and the reason), then, in a record of which doses were taken back, how many, then the submission's id. One that is
/// awaited has nothing but the first two bytes.
/// The content tells its own end, so two records have the same content when their bytes agree that far; or when all agrees but marks
/// that were made under different keys. Before there were keys, the recipient was kept as it was sent.
/// </summary>
internal static class DoseRecord
{
    /// <summary>Bytes before the content.</summary>
    public const int HeaderBytes = 2;

    /// <summary>A record never has more bytes.</summary>
    public const int BytesMax = 2048;

    private const int TextsOfContent = 7;
    private const byte Format = 1;
    private const byte FormatTakenBack = 2;
    private const byte FormatOfKind = 3;
    private const byte FormatOfKindTakenBack = 4;

    /// <summary>Bytes of a number at most.</summary>
    public const int NumberBytesMax = 5;

    /// <summary>The record of a line that is not there yet.</summary>
    public static ReadOnlyMemory<byte> Awaited { get; } = new byte[] { Format, (byte)DoseState.Awaited };

    /// <summary>Writes the header of a counted line; returns the bytes written.</summary>
    public static int WriteHeader(Span<byte> to, DoseKind kind)
    {
        to[0] = kind == DoseKind.Given ? Format : FormatOfKind;
        to[1] = (byte)DoseState.Counted;
        return HeaderBytes;
    }

    /// <summary>Writes the dimensions; returns the bytes written.</summary>
    public static int WriteDimensions(Span<byte> to, in Dimensions dimensions)
    {
        var at = 0;
        WriteText(to, ref at, dimensions.Facility);
        WriteText(to, ref at, dimensions.Vaccine);
        WriteText(to, ref at, dimensions.DoseNumber);
        WriteText(to, ref at, dimensions.Lot);
        WriteText(to, ref at, dimensions.AgeBand);
        WriteText(to, ref at, dimensions.Sex);
        WriteText(to, ref at, dimensions.PriorityGroup);
        WriteNumber(to, ref at, dimensions.Day);
        return at;
    }

    /// <summary>Writes the header and the dimensions of a counted line; returns the bytes written.</summary>
    public static int WriteBegin(Span<byte> to, in Dimensions dimensions)
    {
        var at = WriteHeader(to, dimensions.Kind);
        return at + WriteDimensions(to[at..], dimensions);
    }

    /// <summary>Writes what differs between lines of the same dimensions; returns the bytes written.</summary>
    public static int WriteRest(Span<byte> to, int count, ReadOnlySpan<byte> recipient)
    {
        var at = 0;
        WriteNumber(to, ref at, count);
        WriteNumber(to, ref at, recipient.Length);
        recipient.CopyTo(to[at..]);
        return at + recipient.Length;
    }

    /// <summary>Writes what comes last in the content of a line of doses that were not simply given; returns the bytes written.</summary>
    public static int WriteKind(Span<byte> to, DoseKind kind, ReadOnlySpan<byte> reason)
    {
        var at = 0;
        to[at++] = (byte)kind;
        WriteNumber(to, ref at, reason.Length);
        reason.CopyTo(to[at..]);
        return at + reason.Length;
    }

    /// <summary>The state of a record.</summary>
    public static DoseState StateOf(ReadOnlySpan<byte> record) => (DoseState)record[1];

    /// <summary>The record in another state.</summary>
    public static byte[] InState(ReadOnlySpan<byte> record, DoseState state)
    {
        var copy = record.ToArray();
        copy[1] = (byte)state;
        return copy;
    }

    /// <summary>The record of a line that had named its vaccine by codes, with the vaccine's id in place of them.</summary>
    public static byte[] OfVaccine(ReadOnlySpan<byte> record, string vaccineId)
    {
        var at = HeaderBytes + 1 + record[HeaderBytes];
        var id = Encoding.UTF8.GetBytes(vaccineId);
        return [.. record[..at], (byte)id.Length, .. id, .. record[(at + 1 + record[at])..]];
    }

    /// <summary>The record with so many doses taken back, those of before among them; retracted where these are all.</summary>
    public static byte[] WithTakenBack(ReadOnlySpan<byte> record, int takenBack)
    {
        var content = Read(record, out var contentEnd);
        var submission = Encoding.UTF8.GetBytes(content.SubmissionId);
        var copy = new byte[contentEnd + NumberBytesMax + submission.Length];
        record[..contentEnd].CopyTo(copy);
        copy[0] = HasKind(record) ? FormatOfKindTakenBack : FormatTakenBack;
        if (takenBack >= content.Sum.Doses) copy[1] = (byte)DoseState.Retracted;
        var at = contentEnd;
        WriteNumber(copy, ref at, takenBack);
        submission.CopyTo(copy, at);
        return copy[..(at + submission.Length)];
    }

    /// <summary>Whether a kept record has the same content as a new one, byte for byte. The new one's content's length is known.</summary>
    public static bool SameContent(ReadOnlySpan<byte> kept, ReadOnlySpan<byte> record, int contentBytes) =>
        kept.Length >= HeaderBytes + contentBytes && HasKind(kept) == HasKind(record)
        && kept.Slice(HeaderBytes, contentBytes).SequenceEqual(record.Slice(HeaderBytes, contentBytes));

    /// <summary>Reads a record.</summary>
    /// <exception cref="InvalidDataException">The record has a format that this version does not know.</exception>
    public static DoseContent Read(ReadOnlySpan<byte> record) => Read(record, out _);

    private static bool HasKind(ReadOnlySpan<byte> record) => record[0] is FormatOfKind or FormatOfKindTakenBack;

    private static DoseContent Read(ReadOnlySpan<byte> record, out int contentEnd)
    {
        if (record[0] is < Format or > FormatOfKindTakenBack)
            throw new InvalidDataException($"a dose record has format {record[0]}, which is not known");
        var at = HeaderBytes;
        var facility = ReadText(record, ref at)!;
        var vaccine = ReadText(record, ref at)!;
        var doseNumber = ReadText(record, ref at)!;
        var lot = ReadText(record, ref at);
        var ageBand = ReadText(record, ref at);
        var sex = ReadText(record, ref at);
        var group = ReadText(record, ref at);
        var day = DateOnly.FromDayNumber(ReadNumber(record, ref at));
        var count = ReadNumber(record, ref at);
        var markLength = ReadNumber(record, ref at);
        var recipient = RecipientMark.Read(record.Slice(at, markLength));
        at += markLength;
        var (kind, reason) = (DoseKind.Given, (string?)null);
        if (HasKind(record))
        {
            kind = (DoseKind)record[at++];
            var reasonLength = ReadNumber(record, ref at);
            if (reasonLength > 0) reason = Encoding.UTF8.GetString(record.Slice(at, reasonLength));
            at += reasonLength;
        }

        contentEnd = at;
        var takenBack = record[0] is FormatTakenBack or FormatOfKindTakenBack ? ReadNumber(record, ref at)
            : StateOf(record) == DoseState.Retracted ? count
            : 0;
        return new DoseContent(
            StateOf(record),
            new AdministeredSum(facility, vaccine, lot, doseNumber, day, ageBand, sex, group, count, kind.InSum()),
            recipient, Encoding.UTF8.GetString(record[at..]), takenBack, reason);
    }

    /// <summary>The mark of who got the dose, for a record of another line of the same dose; empty where none is kept, or only what was
    /// kept before there were keys.</summary>
    public static ReadOnlySpan<byte> MarkOf(ReadOnlySpan<byte> record)
    {
        var at = HeaderBytes;
        for (var text = 0; text < TextsOfContent; text++) at += 1 + record[at];
        ReadNumber(record, ref at);
        ReadNumber(record, ref at);
        var length = ReadNumber(record, ref at);
        var mark = record.Slice(at, length);
        return mark.IsEmpty || mark[0] != RecipientKey.MarkBegin ? [] : mark;
    }

    /// <summary>Why a line with the id of a kept one, but other content, is a conflict: what differs, and the remedy. Null where nothing
    /// does that can be compared.</summary>
    public static string? Difference(DoseContent kept, DoseContent now)
    {
        var differences = new List<string>();
        Compare("facilityId", kept.Sum.FacilityId, now.Sum.FacilityId);
        Compare("vaccineId", kept.Sum.VaccineId, now.Sum.VaccineId);
        Compare("doseNumber", kept.Sum.DoseNumber, now.Sum.DoseNumber);
        Compare("occurredOn", $"{kept.Sum.OccurredOn:yyyy-MM-dd}", $"{now.Sum.OccurredOn:yyyy-MM-dd}");
        Compare("lotNumber", kept.Sum.LotNumber, now.Sum.LotNumber);
        Compare("ageBand", kept.Sum.AgeBand, now.Sum.AgeBand);
        Compare("sex", kept.Sum.Sex, now.Sum.Sex);
        Compare("priorityGroup", kept.Sum.PriorityGroup, now.Sum.PriorityGroup);
        Compare("count", $"{kept.Sum.Doses}", $"{now.Sum.Doses}");
        Compare("kind", kept.Sum.Kind ?? DoseKinds.Given, now.Sum.Kind ?? DoseKinds.Given);
        Compare("reason", kept.Reason, now.Reason);
        if (RecipientMark.Differ(kept.Recipient, now.Recipient)) differences.Add("with another recipientKey");
        if (differences.Count == 0) return null;
        var before = kept.Shown switch
        {
            DoseState.Kept => "taken",
            DoseState.Held => "held",
            DoseState.Retracted => "retracted as entered in error",
            _ => "counted",
        };
        var remedy = kept.State switch
        {
            DoseState.Held => "discard the held line to send it anew",
            DoseState.Retracted => "send the correct dose under a new id",
            _ => "to correct it, send what is right as a correction of it",
        };
        return $"{before} before {string.Join(", ", differences)}; {remedy}";

        void Compare(string field, string? was, string? @is)
        {
            if (was != @is) differences.Add($"with {field} {was ?? "unset"}, now {@is ?? "unset"}");
        }
    }

    private static void WriteText(Span<byte> to, ref int at, Symbol? text)
    {
        var utf8 = text is null ? [] : text.Utf8;
        to[at++] = checked((byte)utf8.Length);
        utf8.CopyTo(to[at..]);
        at += utf8.Length;
    }

    /// <summary>Writes a number that is not negative, in as few bytes as it needs.</summary>
    public static void WriteNumber(Span<byte> to, ref int at, int value)
    {
        for (; value >= 0x80; value >>= 7) to[at++] = (byte)(value | 0x80);
        to[at++] = (byte)value;
    }

    private static string? ReadText(ReadOnlySpan<byte> from, ref int at)
    {
        var length = from[at++];
        var text = length == 0 ? null : Encoding.UTF8.GetString(from.Slice(at, length));
        at += length;
        return text;
    }

    /// <summary>Reads a number.</summary>
    public static int ReadNumber(ReadOnlySpan<byte> from, ref int at)
    {
        var value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = from[at++];
            value |= (next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }
}
