using Distribution.Screens.Asking;
using Distribution.Screens.Parts;
using Distribution.Screens.Viewing;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Distribution.Gateway.Tests;

public sealed class ScreenPartsTests
{
    [Fact]
    public void Routine_classes_hold_where_half_of_the_places_reach_the_first_of_them_else_the_highest_is_divided()
    {
        var routine = new Shades([50, 96, 20, null]);
        Assert.True(routine.IsRoutine);
        Assert.Equal(["s0", "s2", "s6", "s6 over", "unknown"], new decimal?[] { 49, 50, 95, 103.2m, null }.Select(routine.Of));
        var campaign = new Shades([14, 7, 1, null]);
        Assert.False(campaign.IsRoutine);
        Assert.Equal(["s0", "s1", "s6", "unknown"], new decimal?[] { 1, 2, 14, null }.Select(campaign.Of));
        Assert.Equal("s0", new Shades([0]).Of(0));
    }

    [Fact]
    public void The_map_keeps_west_from_east_and_north_from_south_and_gives_each_place_a_cell_of_its_own()
    {
        var random = new Random(7);
        PlaceView[] places =
        [
            .. Enumerable.Range(0, MapGrid.PlacesMax)
                .Select(number => Place($"P{number:00}", 10 * random.NextDouble(), 10 * random.NextDouble())),
        ];
        var cells = MapGrid.Of(places);
        Assert.Equal(places.Length, cells.Select(cell => (cell.Column, cell.Row)).Distinct().Count());
        Assert.All(cells, cell => Assert.True(cell is { Column: >= 1 and <= 8, Row: >= 1 and <= 15 }, $"{cell}"));
        var four = MapGrid.Of([Place("NW", 9, 1), Place("NE", 9, 8), Place("SW", 1, 1), Place("SE", 1, 8), Place("?", null, null)])
            .ToDictionary(cell => cell.Place.FacilityId);
        Assert.Equal(4, four.Count);
        Assert.True(four["NW"].Column < four["NE"].Column && four["NW"].Row < four["SW"].Row && four["SE"].Row == four["SW"].Row);
        Assert.Empty(MapGrid.Of([.. places, Place("P60", 1, 1)]));
    }

    [Fact]
    public void The_worst_come_first_by_what_is_asked_and_the_unknown_after_them()
    {
        PlaceFigures[] rows =
        [
            Row("A") with { FullyVaccinatedCoverage = 80, TargetPopulation = 1_000, AtLeastOneDose = 100, DaysOfStock = 5 },
            Row("B") with { FullyVaccinatedCoverage = 20, TargetPopulation = 100, AtLeastOneDose = 50, DaysOfStock = 90 },
            Row("C"), Row("D") with { Remainder = true, FullyVaccinatedCoverage = 1 },
        ];
        Assert.Equal("BACD", Order("percent"));
        Assert.Equal("ABCD", Order("people"));
        Assert.Equal("ABCD", Order("stock"));
        Assert.Equal("percent", Ranking.Of("nonsense"));
        string Order(string rank) => string.Concat(Ranking.By(rows, rank).Select(row => row.FacilityId));
    }

    [Fact]
    public void A_trend_adds_up_to_the_coverage_of_the_place_and_says_which_week_is_not_over()
    {
        TrendStep[] weeks =
        [
            new(new(2026, 3, 2), 30, new Dictionary<string, long> { ["1"] = 30 }),
            new(new(2026, 3, 16), 20, new Dictionary<string, long> { ["1"] = 10, ["2"] = 10 }),
        ];
        var place = Row("A") with
        {
            ByDoseNumber = new Dictionary<string, long?> { ["1"] = 40, ["2"] = 10 },
            Coverage = new Dictionary<string, decimal?> { ["1"] = 20, ["2"] = 5 },
        };
        var lines = new TrendLines(weeks, place, new(2026, 3, 20), isByMonth: false);
        Assert.Equal([15, 20], lines.Steps.Select(step => step.Coverage["1"]));
        Assert.Equal([0, 5], lines.Steps.Select(step => step.Coverage["2"]));
        Assert.Equal([false, true], lines.Steps.Select(step => step.IsUnderWay));
        Assert.Equal(20, lines.HighestPercent);
        Assert.Equal("M166.67 25L833.33 0", lines.LineOf("1"));
    }

    [Fact]
    public async Task A_part_that_does_not_answer_is_named_and_keeps_the_time_of_its_figures()
    {
        var before = new DateTimeOffset(2026, 3, 1, 14, 2, 3, TimeSpan.Zero);
        var html = await Html<State>("?lang=en", new()
        {
            [nameof(State.Parts)] = new ViewParts(new(before.AddHours(1), false), new(before, true), new(null, true, true)),
        });
        Assert.Contains("Inventory does not answer. Its figures are those of before:", html, StringComparison.Ordinal);
        Assert.Contains("14:02:03", html, StringComparison.Ordinal);
        Assert.Contains("Shipment does not answer. Its figures are not known now", html, StringComparison.Ordinal);
        Assert.Contains("role=\"status\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Administration does", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "not shared with you")]
    [InlineData(404, "no such place")]
    [InlineData(429, "Too much")]
    [InlineData(503, "cannot be read now")]
    public async Task A_failure_says_what_happened_and_by_what_it_is_found(int status, string says)
    {
        var html = await Html<Failure>("?lang=en", new() { [nameof(Failure.Problem)] = new Problem(status, "Because <b>", "abc123") });
        Assert.Contains(says, html, StringComparison.Ordinal);
        Assert.Contains("abc123", html, StringComparison.Ordinal);
        Assert.Contains("Because &lt;b&gt;", html, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_address_chooses_goes_along_and_nothing_else()
    {
        var http = new DefaultHttpContext();
        http.Request.Path = "/ministry/coverage";
        http.Request.QueryString = new("?place=A%26B&rank=people&evil=1&asOf=٢٠٢٦-٠٣-٣١&lang=ar");
        var screen = new Screen(http);
        Assert.Equal(new DateOnly(2026, 3, 31), screen.AsOf);
        Assert.False(screen.IsLive);
        Assert.Equal("/ministry/coverage?place=C&rank=people&lang=ar", screen.Link(("place", "C"), ("asOf", null)));
        Assert.StartsWith("/x?place=A%26B&", screen.LinkTo("/x"), StringComparison.Ordinal);
    }

    private static PlaceView Place(string id, double? latitude, double? longitude) => new(id, id, "region", null, "X", latitude, longitude);

    private static PlaceFigures Row(string id) => new(id, id, "region", "X");

    private static async Task<string> Html<T>(string query, Dictionary<string, object?> parameters) where T : IComponent
    {
        var http = new DefaultHttpContext();
        http.Request.QueryString = new(query);
        parameters["Screen"] = new Screen(http);
        await using var services = new ServiceCollection().AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<T>(ParameterView.FromDictionary(parameters))).ToHtmlString());
    }
}
