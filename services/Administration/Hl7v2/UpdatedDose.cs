using System.Globalization;
using Distribution.Administration.Intake;
using Distribution.Administration.Outside;
using Distribution.Contracts.Administration.V1;
using Distribution.Interop.Hl7v2;

namespace Distribution.Administration.Hl7v2;

/// <summary>A dose of a vaccination update: an RXA segment with the ORC before it and the OBX after it.</summary>
/// <param name="rxa">The segment.</param>
/// <param name="orc">The order that it belongs to; null where there is none.</param>
internal sealed class UpdatedDose(Segment rxa, Segment? orc)
{
    // LOINC: dose number in series.
    private const string DoseNumberCode = "30973-2";
    private const string NoVaccine = "998";
    private const int ReasonCharsMax = 200;

    private readonly List<Finding> _findings = [];

    /// <summary>The segment.</summary>
    public Segment Rxa => rxa;

    /// <summary>Where its key stands, or should.</summary>
    public Segment? Orc => orc;

    /// <summary>What was found of it. Where an error is among these, it is not taken.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Whether it can be taken, as far as the message goes.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>What is to be done.</summary>
    public KeyedAction Action { get; private set; }

    /// <summary>Who gives such keys, and the key; null where nobody keeps it.</summary>
    public (string Authority, string Number)? Key { get; private set; }

    /// <summary>The codes of the vaccine.</summary>
    public IReadOnlyList<SubmittedCode> Codes { get; private set; } = [];

    /// <summary>The day as it is written.</summary>
    public DateOnly OccurredOn { get; private set; }

    /// <summary>Where it was given, in the sender's words; null where that is not said.</summary>
    public string? Place => rxa[11][4];

    /// <summary>The lot; null where it is not said.</summary>
    public string? LotNumber => rxa[15][1];

    /// <summary>One of <see cref="DoseKinds"/>; null for a dose that was given.</summary>
    public string? Kind { get; private set; }

    /// <summary>Why it was not given; null for any other.</summary>
    public string? Reason { get; private set; }

    /// <summary>Which dose of the series it was, or that nobody said so.</summary>
    public string DoseNumber { get; private set; } = NoDoseNumber.Unspecified;

    /// <summary>Takes in an observation of the dose.</summary>
    public void Note(Segment obx)
    {
        if (obx[3][1] == DoseNumberCode && obx[5][1] is { } number && number != "999") DoseNumber = number;
    }

    /// <summary>Notes what was found of it.</summary>
    public void Find(Severity severity, ErrorCode code, Segment segment, int? field, string text) =>
        _findings.Add(new(severity, code, segment, field, text));

    /// <summary>Reads the segment.</summary>
    /// <param name="authority">Who gives the keys of a segment.</param>
    /// <param name="noNumber">What stands for a key that nobody keeps.</param>
    public void Read(Func<Segment, string> authority, string noNumber)
    {
        if (orc is null) Find(Severity.Warning, ErrorCode.SegmentOrder, rxa, null, "There is no ORC before it, which would hold its key.");
        if (orc?[3][1] is { } number && number != noNumber) Key = (authority(orc), number);
        var (completion, action) = CompletionAndAction();
        Action = action switch { null or "A" => KeyedAction.Add, "U" => KeyedAction.Put, _ => KeyedAction.Retract };
        if (action is not (null or "A" or "U" or "D"))
            Find(Severity.Error, ErrorCode.CodeUnknown, rxa, 21, "The action must be A, U or D, or be left out for A.");
        if (Action != KeyedAction.Add && Key is null)
        {
            Find(Severity.Error, ErrorCode.RequiredMissing, orc ?? rxa, orc is null ? null : 3,
                "What is to be changed is named by its key: say it.");
        }


        if (Action == KeyedAction.Retract)
        {
            IsTaken = Key is not null && action == "D";
            return;
        }

        ReadVaccine();
        ReadDay();
        ReadKind(completion);
        if (rxa[6][1] is { } amount && !decimal.TryParse(amount, NumberStyles.Number, CultureInfo.InvariantCulture, out _))
            Find(Severity.Warning, ErrorCode.DataType, rxa, 6, "The amount is no number; one dose is counted.");
        // An immunity, contraindication or forecast, carried by no vaccine: nothing is to be kept as a dose.
        IsTaken = !_findings.Exists(finding => finding.Severity == Severity.Error) && !Codes.Any(code => code.Code == NoVaccine);
    }

    /// <summary>A day, as it is written before the time: no offset ever moves it. Null where it is not said to the day.</summary>
    public static DateOnly? DayOf(string? time) =>
        time?.Length >= 8
        && DateOnly.TryParseExact(time.AsSpan(0, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;

    private void ReadVaccine()
    {
        var said = rxa[5];
        Codes = [.. new[] { (said[1], said[3]), (said[4], said[6]) }
            .Where(code => code is ({ }, { })).Select(code => new SubmittedCode(code.Item2!, code.Item1!))];
        if (Codes.Count == 0)
            Find(Severity.Error, ErrorCode.RequiredMissing, rxa, 5, "Say the vaccine by a code with its system, such as 03^MMR^CVX.");
    }

    private void ReadDay()
    {
        if (DayOf(rxa[3][1]) is { } day) OccurredOn = day;
        else if (rxa[3][1] is null) Find(Severity.Error, ErrorCode.RequiredMissing, rxa, 3, "Say on which day, as YYYYMMDD.");
        else Find(Severity.Error, ErrorCode.DataType, rxa, 3, "The day is needed, as YYYYMMDD: a month or a year is not its first day.");
    }

    private void ReadKind(string? completion)
    {
        var source = rxa[9].Repetitions.Select(repetition => repetition[1]).FirstOrDefault(code => code is not null);
        if (source is not (null or ['0', >= '0' and <= '8']))
            Find(Severity.Error, ErrorCode.CodeUnknown, rxa, 9, "The source must be 00 for a dose given now, or 01 to 08 for history.");
        if (completion is not (null or "CP" or "PA" or "RE" or "NA"))
            Find(Severity.Error, ErrorCode.CodeUnknown, rxa, 20, "The completion status must be CP, PA, RE or NA, or be left out for CP.");
        var refused = rxa[18][2] ?? rxa[18][1];
        if (completion is null && refused is not null)
            Find(Severity.Warning, ErrorCode.RequiredMissing, rxa, 20, "A reason for refusal without a status is taken as not given (RE).");
        Kind = completion is "RE" or "NA" || (completion is null && refused is not null) ? DoseKinds.NotGiven
            : source is not (null or "00") ? DoseKinds.Historical
            : completion == "PA" ? DoseKinds.Subpotent
            : null;
        if (Kind == DoseKinds.NotGiven)
        {
            Reason = refused ?? (completion == "NA" ? "not administered" : "refused");
            if (Reason.Length > ReasonCharsMax) Reason = Reason[..ReasonCharsMax];
        }
    }

    // Some senders are one field late.
    private (string? Completion, string? Action) CompletionAndAction() => rxa[20].IsEmpty && rxa[21][1] is "CP" or "PA" or "RE" or "NA"
        ? (rxa[21][1], rxa[22][1])
        : (rxa[20][1], rxa[21][1]);
}
