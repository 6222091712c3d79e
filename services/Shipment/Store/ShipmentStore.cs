using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.Shipment.Domain;

namespace Distribution.Shipment.Store;

/// <summary>Where shipments lie in the service's store, and how a change of one is kept.</summary>
internal static class ShipmentStore
{
    /// <summary>Every shipment, in one partition so that a list goes by id.</summary>
    public const string Shipments = "shipments";

    /// <summary>The ids of the shipments from or to a facility, by facility.</summary>
    public const string ByFacility = "shipments-by-facility";

    /// <summary>What is known of lots, by vaccine.</summary>
    public const string Lots = "lots";

    /// <summary>In which country a facility lies.</summary>
    public const string Facilities = "facilities";

    /// <summary>The partition of collections that have only one.</summary>
    public const string Everything = "all";

    /// <summary>Counters: doses in transit, by vaccine (partition) and facility that they go to (key).</summary>
    public const string InTransitFamily = "in-transit";

    /// <summary>For a change that shows no lots.</summary>
    public static readonly IReadOnlyDictionary<LotKey, LotRecord> NoLots = new Dictionary<LotKey, LotRecord>();

    private static readonly byte[] IndexBody = "{}"u8.ToArray();

    /// <summary>The shipment as last committed, or null.</summary>
    public static ValueTask<ShipmentRecord?> FindShipment(this IStore store, string shipmentId, CancellationToken cancel) =>
        store.Find<ShipmentRecord>(Shipments, Everything, shipmentId, cancel);

    /// <summary>The shipment with what this change did so far, or null.</summary>
    public static ValueTask<ShipmentRecord?> FindShipment(this ITransaction change, string shipmentId) =>
        change.Find<ShipmentRecord>(Shipments, Everything, shipmentId);

    /// <summary>Keeps a shipment's new state with its events, its index and the doses in transit.</summary>
    public static async ValueTask Keep(this ITransaction change, ShipmentRecord? before, Outcome.Accepted outcome)
    {
        var after = outcome.Shipment;
        await change.Put(Shipments, Everything, after.ShipmentId, after);
        if (before is null)
        {
            foreach (var facilityId in new[] { after.Route.FromFacilityId, after.Route.ToFacilityId })
            {
                if (facilityId is not null) await change.Put(ByFacility, facilityId, after.ShipmentId, IndexBody);
            }
        }

        if (after.Route.ToFacilityId is { } to)
        {
            foreach (var (vaccineId, doses) in InTransit.Change(before, after)) change.Add(InTransitFamily, vaccineId, to, doses);
        }

        foreach (var outgoing in outcome.Events) change.Publish(outgoing);
    }

    /// <summary>
    /// Decides about a known shipment and commits what comes of it. The answer kept is the shipment's view, empty when
    /// nothing changed.
    /// </summary>
    public static ValueTask<Committed> Change(
        this IStore store, string cause, string shipmentId, IReadOnlyDictionary<LotKey, LotRecord> lots,
        Func<ShipmentRecord, DateTimeOffset, Outcome> decide, CancellationToken cancel) =>
        store.Commit(cause, async change =>
        {
            if (await change.FindShipment(shipmentId) is not { } before)
                return Decision.Refuse(Refusal.NotFound("shipment", shipmentId));
            switch (decide(before, change.Now))
            {
                case Outcome.Accepted accepted:
                    await change.Keep(before, accepted);
                    return Decision.Accept(StoreJson.Bytes(ShipmentView.Of(accepted.Shipment, lots, change.Now)));
                case Outcome.WrongState wrong:
                    return Decision.Refuse(Refusal.Conflict(wrong.Detail));
                case Outcome.Invalid invalid:
                    var errors = new FieldErrors();
                    foreach (var (field, problem) in invalid.Problems) errors.Add(field, problem);
                    return Decision.Refuse(errors.ToRefusal()!);
                default:
                    return Decision.Accept();
            }
        }, cancel);

    /// <summary>
    /// For events: one about a shipment that is not known cannot be applied and must not be lost, so it fails, and is
    /// parked to be replayed.
    /// </summary>
    /// <exception cref="InvalidOperationException">The change was refused.</exception>
    public static void ThrowIfRefused(this Committed committed)
    {
        if (committed.Refusal is Refusal refusal) throw new InvalidOperationException(refusal.Detail);
    }

    /// <summary>
    /// What is known of the lots of some lines. Read beside the change, not in it: it serves warnings and expiries, and
    /// many lookups would hold up the other changes.
    /// </summary>
    public static async ValueTask<IReadOnlyDictionary<LotKey, LotRecord>> FindLots(
        this IStore store, IReadOnlyList<ConsignedLine>? lines, CancellationToken cancel)
    {
        var lots = new Dictionary<LotKey, LotRecord>();
        foreach (var line in lines ?? [])
        {
            if (line.LotNumber is { } number && await store.Find<LotRecord>(Lots, line.VaccineId, number, cancel) is { } lot)
                lots[line.Key] = lot;
        }

        return lots;
    }
}

/// <summary>A facility as this service knows it.</summary>
/// <param name="FacilityId">The facility's code.</param>
/// <param name="Country">The code of the country that it lies in.</param>
/// <param name="Version">The version of the facility; an older one is ignored.</param>
internal sealed record KnownFacility(string FacilityId, string Country, long Version)
{
    /// <summary>The version of this shape.</summary>
    public int SchemaVersion { get; init; } = 1;
}
