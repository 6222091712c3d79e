using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>Doses of a lot that would go.</summary>
/// <param name="LotNumber">The lot, or null for stock without a lot number.</param>
/// <param name="ExpirationDate">The lot's expiry, or null when it is not known.</param>
/// <param name="Doses">Doses of it.</param>
internal sealed record ProposedLot(string? LotNumber, DateOnly? ExpirationDate, long Doses);

/// <summary>What a shipment would be allocated if it were asked for now. Nothing is reserved.</summary>
/// <param name="FacilityId">The facility that would send it.</param>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="Doses">Doses that are wanted.</param>
/// <param name="Unavailable">Doses of them that are not available: with any, a request is refused unless it allows for less.</param>
/// <param name="Lots">What would go, first expiry first.</param>
internal sealed record AllocationProposal(
    string FacilityId, string VaccineId, long Doses, long Unavailable, IReadOnlyList<ProposedLot> Lots);

/// <summary>Which lots a shipment would take, by the rule by which they are taken.</summary>
internal static class ProposeAllocation
{
    public static void Map(RouteGroupBuilder stock) => stock.MapGet("/allocation", Handle)
        .WithName("ProposeAllocation").Needs(Right.StockRead)
        .WithSummary("The lots that a shipment of so many doses would be allocated now, first expiry first. Nothing is reserved.")
        .Produces<AllocationProposal>().ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        [Required] string? facilityId, [Required] string? vaccineId,
        [Description("Doses that are wanted, 1 to 1,000,000,000."), Required] long? doses,
        InventoryStore store, Places places, Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.RequireId(facilityId, "facilityId");
        errors.RequireId(vaccineId, "vaccineId");
        errors.Require(doses is >= 1 and <= Limits.DosesMax, "doses", $"must be 1 to {Limits.DosesMax}");
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();
        await places.CatchUp(store, cancel);
        if (await places.RefuseAt(caller, Right.StockRead, facilityId!, store, cancel) is { } hidden) return hidden.ToResult();
        foreach (var named in new[] { Named.Facility(facilityId!), Named.Vaccine(vaccineId!) })
            if (!await places.Knows(store, named, cancel)) return Refusal.NotFound(named.Kind, named.Id).ToResult();

        // As the lots are, which the card may learn a little later.
        var found = new Allocated([], doses!.Value);
        _ = await store.Try<Allocated>(null, async tx =>
        {
            var change = new LedgerChange(tx, places, "", caller.Subject);
            var work = await change.Card(facilityId!, vaccineId!);
            await change.RefreshLots(work);
            return found = Allocation.Find(
                work.Card, null, places.Today(facilityId!, tx.Now), doses.Value, goesBack: false);
        }, cancel);
        return TypedResults.Ok(new AllocationProposal(facilityId!, vaccineId!, doses.Value, found.Short,
            [.. found.Lots.Select(lot => new ProposedLot(lot.Lot.Length == 0 ? null : lot.Lot, lot.ExpirationDate, lot.Doses))]));
    }
}
