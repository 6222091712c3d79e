using Distribution.Interop.Fhir;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Reference;
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
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using R4 = Hl7.Fhir.Model;

namespace Distribution.Inventory.Features;

/// <summary>Shows places as Locations of FHIR R4: one by its id, or those that a search finds.</summary>
internal static class FindLocations
{
    private const int NameCharsMax = 100;
    private const string AfterParameter = "_after";
    private const string PhysicalTypes = "http://terminology.hl7.org/CodeSystem/location-physical-type";

    private static readonly string[] Parameters = ["_id", "identifier", "name", "partof", "_count", AfterParameter];

    public static void Map(RouteGroupBuilder fhir)
    {
        fhir.MapGet("/Location", Search).Needs(Right.ReferenceRead);
        fhir.MapGet("/Location/{id}", Read).Needs(Right.ReferenceRead);
    }

    private static async Task<IResult> Read(
        string id, HttpContext http, InventoryStore store, Places places, Caller caller, CancellationToken cancel)
    {
        if (FhirRequest.RefuseParameters(http.Request, Parameters.SkipLast(1)) is { } refused) return refused;
        return await store.Find(Names.Facilities, Names.One, id, cancel) is { } document
            && (document.As<Facility>().Level == PlaceLevel.Country
                || await places.RefuseAt(caller, Right.ReferenceRead, id, store, cancel) is null)
            ? new FhirAnswer(StatusCodes.Status200OK, Shown(document, places, caller), (int)document.Version)
            : Refusal.NotFound("Location", id).ToResult();
    }

    private static async Task<IResult> Search(
        HttpContext http, InventoryStore store, Places places, Caller caller, CancellationToken cancel,
        [FromQuery(Name = "_id")] string? id = null,
        string? identifier = null,
        string? name = null,
        string? partof = null,
        [FromQuery(Name = "_count")] string? count = null,
        [FromQuery(Name = AfterParameter)] string? after = null)
    {
        var request = http.Request;
        var (items, unknown, refused) = FhirRequest.Search(request, count, Parameters);
        if (refused is not null) return refused;
        if (name is { Length: 0 or > NameCharsMax }) return Invalid("name", $"must be 1 to {NameCharsMax} characters");
        if (identifier is not null && Coding.Parse(identifier) is null) return Invalid("identifier", "must be system|value");

        await places.CatchUp(store, cancel);
        var parent = partof?.StartsWith("Location/", StringComparison.Ordinal) == true ? partof["Location/".Length..] : partof;
        var known = identifier is null ? null
            : await ListFacilities.Identified(null, Coding.Parse(identifier)!.Value, store, cancel);
        var reach = caller.ReachOf(Right.ReferenceRead);
        var candidates = id is not null ? [places.Tree.Find(id)]
            : known is not null ? known.Select(places.Tree.Find)
            : parent is not null ? places.Tree.ChildrenOf(parent)
            : places.Tree.All();
        string[] ids = [.. candidates.OfType<Place>()
            .Where(place => place.MergedInto is null && (place.Level == PlaceLevel.Country || places.Tree.IsIn(reach, place.Id)))
            .Where(place => (parent is null || place.ParentId == parent) && (known is null || known.Contains(place.Id)))
            .Where(place => name is null || place.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            .Select(place => place.Id).Order(StringComparer.Ordinal)];
        var found = new List<R4.Location>();
        string[] page = [.. ids.SkipWhile(each => after is not null && string.CompareOrdinal(each, after) <= 0).Take(items)];
        foreach (var each in page)
        {
            if (await store.Find(Names.Facilities, Names.One, each, cancel) is { } document) found.Add(Shown(document, places, caller));
        }

        var next = page.Length == items && page[^1] != ids[^1] ? page[^1] : null;
        return new FhirAnswer(StatusCodes.Status200OK,
            FhirRequest.Found(request, "Location", found, ids.Length, Parameters, next is null ? null : (AfterParameter, next), unknown));
    }

    /// <summary>A place as a caller may see it: of a country beyond the caller's places no more than that it is there.</summary>
    private static R4.Location Shown(Document document, Places places, Caller caller)
    {
        var facility = document.As<Facility>();
        var isOwn = places.Tree.IsIn(caller.ReachOf(Right.ReferenceRead), facility.FacilityId);
        var shown = new R4.Location
        {
            Id = facility.FacilityId,
            Meta = new R4.Meta { VersionId = $"{document.Version}" },
            Name = facility.Name,
            Status = facility.ClosedOn is null ? R4.Location.LocationStatus.Active : R4.Location.LocationStatus.Inactive,
            Mode = R4.Location.LocationMode.Instance,
            PhysicalType = facility.Level == "facility"
                ? new R4.CodeableConcept(PhysicalTypes, "si", "Site", null)
                : new R4.CodeableConcept(PhysicalTypes, "jdn", "Jurisdiction", null),
            PartOf = facility.ParentId is { } parent ? new R4.ResourceReference("Location/" + parent) : null,
        };
        if (!isOwn) return shown;
        shown.Identifier = [.. facility.Identifiers.Select(identifier => new R4.Identifier(identifier.System, identifier.Value))];
        if (facility.Gln is { } gln && facility.Identifiers.All(identifier => identifier.System != Coding.Gln))
            shown.Identifier.Add(new R4.Identifier(Coding.Gln, gln));
        if (facility is { Latitude: { } latitude, Longitude: { } longitude })
            shown.Position = new R4.Location.PositionComponent { Latitude = (decimal)latitude, Longitude = (decimal)longitude };
        return shown;
    }

    private static FhirAnswer Invalid(string parameter, string problem) => FhirRequest.Invalid(parameter, problem);
}
