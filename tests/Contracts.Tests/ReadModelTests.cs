using System.Text.Json;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Shipment.V1;

namespace Distribution.Contracts.Tests;

/// <summary>
/// What services answer to the gateway stays readable while one is newer than the other: the golden files hold each answer's JSON. A field
/// may
/// be added to an answer and its file; none is renamed or taken away.
/// </summary>
public sealed class ReadModelTests
{
    private static readonly DateTimeOffset Instant = new(2021, 1, 31, 8, 30, 15, 250, TimeSpan.Zero);
    private static readonly Dictionary<string, long> ByDoseNumber = new() { ["1"] = 7, ["B1"] = 2 };

    private static readonly Dictionary<string, long?> Told = new() { ["1"] = 7, ["B1"] = 2 };

    private static readonly object[] Samples =
    [
        new InventorySummary(
            Instant, Instant.AddSeconds(-1), 2,
            [new("R1", "Region One", "region", "XA", 110, 120, 60, 4, 10, 40, 3, 2, 1, 5, 6, 55, 4, [new LastingDoses(20, 30)], 17, 2)],
            [new("XA", "Country", "country", "XA", 110, 120, 60, 4, 10, 40, 3, 2, 1, 5)]),
        new InventoryProgress(Instant),
        new IncomingSummary(Instant, Instant.AddSeconds(-2), Instant.AddSeconds(-1), 3, [new("clinic-1", 70)]),
        new AdministrationSummary(
            Instant, "comirnaty", new MeasuredSeries("1", "2", ["2", "B1"], ["1", "J"], ["2"]), Instant.AddSeconds(-2),
            Instant.AddSeconds(-1), 1,
            [new("R1", "Region One", "region", "XA", 1_000, 2021, "census", 9, Told,
                new RecentDoses(280, 28, new DateOnly(2021, 1, 30)), BySeries: new SeriesDoses(7, 2, null),
                Facilities: 40, ReportingFacilities: 38),
             new("R2", "Region Two", "region", "XA", null, null, null, 0, new Dictionary<string, long?>(), new RecentDoses(0, 0), 2,
                new Dictionary<string, long?> { ["2"] = 900, ["J"] = null }),
             new("R3", "Region Three", "region", "XA", null, null, null, null, new Dictionary<string, long?> { ["1"] = 60, ["2"] = null },
                new RecentDoses(0, 0), BySeries: new SeriesDoses(60, null, null), Suppressed: true)],
            new RecentDoses(280, 28, new DateOnly(2021, 1, 30)),
            [new("XA", "Country", "country", "XA", null, null, null, 9, Told, new RecentDoses(9, 1, new DateOnly(2021, 1, 30)))]),
        new InventoryTrend(Instant, "R1", "comirnaty", "week", 40, [new StockTrendPoint(new DateOnly(2021, 1, 25), 110, 60, 3)]),
        new MappedDoses(
            Instant, new OutsideName("jqSaKxtj8IA", null),
            [new(new("WSy7zOZx1Wl", "BCG"), [new(new("JKuWbG5bWAu", "U1"), new Dictionary<string, string> { ["age"] = "U1" }),
                new(new("UIQxmxgioxH", null), null)])],
            [new("OU_559", new("DiszpKrYNg8", "OU_559"))], [new(0, "202603", 0, 1, 40)],
            [new("9 doses", "no cell", 9), new("few", "few", null)], ["202603"], [new(0, "onHand", "comirnaty", true, false)]),
        new StockByPeriod(Instant, [new StockOfPlace("OU_559", [new StockTrendPoint(new DateOnly(2026, 3, 1), 110, 60, 3)])]),
        new ReviewView("clinic-1", "comirnaty", null, new DateOnly(2021, 1, 25), 1, ReviewReason.DoseTwice, null, "0178ca17"),
        new AdministrationTrend(Instant, "R1", "comirnaty", "week", [new TrendPoint(new DateOnly(2021, 1, 25), 9, ByDoseNumber)]),
    ];

    public static TheoryData<string> Names => [.. Samples.Select(sample => sample.GetType().Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_answer_is_written_and_read_as_it_always_was(string name)
    {
        var sample = Samples.Single(sample => sample.GetType().Name == name);
        var file = Path.Combine(AppContext.BaseDirectory, "Golden", "ReadModels", $"{name}.json");
        Assert.True(File.Exists(file), $"there is no Golden/ReadModels/{name}.json; it would hold: {Json(sample)}");
        var golden = File.ReadAllText(file).TrimEnd();
        Assert.Equal(golden, Json(sample));
        Assert.Equal(golden, Json(JsonSerializer.Deserialize(golden, sample.GetType(), JsonSerializerOptions.Web)!));
        Assert.Equal(
            golden, Json(JsonSerializer.Deserialize(golden.Insert(1, "\"addedLater\":1,"), sample.GetType(), JsonSerializerOptions.Web)!));
    }

    [Fact]
    public void Every_answer_has_a_golden_file() => Assert.Empty(
        typeof(IEvent).Assembly.GetExportedTypes()
            .Where(type => type.Name.EndsWith("Summary", StringComparison.Ordinal) || type.Name.EndsWith("Trend", StringComparison.Ordinal)
                || type.Name.EndsWith("Progress", StringComparison.Ordinal))
            .Except(Samples.Select(sample => sample.GetType())));

    private static string Json(object value) => JsonSerializer.Serialize(value, value.GetType(), JsonSerializerOptions.Web);
}
