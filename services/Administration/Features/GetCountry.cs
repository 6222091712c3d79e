using Distribution.Administration.Domain;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>What is set for a country.</summary>
/// <param name="Country">The country's code.</param>
/// <param name="Lists">The values that its reports may have.</param>
/// <param name="Version">Rises with each change; 0 where nothing was ever set.</param>
/// <param name="RecordedBy">Who set it last, or null.</param>
/// <param name="RecordedAt">When it was recorded, or null.</param>
internal sealed record CountryView(
    string Country, CountryListsView Lists, long Version, string? RecordedBy, DateTimeOffset? RecordedAt)
{
    public static CountryView Of(CountryDocument set) =>
        new(set.Country, CountryListsView.Of(set.Lists), set.Version, set.RecordedBy, set.RecordedAt);
}

/// <summary>The values that reports of a country's places may have.</summary>
/// <param name="Sexes">Sexes; null for any.</param>
/// <param name="AgeBands">Age bands; null for any.</param>
/// <param name="PriorityGroups">Priority groups; null for any.</param>
/// <param name="RetractionReasons">Why lines may be taken back; null for any reason.</param>
internal sealed record CountryListsView(
    IReadOnlyList<string>? Sexes, IReadOnlyList<string>? AgeBands, IReadOnlyList<string>? PriorityGroups,
    IReadOnlyList<string>? RetractionReasons)
{
    public static CountryListsView Of(CountryLists lists) =>
        new(lists.Sexes, lists.AgeBands, lists.PriorityGroups, lists.RetractionReasons);
}

/// <summary>Shows what is set for a country, to all who may see a place in it: whoever reports has to know what can be said.</summary>
internal static class GetCountry
{
    public static void Map(RouteGroupBuilder countries) => countries.MapGet("/{country}", Handle)
        .WithName("GetCountry").Needs(Right.ReferenceRead)
        .WithSummary("The sexes, age bands, groups and reasons that the reports of a country's places may have.")
        .Produces<CountryView>()
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> Handle(
        string country, AdministrationStore store, ReferenceData reference, Caller caller, CancellationToken cancel)
    {
        await reference.CatchUp(store, cancel);
        var set = await store.Find<CountryDocument>(Collections.Countries, Collections.Whole, country, cancel);
        if (!IsShown(caller, reference, country) || (set is null && reference.Tree.TopsOf(Reach.Everywhere, country).Count == 0))
            return Refusal.NotFound("country", country).ToResult();
        return Results.Ok(
            set is null ? new CountryView(country, CountryListsView.Of(CountryLists.None), 0, null, null) : CountryView.Of(set));
    }

    /// <summary>Whether a caller may see what is set for a country: of which the caller may see a place, or everything.</summary>
    public static bool IsShown(Caller caller, ReferenceData reference, string country)
    {
        var reach = caller.ReachOf(Right.ReferenceRead);
        return reach.IsEverywhere || reach.Roots.Any(root => reference.Tree.Find(root)?.Country == country);
    }
}
