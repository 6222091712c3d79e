namespace Distribution.Demo;

/// <summary>A place as the API takes it.</summary>
internal sealed record DemoPlace(
    string FacilityId, string Name, string Level, string? ParentId, string Country, double Latitude, double Longitude);

/// <summary>A place that gives doses, and how its people go about it.</summary>
internal sealed record DemoClinic
{
    public required DemoPlace Place { get; init; }

    /// <summary>Its place among all clinics, from 0; seeds what it reports.</summary>
    public required int Number { get; init; }

    /// <summary>The regional store that supplies it.</summary>
    public required string StoreId { get; init; }

    /// <summary>The people around it.</summary>
    public required int Catchment { get; init; }

    /// <summary>The part of its target groups that comes.</summary>
    public required double Uptake { get; init; }

    /// <summary>Reports sums rather than single doses.</summary>
    public required bool Tallies { get; init; }

    /// <summary>Notes the lot of each dose.</summary>
    public required bool NamesLots { get; init; }

    /// <summary>Its reports are sent by the district's office, together with those of its neighbours.</summary>
    public required bool ByDistrict { get; init; }

    /// <summary>Reports come weeks before the ministry has entered it.</summary>
    public required bool EnteredLate { get; init; }

    public string Id => Place.FacilityId;
}

/// <summary>A region with the store that supplies its clinics.</summary>
internal sealed record DemoRegion(DemoPlace Place, DemoPlace Store, IReadOnlyList<DemoPlace> Districts, IReadOnlyList<DemoClinic> Clinics);

/// <summary>A country with its central store.</summary>
internal sealed record DemoCountry(DemoPlace Place, DemoPlace Store, IReadOnlyList<DemoRegion> Regions)
{
    public string Id => Place.FacilityId;
    public IEnumerable<DemoClinic> Clinics => Regions.SelectMany(region => region.Clinics);

    public IEnumerable<DemoPlace> Places => Regions
        .SelectMany(
            region => region.Districts.Prepend(region.Store).Prepend(region.Place).Concat(region.Clinics.Select(clinic => clinic.Place)))
        .Prepend(Store).Prepend(Place);
}

/// <summary>Two invented allied countries, the same ones whenever they are made.</summary>
internal sealed class DemoWorld
{
    public const int Seed = 20_260_101;
    private const int RegionsPerCountry = 5;
    private const int CatchmentMin = 400;
    private const int CatchmentMax = 1_600;

    private readonly Random _random = new(Seed);
    private int _clinics;

    public DemoWorld()
    {
        // Out at sea, where no real country is taken for one of these.
        Aldenia = Country("XA", "Aldenia", DemoNames.Aldenian(_random), 36.5, -41.0);
        Borvia = Country("XB", "Borvia", DemoNames.Borvian(_random), 36.2, -37.4);
    }

    public DemoCountry Aldenia { get; }
    public DemoCountry Borvia { get; }
    public IReadOnlyList<DemoCountry> Countries => [Aldenia, Borvia];

    private DemoCountry Country(string id, string name, DemoNames names, double latitude, double longitude)
    {
        var country = new DemoPlace(id, name, "country", null, id, latitude, longitude);
        var store = Near(country, $"{id}-CVS", $"Central Vaccine Store, {names.Next()}", "facility", 0.1);
        return new DemoCountry(
            country, store, [.. Enumerable.Range(1, RegionsPerCountry).Select(number => Region(country, number, names))]);
    }

    private DemoRegion Region(DemoPlace country, int number, DemoNames names)
    {
        // The regions lie in a ring around the middle.
        var angle = Math.Tau * number / RegionsPerCountry;
        var (latitude, longitude) = (country.Latitude + Math.Sin(angle), country.Longitude + 1.2 * Math.Cos(angle));
        var region = new DemoPlace($"{country.FacilityId}-{number:00}", names.Next(), "region", country.FacilityId, country.FacilityId,
            Math.Round(latitude, 4), Math.Round(longitude, 4));
        var store = Near(region, $"{region.FacilityId}-RVS", $"{region.Name} Regional Vaccine Store", "facility", 0.1);
        var uptake = 0.35 + 0.3 * _random.NextDouble();
        var districts = new List<DemoPlace>();
        var clinics = new List<DemoClinic>();
        for (var district = 1; district <= 3 + number % 2; district++)
        {
            var place = Near(region, $"{region.FacilityId}{district:00}", $"{names.Next()} District", "district", 0.5);
            districts.Add(place);
            for (var clinic = _random.Next(7, 10); clinic > 0; clinic--)
                clinics.Add(Clinic(place, clinic, store.FacilityId, uptake, names));
        }

        return new DemoRegion(region, store, districts, clinics);
    }

    private DemoClinic Clinic(DemoPlace district, int number, string storeId, double uptake, DemoNames names)
    {
        var kind = number == 1 ? "Hospital" : _random.Next(3) == 0 ? "Health Post" : "Health Centre";
        var byDistrict = district.FacilityId.EndsWith("02", StringComparison.Ordinal);
        return new DemoClinic
        {
            Place = Near(district, $"{district.FacilityId}{number:00}", $"{names.Next()} {kind}", "facility", 0.2),
            Number = _clinics++,
            StoreId = storeId,
            Catchment = _random.Next(CatchmentMin, CatchmentMax),
            Uptake = uptake * (0.8 + 0.4 * _random.NextDouble()),
            Tallies = !byDistrict && _random.Next(5) == 0,
            NamesLots = _random.Next(2) == 0,
            ByDistrict = byDistrict,
            EnteredLate = !byDistrict && _clinics % 90 == 0,
        };
    }

    private DemoPlace Near(DemoPlace parent, string id, string name, string level, double degrees) => new(
        id, name, level, parent.FacilityId, parent.Country,
        Math.Round(parent.Latitude + degrees * (_random.NextDouble() - 0.5), 4),
        Math.Round(parent.Longitude + degrees * (_random.NextDouble() - 0.5), 4));
}
