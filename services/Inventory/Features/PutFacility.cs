using Distribution.Contracts.Inventory.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Held;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Registration;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>A facility as it is shown.</summary>
/// <param name="FacilityId">The facility's code.</param>
/// <param name="Name">The name that people use.</param>
/// <param name="Level">Its level in the tree of places.</param>
/// <param name="ParentId">The place that contains it, or null for a root.</param>
/// <param name="Country">The country's code.</param>
/// <param name="Gln">GS1 Global Location Number.</param>
/// <param name="Latitude">Degrees north.</param>
/// <param name="Longitude">Degrees east.</param>
/// <param name="HoldsReturns">Whether expired and recalled lots may be sent there, on their way back.</param>
/// <param name="TimeZone">Its own time zone by the IANA name, or null.</param>
/// <param name="ClosedOn">Its last day; null while it is open.</param>
/// <param name="MergedInto">The place into which it was merged; null for a place of its own. It is a part of that place, whose code is the
/// one to send; what is reported of this one counts there.</param>
/// <param name="Version">Rises by one with each change, from 1.</param>
internal sealed record FacilityView(
    string FacilityId, string Name, [ValuesOf(typeof(PlaceLevel))] string Level, string? ParentId, string Country, string? Gln,
    double? Latitude, double? Longitude, bool HoldsReturns, string? TimeZone, DateOnly? ClosedOn, string? MergedInto,
    long Version)
{
    /// <summary>What others call it.</summary>
    public IReadOnlyList<FacilityIdentifier> Identifiers { get; init; } = [];

    public static FacilityView Of(Facility facility, long version) => new(
        facility.FacilityId, facility.Name, facility.Level, facility.ParentId, facility.Country, facility.Gln,
        facility.Latitude, facility.Longitude, facility.HoldsReturns is true, facility.TimeZone, facility.ClosedOn,
        facility.MergedInto, version)
    {
        Identifiers = facility.Identifiers,
    };
}

/// <summary>Makes or changes a facility. What changes nothing publishes nothing and keeps the version.</summary>
internal static class PutFacility
{
    public static void Map(RouteGroupBuilder facilities) => facilities.MapPut("/{facilityId}", Handle)
        .WithName("PutFacility").Needs(Right.ReferenceWrite)
        .WithSummary("Makes or changes a facility: a country, region, district or facility in the tree of places.")
        .WithExample("""
            {
              "name": "Centro vaccinale Termini, Roma", "level": "facility", "parentId": "IT-LAZ", "country": "IT",
              "gln": "8003210000121", "latitude": 41.901, "longitude": 12.501
            }
            """, ("facilityId", "IT-LAZ-0101"))
        .Produces<FacilityView>().Produces<FacilityView>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static async Task<IResult> Handle(
        string facilityId, FacilityBody body, InventoryStore store, Places places,
        HeldFacts held, Caller caller, CancellationToken cancel)
    {
        if (body.Check(facilityId) is { } invalid) return invalid.ToResult();
        var committed = await store.Change<FacilityDecided>(async tx =>
        {
            var decided = await FacilityChanges.Decide(tx, places, facilityId, body, alone: true, caller);
            return decided.Refusal is { } refusal ? refusal : decided;
        }, cancel, [.. FacilityChanges.Reads(facilityId, body)]);
        if (committed.Refusal is { } refused) return refused.ToResult();
        var decided = committed.Answer;
        FacilityChanges.Committed(places, held, decided);
        var view = FacilityView.Of(decided.Facility, decided.Version);
        return decided.Outcome == FacilityOutcome.Created ? Results.Created($"/api/v1/facilities/{facilityId}", view) : Results.Ok(view);
    }
}
