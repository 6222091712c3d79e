using System.Text.Json.Serialization;

namespace Distribution.Shipment.Domain;

/// <summary>
/// Where a shipment stands: Requested → Allocated → Dispatched → Received, PartlyReceived or Returned; Requested → Refused; and
/// Cancelled before dispatch. A consignment from outside starts at Allocated. From everywhere it may come to EnteredInError, and to
/// Discarded where it named something that never became known.
/// </summary>
internal enum ShipmentState
{
    /// <summary>Asked for: its stock is being allocated.</summary>
    Requested,

    /// <summary>Its stock is reserved, or it comes from outside: it may leave.</summary>
    Allocated,

    /// <summary>Its stock could not be allocated. Final.</summary>
    Refused,

    /// <summary>On the way.</summary>
    Dispatched,

    /// <summary>Every dose was accepted. Final.</summary>
    Received,

    /// <summary>It arrived, and some doses were rejected or missing.</summary>
    PartlyReceived,

    /// <summary>It was turned back on the way and is with its sender again. Final.</summary>
    Returned,

    /// <summary>Called off before it left. Final.</summary>
    Cancelled,

    /// <summary>It was entered in error: nothing of it counts. Final.</summary>
    EnteredInError,

    /// <summary>It named something that is not known, and a person gave it up: nothing of it counts. Its id may be used again.</summary>
    Discarded,
}

/// <summary>Where a shipment comes from and goes to: exactly one of the first two and one of the last two is set.</summary>
/// <param name="Origin">Who outside sends it, or null.</param>
/// <param name="FromFacilityId">The facility that sends it, or null.</param>
/// <param name="ToFacilityId">The facility that gets it, or null.</param>
/// <param name="Destination">Who outside gets it, or null.</param>
internal sealed record ShipmentRoute(string? Origin, string? FromFacilityId, string? ToFacilityId, string? Destination);

/// <summary>One vaccine and lot in a shipment, and what became of it.</summary>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">The lot, or null when it is not named.</param>
/// <param name="ExpirationDate">The lot's expiry, or null when it is not known.</param>
/// <param name="Doses">Doses, above 0; in a past consignment also 0.</param>
/// <param name="Accepted">Doses taken into stock; null before receipt.</param>
/// <param name="Rejected">Doses that came unusable; null before receipt.</param>
/// <param name="Missing">Doses that did not come; null before receipt.</param>
/// <param name="Reason">Why doses were rejected, missing or more than were shipped, or null.</param>
/// <param name="Extra">Doses that came beyond those shipped, and were taken into stock; null is none.</param>
internal sealed record ConsignedLine(
    string VaccineId, string? LotNumber, DateOnly? ExpirationDate, long Doses,
    long? Accepted = null, long? Rejected = null, long? Missing = null, string? Reason = null, long? Extra = null)
{
    /// <summary>What tells a line from the others of its shipment.</summary>
    public LotKey Key => new(VaccineId, LotNumber);
}

/// <summary>A vaccine and one of its lots, or its doses without a lot.</summary>
internal readonly record struct LotKey(string VaccineId, string? LotNumber)
{
    /// <summary>For messages.</summary>
    public override string ToString() => LotNumber is null ? $"{VaccineId} without a lot" : $"{VaccineId} lot {LotNumber}";
}

/// <summary>One step of a shipment.</summary>
/// <param name="State">The state that it reached.</param>
/// <param name="At">When it happened.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="By">Who said so.</param>
/// <param name="Reason">Why, or null.</param>
internal sealed record ShipmentStep(ShipmentState State, DateTimeOffset At, DateTimeOffset RecordedAt, string By, string? Reason);

/// <summary>Who records a step, and when.</summary>
internal readonly record struct Stamp(DateTimeOffset RecordedAt, string By)
{
    /// <summary>The service that allocates.</summary>
    public const string Inventory = "inventory";
}

