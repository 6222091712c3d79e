using System.ComponentModel.DataAnnotations;
using Distribution.Contracts;
using Distribution.Contracts.Inventory.V1;
using Distribution.Inventory.Domain;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Places;
using Distribution.SharedKernel.Rules;

namespace Distribution.Inventory.Registration;

/// <summary>What somebody else calls a facility, as it is sent.</summary>
/// <param name="System">Who gives such identifiers: a URI of at most 200 characters.</param>
/// <param name="Value">The identifier, at most 200 characters.</param>
internal sealed record FacilityIdentifierBody([Required] string? System, [Required] string? Value);

/// <summary>A facility as it is sent. A field that may be null stays as it is when it is left out; null clears it.</summary>
/// <param name="Name">The name that people use.</param>
/// <param name="Level">Its level in the tree of places.</param>
/// <param name="ParentId">The place that contains it, or null for a root.</param>
/// <param name="Country">The country's code.</param>
/// <param name="Gln">GS1 Global Location Number: 13 digits with a correct check digit.</param>
/// <param name="Latitude">Degrees north.</param>
/// <param name="Longitude">Degrees east.</param>
/// <param name="HoldsReturns">Whether expired and recalled lots may be sent there, on their way back.</param>
/// <param name="TimeZone">Its time zone by the IANA name, such as <c>Africa/Addis_Ababa</c>; without one that of the place above it, or
/// UTC. Times that are sent without an offset are of this zone.</param>
/// <param name="ClosedOn">Its last day, as YYYY-MM-DD. What is reported of later days is taken, and listed for review.</param>
/// <param name="Identifiers">What others call it, up to 20: each is that of one facility alone.</param>
internal sealed record FacilityBody(
    [Required] string? Name, [Required, ValuesOf(typeof(PlaceLevel))] string? Level, Stated<string?>? ParentId, [Required] string? Country,
    Stated<string?>? Gln = null, Stated<double?>? Latitude = null, Stated<double?>? Longitude = null,
    Stated<bool?>? HoldsReturns = null, Stated<string?>? TimeZone = null,
    Stated<DateOnly?>? ClosedOn = null, Stated<IReadOnlyList<FacilityIdentifierBody?>?>? Identifiers = null)
{
    /// <summary>Checks the fields by themselves.</summary>
    public Refusal? Check(string? facilityId)
    {
        var errors = new FieldErrors();
        errors.RequireId(facilityId, "facilityId");
        if (Limits.NameProblem(Name) is { } problem) errors.Add("name", problem);
        errors.Require(PlaceLevel.Rank(Level) >= 0, "level", $"must be one of {string.Join(", ", PlaceLevel.All)}");
        if (ParentId?.Value is { } parent) errors.RequireId(parent, "parentId");
        errors.Require(Ids.IsId(Country), "country", "is required: the country's code");
        errors.Require(Gln?.Value is not { } gln || Gs1.IsGln(gln), "gln", "must be 13 digits with a correct GS1 check digit");
        errors.Require(Latitude?.Value is null or >= -90 and <= 90, "latitude", "must be −90 to 90 degrees");
        errors.Require(Longitude?.Value is null or >= -180 and <= 180, "longitude", "must be −180 to 180 degrees");
        errors.Require(TimeZone?.Value is not { } zone || TimeZones.Is(zone), "timeZone", TimeZones.Rule);
        errors.Require(ClosedOn?.Value is not { } closed || closed >= Limits.Earliest, "closedOn", "must not be before 1900");
        OwnedCodes.Check(errors, "identifiers", "value", OwnedCodes.IdentifiersMax, [.. Sent.Select(sent => (sent?.System, sent?.Value))]);
        errors.Require(Level != "country" || ParentId?.Value is null, "parentId", "a country has no parent: leave it out");
        return errors.ToRefusal();
    }

    private IReadOnlyList<FacilityIdentifierBody?> Sent => Identifiers?.Value ?? [];

    /// <summary>The facility as it is after this.</summary>
    /// <param name="facilityId">The facility's code.</param>
    /// <param name="known">The facility before, or null when it is new.</param>
    public Facility On(string facilityId, Facility? known) => (known ?? new Facility
    {
        FacilityId = facilityId,
        Name = "",
        Level = "",
        Country = "",
    }) with
    {
        Name = Name!.Trim(),
        Level = Level!,
        ParentId = Level == "country" ? null : ParentId.Or(known?.ParentId),
        Country = Country!,
        Gln = Gln.Or(known?.Gln),
        Latitude = Latitude.Or(known?.Latitude),
        Longitude = Longitude.Or(known?.Longitude),
        HoldsReturns = HoldsReturns.Or(known?.HoldsReturns),
        TimeZone = TimeZone.Or(known?.TimeZone),
        ClosedOn = ClosedOn.Or(known?.ClosedOn),
        Identifiers = Identifiers is null
            ? known?.Identifiers ?? []
            : [.. Sent.Select(sent => Coding.Of(sent!.System!, sent.Value!)).Distinct()
                .Select(coding => new FacilityIdentifier(coding.System, coding.Code))],
    };
}
