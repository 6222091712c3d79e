using System.Globalization;

namespace Distribution.Simulation.Tests;

/// <summary>A place of the simulated world; one that was merged into another has that as its parent.</summary>
internal sealed record PlaceFacts(string Id, string Level, string? Parent, string Country, bool IsMerged = false);

/// <summary>
/// Two small countries, two vaccines, a few lots, and the reference data that describes them: it comes in any order,
/// and often after what refers to it.
/// </summary>
internal static class World
{
    public const string UnknownFacility = "F-unknown";
    public const string UnknownVaccine = "V-unknown";
    public const string LateDoseNumber = "3";
    public const string Unspecified = "unspecified";

    /// <summary>In which each vaccine has its id as its code.</summary>
    public const string CodeSystem = "urn:simulated";
    public static readonly DateOnly FirstDay = new(2024, 1, 1);
    public const int Days = 120;
    public static readonly DateTimeOffset Start = new(2024, 6, 1, 8, 0, 0, TimeSpan.Zero);

    public static readonly PlaceFacts[] Places =
    [
        new("A", "country", null, "A"),
        new("A-north", "region", "A", "A"),
        new("A-south", "region", "A", "A"),
        new("A-north-1", "district", "A-north", "A"),
        new("B", "country", null, "B"),
        new("B-east", "region", "B", "B"),
        new("F1", "facility", "A-north-1", "A"),
        new("F2", "facility", "A-north", "A"),
        new("F3", "facility", "A-south", "A"),
        new("F4", "facility", "B-east", "B"),
        new("F5", "facility", "B", "B"),
    ];

    /// <summary>Those that hold stock and give doses: also a region, as where only a region reports.</summary>
    public static readonly string[] Reporters = ["F1", "F2", "F3", "F4", "F5", "A-south"];

    /// <summary>Places that <c>F1</c> to <c>F3</c> may be moved below.</summary>
    public static readonly string[] Parents = ["A", "A-north", "A-south", "A-north-1"];

    /// <summary>Facilities by country: one may be merged into another of its country.</summary>
    public static readonly string[][] Facilities = [["F1", "F2", "F3"], ["F4", "F5"]];

    public static readonly string[] Vaccines = ["V1", "V2"];

    /// <summary>Expiries of the lots that become known; one is past, one falls within the time of the reports.</summary>
    public static readonly (string Vaccine, string Lot, DateOnly? Expires)[] Lots =
    [
        ("V1", "L1", new(2024, 2, 15)),
        ("V1", "L2", new(2025, 1, 31)),
        ("V2", "L1", new(2024, 12, 31)),
        ("V2", "L3", new(2023, 12, 31)),
    ];

    /// <summary>Lots that reports and consignments name; <c>L9</c> is never described.</summary>
    public static readonly string?[] LotNumbers = [null, null, null, "L1", "L2", "L3", "L9"];

    /// <summary>Expiries that consignments name for their lots.</summary>
    public static readonly DateOnly[] Expiries = [new(2024, 3, 1), new(2024, 4, 15), new(2025, 6, 30)];

    public static readonly string?[] AgeBands = [null, "0-17", "18-59", "60+"];
    public static readonly string?[] Sexes = [null, "female", "male"];
    public static readonly string?[] Groups = [null, "health-workers"];

    /// <summary>What reports say of their doses; nothing of most.</summary>
    public static readonly string?[] Kinds = [null, null, null, null, "historical", "subpotent", "notGiven"];

    /// <summary>Whether the facility gave doses of a kind.</summary>
    public static bool IsCounted(string? kind) => kind is null or "subpotent";

    public static object Facility(PlaceFacts place) => new
    {
        name = "Place " + place.Id,
        level = place.Level,
        parentId = place.Parent,
        country = place.Country,
    };

    /// <summary>A vaccine; the first of them gets its third dose number only later.</summary>
    public static object Vaccine(string id, bool late) => new
    {
        name = "Vaccine " + id,
        antigens = new[] { "x" },
        dosesPerVial = 5,
        series = Series(id, late),
        storage = new { minCelsius = 2, maxCelsius = 8 },
        codes = new[] { new { system = CodeSystem, code = id } },
    };

    public static bool InSeries(string vaccine, string doseNumber) => vaccine switch
    {
        "V1" => doseNumber is "1" or "2" or LateDoseNumber or Unspecified,
        "V2" => doseNumber is "1" or Unspecified,
        _ => false,
    };

    /// <summary>Under which number doses are shown: those of a vaccine with one number are that one.</summary>
    public static string ShownAs(Given given) =>
        given.Kind ?? (given is { Vaccine: "V2", DoseNumber: Unspecified } ? "1" : given.DoseNumber);

    public static string Date(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static DateOnly Day(Random random) => FirstDay.AddDays(random.Next(Days));

    public static string Instant(Random random) =>
        Day(random).ToDateTime(new TimeOnly(random.Next(24), 0), DateTimeKind.Utc).ToString("O", CultureInfo.InvariantCulture);

    public static T Pick<T>(this Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private static object[] Series(string id, bool late)
    {
        if (id != "V1") return [new { doseNumber = "1", completesSeries = true }];
        object[] two = [new { doseNumber = "1" }, new { doseNumber = "2", completesSeries = true }];
        return late ? [.. two, new { doseNumber = LateDoseNumber, completesSeries = false }] : two;
    }
}
