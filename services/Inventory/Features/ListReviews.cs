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

/// <summary>Doses that were reported as given, and counted, at which somebody should look.</summary>
/// <param name="FacilityId">The code of the facility.</param>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">The lot, or null where the reports left it open.</param>
/// <param name="OccurredOn">The day on which they were given.</param>
/// <param name="Doses">Doses, above 0, less those taken back. Of a closed place, and before the vaccine was introduced, those that
/// left in consignments of the past without a lot number are among them.</param>
/// <param name="Why">What is strange about them: of the lot (<c>expired</c>, else <c>recalled</c>), the place or the vaccine; doses with
/// reasons of two of these are listed twice.</param>
/// <param name="Since">The day from which that holds: the first after the lot's last usable day or the place's last, or that of the
/// introduction.</param>
internal sealed record ReviewView(
    string FacilityId, string VaccineId, string? LotNumber, DateOnly OccurredOn, long Doses,
    [ValuesOf(typeof(ReviewReason))] string Why, DateOnly? Since);

/// <summary>Lists doses that were taken and that a person should look at.</summary>
internal static class ListReviews
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/administrations/reviews", Handle)
        .WithTags("Administrations").WithName("ListReviews").Needs(Right.StockRead).IsDear()
        .WithSummary("Doses that were counted and that a person should look at: of an expired or recalled lot, at a closed place, before "
            + "the vaccine was introduced.")
        .Produces<Page<ReviewView>>().ProducesProblem(StatusCodes.Status404NotFound);

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
