using System.ComponentModel;
using Distribution.Contracts;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Registration;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>Facilities by id, and one facility.</summary>
internal static class ListFacilities
{
    private const int PageDocumentsMax = 500;
    private const int SearchLengthMax = 100;
    private const int IdsMax = 100;

    public static void Map(RouteGroupBuilder facilities)
    {
        facilities.MapGet("/", Handle).WithName("ListFacilities").Needs(Right.ReferenceRead)
            .WithSummary("Facilities by id, of a country, level or parent, or found by name or code; without those that were merged into "
                + "another.")
            .Produces<Page<FacilityView>>();
        facilities.MapGet("/{facilityId}", HandleOne).WithName("GetFacility").Needs(Right.ReferenceRead).WithSummary("One facility.")
            .Produces<FacilityView>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    internal static async Task<IResult> Handle(
        InventoryStore store, Places places, Caller caller, CancellationToken cancel,
        string? country = null, [ValuesOf(typeof(PlaceLevel))] string? level = null, string? parentId = null,
        bool? merged = null,
        [Description("Only those that have this text in their name or their code, whatever its case: 1 to 100 characters.")]
        string? search = null,
        [Description("Only the one that has this identifier, as system|value.")]
        string? identifier = null,
        [Description("Only those of these codes, up to 100, with commas between them.")]
        string? ids = null, string? after = null, int? limit = null)
    {
        if (Paging.Check(limit, out var items) is { } invalid) return invalid.ToResult();
        if (search is { Length: 0 or > SearchLengthMax })
            return Refusal.Field("search", $"must be 1 to {SearchLengthMax} characters").ToResult();
        if (identifier is not null && Coding.Parse(identifier) is null)
        {
            return Refusal.Field("identifier", "must be system|value: the URI of who gave the identifier, a bar, and the identifier")
                .ToResult();
        }

        var named = ids?.Split(',', StringSplitOptions.TrimEntries);
        if (named is { Length: > IdsMax } || named?.All(Ids.IsId) is false)
            return Refusal.Field("ids", $"must be 1 to {IdsMax} codes with commas between them; each {Ids.Rule}").ToResult();

        var own = await Own(store, places, caller, cancel);
        if (named is not null) own = [.. (own is null ? named : named.Intersect(own)).Distinct().Order(StringComparer.Ordinal)];
        if (parentId is not null || search is not null) own = await Looked(own, parentId, search, store, places, cancel);
        if (identifier is not null) own = await Identified(own, Coding.Parse(identifier)!.Value, store, cancel);
        var found = new List<FacilityView>();
        for (var looked = 0; ;)
        {
            var page = own is null
                ? await store.Scan(Names.Facilities, Names.One, after, PageDocumentsMax, cancel)
                : await Of(own, store, after, cancel);
            foreach (var document in page)
            {
                after = document.Id;
                var facility = document.As<Facility>();
                if (facility.MergedInto is not null && merged is not true) continue;
                if ((country is not null && facility.Country != country) || (level is not null && facility.Level != level)
                    || (parentId is not null && facility.ParentId != parentId)) continue;
                found.Add(View(document, places, caller));
                if (found.Count == items) return Results.Ok(new Page<FacilityView>(found, after));
            }

            looked += page.Count;
            if (page.Count < PageDocumentsMax) return Results.Ok(new Page<FacilityView>(found, null));
            if (looked >= Paging.DocumentsMax) return Results.Ok(new Page<FacilityView>(found, after));
        }
    }

    /// <summary>The ids of the places that a caller may see, in order, the countries among them; null for all.</summary>
    private static async ValueTask<string[]?> Own(InventoryStore store, Places places, Caller caller, CancellationToken cancel)
    {
        var reach = caller.ReachOf(Right.ReferenceRead);
        if (reach.IsEverywhere) return null;
        await places.CatchUp(store, cancel);
        return
        [
            .. places.Tree.TopsOf(Reach.Everywhere).Select(country => country.Id)
                .Union(places.Tree.Ids(reach)).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Of these places, or of all, those with an identifier; a GLN may be that of several.</summary>
    public static async ValueTask<string[]> Identified(string[]? own, Coding identifier, InventoryStore store, CancellationToken cancel)
    {
        var known = await store.Find<OwnedCode>(Names.FacilityIdentifiers, Names.One, identifier.ToString(), cancel);
        var ids = new SortedSet<string>(known is null ? [] : [known.Owner], StringComparer.Ordinal);
        if (identifier.System == Coding.Gln)
            ids.UnionWith((await store.Scan(Names.Glns, identifier.Code, null, PageDocumentsMax, cancel)).Select(found => found.Id));
        return [.. own is null ? ids : ids.Where(own.Contains)];
    }

    /// <summary>Of these places, or of all, those below a parent and with a text in their name or code: found in memory, so that a page
    /// costs what it shows.</summary>
    private static async ValueTask<string[]> Looked(
        string[]? own, string? parentId, string? search, InventoryStore store, Places places, CancellationToken cancel)
    {
        await places.CatchUp(store, cancel);
        var tree = places.Tree;
        var found = (own is null, parentId) switch
        {
            (true, null) => tree.All(),
            (true, { } parent) => tree.ChildrenOf(parent),
            _ => own!.Select(tree.Find).OfType<Place>(),
        };
        return [.. found.Where(place => parentId is null || place.ParentId == parentId)
            .Where(place => search is null || Has(place.Name) || Has(place.Id)).Select(place => place.Id).Order(StringComparer.Ordinal)];

        bool Has(string text) => text.Contains(search, StringComparison.OrdinalIgnoreCase);
    }

    private static async ValueTask<IReadOnlyList<Document>> Of(string[] own, InventoryStore store, string? after, CancellationToken cancel)
    {
        var found = new List<Document>();
        foreach (var id in own.SkipWhile(id => after is not null && string.CompareOrdinal(id, after) <= 0).Take(PageDocumentsMax))
            if (await store.Find(Names.Facilities, Names.One, id, cancel) is { } document) found.Add(document);
        return found;
    }

    /// <summary>A facility as a caller may see it: of a country beyond the caller's places no more than that it is there.</summary>
    private static FacilityView View(Document document, Places places, Caller caller)
    {
        var view = FacilityView.Of(document.As<Facility>(), document.Version);
        return places.Tree.IsIn(caller.ReachOf(Right.ReferenceRead), view.FacilityId)
            ? view
            : view with { Gln = null, Identifiers = [], Latitude = null, Longitude = null, TimeZone = null, HoldsReturns = false };
    }

    private static async Task<IResult> HandleOne(
        string facilityId, InventoryStore store, Places places, Caller caller, CancellationToken cancel) =>
        await store.Find(Names.Facilities, Names.One, facilityId, cancel) is { } document
        && (document.As<Facility>().Level == PlaceLevel.Country
            || await places.RefuseAt(caller, Right.ReferenceRead, facilityId, store, cancel) is null)
            ? Results.Ok(View(document, places, caller))
            : Refusal.NotFound("facility", facilityId).ToResult();
}
