using System.Text.Json.Serialization;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>The trial balance of a scope, in doses: received + discrepancy = the rest.</summary>
/// <param name="Received">Entered from outside the scope, less what left it again.</param>
/// <param name="OnHand">Stock, but for what is set apart.</param>
/// <param name="Quarantined">Set apart.</param>
/// <param name="InTransit">On the way.</param>
/// <param name="Administered">All doses reported as given.</param>
/// <param name="Wasted">Wasted.</param>
/// <param name="Lost">Lost on the way.</param>
/// <param name="Adjusted">Corrected away; below 0 where more was found.</param>
/// <param name="Discrepancy">Given or sent beyond known stock.</param>
/// <param name="Balanced">Whether received and discrepancy together equal the sum of the accounts.</param>
internal sealed record Balance(
    long Received, long OnHand, long Quarantined, long InTransit, long Administered, long Wasted, long Lost, long Adjusted,
    long Discrepancy, bool Balanced)
{
    /// <summary>Whether both sides are equal.</summary>
    [JsonIgnore]
    public bool Adds => Received + Discrepancy == OnHand + Quarantined + InTransit + Administered + Wasted + Lost + Adjusted;

    public static Balance Of(IReadOnlyDictionary<string, long> sums)
    {
        long Sum(string measure) => sums.GetValueOrDefault(measure);
        var balance = new Balance(
            Sum(Measure.Received), Sum(Measure.OnHand), Sum(Measure.Quarantined), Sum(Measure.InTransit), Sum(Measure.Administered),
            Sum(Measure.Wasted), Sum(Measure.Lost), Sum(Measure.Adjusted), Sum(Measure.Discrepancy), false);
        return balance with { Balanced = balance.Adds };
    }
}

/// <summary>Proves that every dose is somewhere: what came in, summed by itself, equals what the accounts hold.</summary>
internal static class GetBalance
{
    public static void Map(RouteGroupBuilder ledger) => ledger.MapGet("/balance", Handle)
        .WithName("GetBalance").Needs(Right.StockRead).WithSummary(
            "The trial balance of the world, a country or a facility with all below it, now or at the end of a day.")
        .Produces<Balance>().ProducesProblem(StatusCodes.Status404NotFound);

    internal static async Task<IResult> Handle(
        InventoryStore store, Places places, Caller caller, CancellationToken cancel,
        string? country = null, string? vaccineId = null, string? facilityId = null, DateOnly? asOf = null)
    {
        await places.CatchUp(store, cancel);
        if (vaccineId is not null && !await places.Knows(store, Named.Vaccine(vaccineId), cancel))
            return Refusal.NotFound("vaccine", vaccineId).ToResult();
        var reach = caller.ReachOf(Right.StockRead);
        var facility = facilityId is null || !places.Tree.Shows(reach, facilityId) ? null : places.Tree.Find(facilityId);
        if (facilityId is not null && facility is null) return Refusal.NotFound("facility", facilityId).ToResult();
        if (country is not null && facility is not null && facility.Country != country)
            return Refusal.Field("country", $"'{facilityId}' lies in {facility.Country}").ToResult();

        var scope = Scope(places, reach, country, facilityId);
        return Results.Ok(await Sum(store, scope, vaccineId is null ? places.Vaccines() : [vaccineId], asOf, cancel));
    }

    /// <summary>The trial balance of everything.</summary>
    internal static async Task<Balance> OfWorld(IStore store, Places places, CancellationToken cancel)
    {
        await places.CatchUp(store, cancel);
        return await Sum(store, [PlacePath.World], places.Vaccines(), null, cancel);
    }

    private static async Task<Balance> Sum(
        IStore store, IEnumerable<string> scope, IReadOnlyList<string> vaccines, DateOnly? asOf, CancellationToken cancel)
    {
        var sums = new Dictionary<string, long>();
        foreach (var place in scope)
        {
            foreach (var vaccine in vaccines)
            {
                foreach (var sum in await PlaceBooks.Read(store, place, vaccine, asOf, cancel))
                    sums[sum.Key] = sums.GetValueOrDefault(sum.Key) + sum.Value;
            }
        }

        return Balance.Of(sums);
    }

    /// <summary>The places whose sums make up a scope. A country without a place of its own is all that has no parent.</summary>
    private static IEnumerable<string> Scope(Places places, Reach reach, string? country, string? facilityId)
    {
        if (facilityId is not null) return [facilityId];
        if (!reach.IsEverywhere) return places.Tree.TopsOf(reach, country).Select(place => place.Id);
        if (country is null) return [PlacePath.World];
        return places.Tree.RootsOf(country);
    }
}
