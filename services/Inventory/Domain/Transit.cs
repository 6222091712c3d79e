using System.Text.Json.Serialization;

namespace Distribution.Inventory.Domain;

/// <summary>Doses of one vaccine and lot (empty for none) in a shipment.</summary>
internal sealed record TransitLine(string VaccineId, string Lot, long Doses);

/// <summary>Doses that had been missing and arrived on a day.</summary>
internal sealed record FoundLine(DateOnly Day, string VaccineId, string Lot, long Doses);

/// <summary>What the ledger knows of a shipment. Facts about it may come in any order, and again.</summary>
internal sealed record Transit
{
    /// <summary>The layout of the stored document.</summary>
    public int SchemaVersion { get; init; } = 2;

    /// <summary>The shipment.</summary>
    public required string ShipmentId { get; init; }

    /// <summary>Which shipment of this id: 0 for the first.</summary>
    public int Revision { get; init; }

    /// <summary>All of it was taken back, or given up: nothing that is told of it counts any more.</summary>
    public bool TakenBack { get; init; }

    /// <summary>The sender, or null when it is outside.</summary>
    public string? FromFacilityId { get; init; }

    /// <summary>The receiver, or null when it is outside.</summary>
    public string? ToFacilityId { get; init; }

    /// <summary>Stock was asked for it: answered once.</summary>
    public bool Requested { get; init; }

    /// <summary>It was cancelled, perhaps before it was asked for.</summary>
    public bool Cancelled { get; init; }

    /// <summary>It left.</summary>
    public bool Dispatched { get; init; }

    /// <summary>The day on which it left.</summary>
    public DateOnly DispatchedOn { get; init; }

    /// <summary>It arrived.</summary>
    public bool Received { get; init; }

    /// <summary>The day on which it arrived.</summary>
    public DateOnly ReceivedOn { get; init; }

    /// <summary>What is reserved for it.</summary>
    public IReadOnlyList<TransitLine> Reserved { get; init; } = [];

    /// <summary>What is on the way.</summary>
    public IReadOnlyList<TransitLine> InTransit { get; init; } = [];

    /// <summary>What was on the way until it arrived, when it did on another day than it left: it counts on the days between.</summary>
    public IReadOnlyList<TransitLine> Arrived { get; init; } = [];

    /// <summary>What was missing when it arrived.</summary>
    public IReadOnlyList<TransitLine> Lost { get; init; } = [];

    /// <summary>What arrived later of what was missing.</summary>
    public IReadOnlyList<FoundLine> Found { get; init; } = [];

    /// <summary>The numbers of its later receipts that are known.</summary>
    public IReadOnlyList<int> Later { get; init; } = [];

    /// <summary>Where doses on the way or lost count: the lowest place that contains both ends.</summary>
    public string Place { get; init; } = PlacePath.World;

    /// <summary>It comes from outside: what is on the way is not delivered yet.</summary>
    [JsonIgnore]
    public bool Incoming => FromFacilityId is null;

    /// <summary>Whether its place depends on where two facilities lie in the tree, and doses count there on some day.</summary>
    [JsonIgnore]
    public bool PlaceMatters =>
        FromFacilityId is not null && ToFacilityId is not null && InTransit.Count + Arrived.Count + Lost.Count + Found.Count > 0;

    /// <summary>Where doses on the way between two ends count.</summary>
    public static string PlaceBetween(PlacePath? from, PlacePath? to) => (from, to) switch
    {
        ({ } a, { } b) => PlacePath.LowestCommon(a, b),
        ({ } a, null) => a.Ids[0],
        (null, { } b) => b.Ids[0],
        _ => PlacePath.World,
    };
}
