namespace Distribution.Screens.Asking;

/// <summary>What the screens show of an answer of the API to a question of coverage.</summary>
/// <param name="AsOf">The last day that is counted.</param>
/// <param name="Parts">How each service contributed.</param>
/// <param name="Rows">By place.</param>
/// <param name="Shared">What allied countries share of it.</param>
public sealed record CoverageView(
    DateOnly AsOf, ViewParts Parts, IReadOnlyList<PlaceFigures> Rows, IReadOnlyList<SharedMeasures>? Shared = null);

/// <summary>How the services contributed.</summary>
/// <param name="Administration">Doses given and target populations.</param>
/// <param name="Inventory">Stock.</param>
/// <param name="Shipment">Doses on the way.</param>
public sealed record ViewParts(ViewPart Administration, ViewPart Inventory, ViewPart Shipment)
{
    /// <summary>Each with the key of its name.</summary>
    public IEnumerable<(string Key, ViewPart Part)> All =>
        [("part.administration", Administration), ("part.inventory", Inventory), ("part.shipment", Shipment)];

    /// <summary>As of when all of it is; null where that is not known of one of them.</summary>
    public DateTimeOffset? AsOf => All.Select(part => part.Part.AsOf).Aggregate((one, other) => one < other ? one : other);
}

/// <summary>How a service contributed.</summary>
/// <param name="AsOf">Every fact acknowledged before this moment is in it.</param>
/// <param name="Stale">It does not answer now.</param>
/// <param name="Missing">There is nothing of it.</param>
public sealed record ViewPart(DateTimeOffset? AsOf, bool Stale, bool Missing = false);

/// <summary>What an allied country shares.</summary>
/// <param name="Owner">The country.</param>
/// <param name="Measures">What is seen.</param>
/// <param name="Depth">The lowest level of which places are seen.</param>
public sealed record SharedMeasures(string Owner, IReadOnlyList<string> Measures, string Depth);

/// <summary>The figures of a place.</summary>
/// <param name="FacilityId">The place.</param>
/// <param name="Name">Its name.</param>
/// <param name="Level">Its level.</param>
/// <param name="Country">Its country.</param>
public sealed record PlaceFigures(string FacilityId, string Name, string Level, string Country)
{
    /// <summary>Whether it is what lies or was given at this place, and in none of those below it.</summary>
    public bool Remainder { get; init; }

    /// <summary>The allied country that shares it.</summary>
    public string? SharedBy { get; init; }

    /// <summary>Whether small counts are hidden.</summary>
    public bool Suppressed { get; init; }

    /// <summary>People in the target group.</summary>
    public long? TargetPopulation { get; init; }

    /// <summary>Parts that gave doses and have no target population.</summary>
    public int? TargetPopulationMissing { get; init; }

    /// <summary>The year of the target population.</summary>
    public int? PopulationYear { get; init; }

    /// <summary>Who says so.</summary>
    public string? PopulationSource { get; init; }

    /// <summary>Places that may report.</summary>
    public int? Facilities { get; init; }

    /// <summary>Of which reported.</summary>
    public int? ReportingFacilities { get; init; }

    /// <summary>Doses given.</summary>
    public long? Doses { get; init; }

    /// <summary>The same by dose number.</summary>
    public IReadOnlyDictionary<string, long?>? ByDoseNumber { get; init; }

    /// <summary>Percent of the target population by dose number.</summary>
    public IReadOnlyDictionary<string, decimal?>? Coverage { get; init; }

    /// <summary>People who began.</summary>
    public long? AtLeastOneDose { get; init; }

    /// <summary>People who are done.</summary>
    public long? FullyVaccinated { get; init; }

    /// <summary>The same in percent.</summary>
    public decimal? FullyVaccinatedCoverage { get; init; }

    /// <summary>Percent of those who began and did not end.</summary>
    public decimal? Dropout { get; init; }

    /// <summary>Doses that came.</summary>
    public long? Delivered { get; init; }

    /// <summary>Doses on hand.</summary>
    public long? OnHand { get; init; }

    /// <summary>Of which may be used.</summary>
    public long? Usable { get; init; }

    /// <summary>Doses on the way.</summary>
    public long? Incoming { get; init; }

    /// <summary>Doses wasted.</summary>
    public long? Wasted { get; init; }

    /// <summary>Doses given beyond the known stock.</summary>
    public long? Discrepancy { get; init; }

    /// <summary>Days that the stock lasts.</summary>
    public decimal? DaysOfStock { get; init; }

    /// <summary>The last day that was reported.</summary>
    public DateOnly? LastReportedOn { get; init; }

    /// <summary>People of the target group without a first dose; below 0 where more first doses were given than there are people.</summary>
    public long? WithoutFirstDose => TargetPopulation - AtLeastOneDose;

    /// <summary>Places that never reported.</summary>
    public int? Silent => Facilities - ReportingFacilities;
}

/// <summary>The doses of a place over time.</summary>
/// <param name="Points">In the order of time.</param>
public sealed record TrendView(IReadOnlyList<TrendStep> Points);

/// <summary>A week or a month of a place.</summary>
/// <param name="Date">Its first day.</param>
/// <param name="Doses">Doses given in it.</param>
/// <param name="ByDoseNumber">The same by dose number; those of which none were given are left out.</param>
public sealed record TrendStep(DateOnly Date, long? Doses, IReadOnlyDictionary<string, long>? ByDoseNumber);

/// <summary>A page of a list.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="Next">Where the next one begins; null at the end.</param>
public sealed record ListOf<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>A place as it is registered.</summary>
/// <param name="FacilityId">Its code.</param>
/// <param name="Name">Its name.</param>
/// <param name="Level">Its level.</param>
/// <param name="ParentId">The place that it lies in.</param>
/// <param name="Country">Its country.</param>
/// <param name="Latitude">Degrees to the north.</param>
/// <param name="Longitude">Degrees to the east.</param>
/// <param name="TimeZone">Its own time zone, by the IANA name.</param>
public sealed record PlaceView(
    string FacilityId, string Name, string Level, string? ParentId, string Country, double? Latitude = null, double? Longitude = null,
    string? TimeZone = null);

/// <summary>A vaccine.</summary>
/// <param name="VaccineId">Its code.</param>
/// <param name="Name">Its name.</param>
public sealed record VaccineView(string VaccineId, string Name);