/// <summary>That a shipment is to leave, as long as Inventory has not answered whether what was allocated may still go.</summary>
/// <param name="OccurredAt">When it is to have left.</param>
/// <param name="RecordedAt">When it was asked.</param>
/// <param name="By">Who asked.</param>
internal sealed record DispatchAsk(DateTimeOffset OccurredAt, DateTimeOffset RecordedAt, string By);

/// <summary>A receipt of what had been missing.</summary>
/// <param name="Number">Which of its shipment, from 1.</param>
/// <param name="OccurredAt">When it arrived.</param>
/// <param name="ReceivedBy">Who took it in, or null.</param>
/// <param name="AtFacilityId">The facility where it arrived, when that is another than it was addressed to, or null.</param>
/// <param name="Lines">What came, with accepted and rejected doses.</param>
internal sealed record ReceivedLater(
    int Number, DateTimeOffset OccurredAt, string? ReceivedBy, string? AtFacilityId, IReadOnlyList<ConsignedLine> Lines);

/// <summary>A shipment as it is stored.</summary>
internal sealed record ShipmentRecord
{
    /// <summary>The version of this shape.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The caller's id.</summary>
    public required string ShipmentId { get; init; }

    /// <summary>Which shipment of this id: 0 for the first; another once it had been discarded.</summary>
    public int Revision { get; init; }

    /// <summary>The shipment, entered in error, in whose place this one is; or null.</summary>
    public string? Corrects { get; init; }

    /// <summary>Whether less than was asked for may be allocated.</summary>
    public bool AllowPartial { get; init; }

    /// <summary>From where to where.</summary>
    public required ShipmentRoute Route { get; init; }

    /// <summary>Where it stands.</summary>
    public required ShipmentState State { get; init; }

    /// <summary>When it was asked for; null for a past consignment, of which only the journey is known.</summary>
    public DateTimeOffset? RequestedAt { get; init; }

    /// <summary>When it left, or null.</summary>
    public DateTimeOffset? DispatchedAt { get; init; }

    /// <summary>When it arrived, or null.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>Who took it in, or null.</summary>
    public string? ReceivedBy { get; init; }

    /// <summary>The facility where it arrived, when that is another than it was addressed to; or null.</summary>
    public string? ReceivedAtFacilityId { get; init; }

    /// <summary>Receipts of what had been missing, in the order in which they were recorded.</summary>
    public IReadOnlyList<ReceivedLater> Later { get; init; } = [];

    /// <summary>That it is to leave, while Inventory looks whether it may; else null.</summary>
    public DispatchAsk? Asked { get; init; }

    /// <summary>How often it was to leave.</summary>
    public int DispatchAttempts { get; init; }

    /// <summary>Why it could not leave when it last was to, while it has not; else null.</summary>
    public string? DispatchRefusal { get; init; }

    /// <summary>What it holds: as asked for, and once allocated by lot. No two lines have the same key.</summary>
    public required IReadOnlyList<ConsignedLine> Lines { get; init; }

    /// <summary>What was asked for, once an allocation has replaced the lines; else null.</summary>
    public IReadOnlyList<ConsignedLine>? RequestedLines { get; init; }

    /// <summary>Its steps, in the order in which they were recorded.</summary>
    public required IReadOnlyList<ShipmentStep> History { get; init; }

    /// <summary>What tells whether a repeated request has the same content.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The facilities that it is, or was, at: its ends, and where it arrived instead.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Places =>
    [
        .. new[] { Route.FromFacilityId, Route.ToFacilityId, ReceivedAtFacilityId }
            .Concat(Later.Select(later => later.AtFacilityId)).OfType<string>().Distinct(),
    ];

    /// <summary>Whether anything of it counts, or may yet.</summary>
    [JsonIgnore]
    public bool Counts => State is not (ShipmentState.EnteredInError or ShipmentState.Discarded);

    /// <summary>Doses of a line that are still missing; null before receipt.</summary>
    public long? StillMissing(ConsignedLine line) =>
        line.Missing - Later.SelectMany(receipt => receipt.Lines).Where(later => later.Key == line.Key)
            .Sum(later => later.Accepted + later.Rejected);
}
