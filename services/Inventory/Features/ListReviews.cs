using Distribution.Contracts.Administration.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>
/// Lists doses that were taken and that a person should look at, as far as lots, places and vaccines tell: the first part of the gateway's
/// list.
/// </summary>
internal static class ListReviews
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/inventory/reviews", Handle)
        .WithName("ListStockReviews").Needs(Right.StockRead).IsDear().ExcludeFromDescription();

    internal static async Task<IResult> Handle(
        InventoryStore store, Places places, Caller caller, CancellationToken cancel,
        string? facilityId = null, bool? only = null, string? country = null, string? vaccineId = null, string? after = null,
        int? limit = null)
    {
        await places.CatchUp(store, cancel);
        if (facilityId is not null && !places.Tree.Shows(caller.ReachOf(Right.StockRead), facilityId))
            return Refusal.NotFound("facility", facilityId).ToResult();
        return await CardPages.List(
            store, places, Names.Reviews, new(facilityId, only, country, vaccineId, after, limit, caller.ReachOf(Right.StockRead)),
            CardPages.MarksMax, Of, cancel);

        async ValueTask<IReadOnlyList<ReviewView>> Of(Document marked)
        {
            if (await store.Find<StockCard>(Names.Cards, marked.Partition, marked.Id, cancel) is not { } card) return [];
            var closedOn = (await store.Find<Facility>(Names.Facilities, Names.One, card.FacilityId, cancel))?.ClosedOn;
            var introducedOn = (await store.Find<StoredVaccine>(Names.Vaccines, Names.One, card.VaccineId, cancel))?.Vaccine.IntroducedOn;
            var table = await CardTables.Read(store, card, cancel);
            return [.. Reviews.Of(table, card.Terms, closedOn, introducedOn).Select(View)];

            ReviewView View(Review review) => new(
                card.FacilityId, card.VaccineId, review.Lot.Length == 0 ? null : review.Lot, review.Day, review.Doses, review.Why,
                review.Why switch
                {
                    ReviewReason.Closed => closedOn?.AddDays(1),
                    ReviewReason.NotIntroduced => introducedOn,
                    ReviewReason.Expired => card.Find(review.Lot)!.ExpirationDate?.AddDays(1),
                    _ => card.Find(review.Lot)!.UsableUntil is { } until && until > DateOnly.MinValue ? until.AddDays(1) : null,
                });
        }
    }
}
