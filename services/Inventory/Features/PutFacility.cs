using System.ComponentModel.DataAnnotations;
using Distribution.Contracts;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Held;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Registration;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Places;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>A facility as it is sent.</summary>
/// <param name="Name">The name that people use.</param>
/// <param name="Level">Its level in the tree of places.</param>
/// <param name="ParentId">The place that contains it, or null for a root.</param>
/// <param name="Country">The country's code.</param>
/// <param name="Gln">GS1 Global Location Number: 13 digits with a correct check digit.</param>
/// <param name="Latitude">Degrees north.</param>
/// <param name="Longitude">Degrees east.</param>
/// <param name="HoldsReturns">Whether expired and recalled lots may be sent there, on their way back. Left out, it stays as it is.</param>
internal sealed record FacilityBody(
    [Required] string? Name, [Required, ValuesOf(typeof(PlaceLevel))] string? Level, string? ParentId, [Required] string? Country,
    string? Gln, double? Latitude, double? Longitude, bool? HoldsReturns = null);

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
/// <param name="Version">Rises by one with each change, from 1.</param>
internal sealed record FacilityView(
    string FacilityId, string Name, [ValuesOf(typeof(PlaceLevel))] string Level, string? ParentId, string Country, string? Gln,
    double? Latitude, double? Longitude, bool HoldsReturns, long Version)
{
    public static FacilityView Of(Facility facility, long version) => new(
        facility.FacilityId, facility.Name, facility.Level, facility.ParentId, facility.Country, facility.Gln,
        facility.Latitude, facility.Longitude, facility.HoldsReturns is true, version);
}

/// <summary>Makes or changes a facility. What changes nothing publishes nothing and keeps the version.</summary>
internal static class PutFacility
{
    public static void Map(RouteGroupBuilder facilities) => facilities.MapPut("/{facilityId}", Handle)
        .WithName("PutFacility").WithSummary("Makes or changes a facility: a country, region, district or facility in the tree of places.")
        .WithExample("""
            {
              "name": "Centro vaccinale Termini, Roma", "level": "facility", "parentId": "IT-LAZ", "country": "IT",
              "gln": "8003210000121", "latitude": 41.901, "longitude": 12.501
            }
            """, ("facilityId", "IT-LAZ-0101"))
        .Produces<FacilityView>().Produces<FacilityView>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static async Task<IResult> Handle(
        string facilityId, FacilityBody body, InventoryStore store, Places places,
        HeldFacts held, Caller caller, CancellationToken cancel)
    {
        if (Check(facilityId, body, out var facility) is { } invalid) return invalid.ToResult();
        var committed = await store.Change<FacilityDecided>(async tx =>
        {
            var decided = await FacilityChanges.Decide(tx, places, facility, alone: true, caller);
            return decided.Refusal is { } refusal ? refusal : decided;
        }, cancel, [.. FacilityChanges.Reads(facility)]);
        if (committed.Refusal is { } refused) return refused.ToResult();
        var decided = committed.Answer;
        FacilityChanges.Committed(places, held, decided);
        var view = FacilityView.Of(decided.Facility, decided.Version);
        return decided.Outcome == FacilityOutcome.Created ? Results.Created($"/api/v1/facilities/{facilityId}", view) : Results.Ok(view);
    }

    /// <summary>Checks the fields by themselves.</summary>
    public static Refusal? Check(string? facilityId, FacilityBody body, out Facility facility)
    {
        var errors = new FieldErrors();
        errors.RequireId(facilityId, "facilityId");
        if (Limits.NameProblem(body.Name) is { } problem) errors.Add("name", problem);
        errors.Require(PlaceLevel.Rank(body.Level) >= 0, "level", $"must be one of {string.Join(", ", PlaceLevel.All)}");
        if (body.ParentId is not null) errors.RequireId(body.ParentId, "parentId");
        errors.Require(Ids.IsId(body.Country), "country", "is required: the country's code");
        errors.Require(body.Gln is null || Gs1.IsGln(body.Gln), "gln", "must be 13 digits with a correct GS1 check digit");
        errors.Require(body.Latitude is null or >= -90 and <= 90, "latitude", "must be −90 to 90 degrees");
        errors.Require(body.Longitude is null or >= -180 and <= 180, "longitude", "must be −180 to 180 degrees");
        errors.Require(body is { Level: not "country" } or { ParentId: null }, "parentId", "a country has no parent: leave it out");
        facility = new Facility
        {
            FacilityId = facilityId ?? "",
            Name = body.Name?.Trim() ?? "",
            Level = body.Level ?? "",
            ParentId = body.ParentId,
            Country = body.Country ?? "",
            Gln = body.Gln,
            Latitude = body.Latitude,
            Longitude = body.Longitude,
            HoldsReturns = body.HoldsReturns,
        };
        return errors.ToRefusal();
    }
}
