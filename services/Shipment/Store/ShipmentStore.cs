using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.Shipment.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Shipment.Store;

/// <summary>The store of this service: where shipments lie in it, and how one is found and changed.</summary>
internal sealed class ShipmentStore([FromKeyedServices(ShipmentStore.Name)] IStore opened) : ServiceStore(opened)
{
    /// <summary>The name of the service, under which the host opens its store.</summary>
    public const string Name = "shipment";

    /// <summary>Every shipment, in one partition so that a list goes by id.</summary>
    public const string Shipments = "shipments";

    /// <summary>The ids of the shipments from or to a facility, by facility.</summary>
    public const string ByFacility = "shipments-by-facility";

    /// <summary>What is known of lots, by vaccine.</summary>
    public const string Lots = "lots";

    /// <summary>Where a facility lies.</summary>
    public const string Facilities = "facilities";

    /// <summary>The facilities of a Global Location Number (partition).</summary>
    public const string FacilitiesByGln = "facilities-by-gln";

    /// <summary>The vaccines that are known.</summary>
    public const string Vaccines = "vaccines";

    /// <summary>The vaccines of a Global Trade Item Number of 14 digits (partition).</summary>
    public const string VaccinesByGtin = "vaccines-by-gtin";

    /// <summary>The partition of collections that have only one.</summary>
    public const string Everything = "all";

    /// <summary>Counters: doses in transit, by vaccine (partition) and facility that they go to (key).</summary>
    public const string InTransitFamily = "in-transit";

    /// <summary>For a change that shows no lots.</summary>
    public static readonly IReadOnlyDictionary<LotKey, LotRecord> NoLots = new Dictionary<LotKey, LotRecord>();

    /// <summary>The cause of what is done once to a shipment, whichever of its id it is.</summary>
    public static string Cause(string what, string shipmentId, ShipmentRecord? known) =>
        known is { Revision: > 0 and var revision } ? $"{what}:{shipmentId}:{revision}" : $"{what}:{shipmentId}";

    /// <summary>The shipment as last committed, or null.</summary>
    public ValueTask<ShipmentRecord?> FindShipment(string shipmentId, CancellationToken cancel) =>
        this.Find<ShipmentRecord>(Shipments, Everything, shipmentId, cancel);

    /// <summary>
    /// Decides about a known shipment and commits what comes of it. The answer kept is the shipment's view.
    /// </summary>
    public ValueTask<Committed<ShipmentView>> Change(
        string cause, string shipmentId, IReadOnlyDictionary<LotKey, LotRecord> lots,
        Func<ShipmentRecord, DateTimeOffset, Outcome> decide, CancellationToken cancel, object? content = null) =>
        this.Commit<ShipmentView>(cause, content, tx => Decide(tx, shipmentId, lots, decide), cancel);

    /// <summary>The same where the shipment's state alone tells whether something was said before: no cause is kept.</summary>
    public ValueTask<Decision<ShipmentView>> Change(
        string shipmentId, IReadOnlyDictionary<LotKey, LotRecord> lots,
        Func<ShipmentRecord, DateTimeOffset, Outcome> decide, CancellationToken cancel) =>
        this.Change<ShipmentView>(tx => Decide(tx, shipmentId, lots, decide), cancel);

    private static async ValueTask<Decision<ShipmentView>> Decide(
        ITransaction tx, string shipmentId, IReadOnlyDictionary<LotKey, LotRecord> lots,
        Func<ShipmentRecord, DateTimeOffset, Outcome> decide)
    {
        if (await tx.FindShipment(shipmentId) is not { } before) return Refusal.NotFound("shipment", shipmentId);
        switch (decide(before, tx.Now))
        {
            case Outcome.Accepted accepted:
                await tx.Keep(before, accepted);
                return ShipmentView.Of(accepted.Shipment, lots, tx.Now);
            case Outcome.WrongState wrong:
                return Refusal.Conflict(wrong.Detail);
            case Outcome.Invalid invalid:
                var errors = new FieldErrors();
                foreach (var (field, problem) in invalid.Problems) errors.Add(field, problem);
                return errors.ToRefusal()!;
            default:
                return ShipmentView.Of(before, lots, tx.Now).AsRepeat();
        }
    }

    /// <summary>
    /// What is known of the lots of some lines. Read beside the change, not in it: it serves warnings and expiries, and
    /// many lookups would hold up the other changes.
    /// </summary>
    public async ValueTask<IReadOnlyDictionary<LotKey, LotRecord>> FindLots(
        IReadOnlyList<ConsignedLine>? lines, CancellationToken cancel)
    {
        var lots = new Dictionary<LotKey, LotRecord>();
        foreach (var line in lines ?? [])
        {
            if (line.LotNumber is { } number && await this.Find<LotRecord>(Lots, line.VaccineId, number, cancel) is { } lot)
                lots[line.Key] = lot;
        }

        return lots;
    }
}
