using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Distribution.Browser.Tests;

/// <summary>What a clinic reported of a day, and how lines are taken back.</summary>
[Collection(Browser.One)]
public sealed class ClinicTodayTests(Browser browser, OpenScreens system) : IAsyncLifetime
{
    private string _clinic = "";

    public static MatrixTheoryData<string, int> LanguagesAndWidths => new(["en", "fr", "ar"], [1366, 360]);

    public async ValueTask InitializeAsync()
    {
        Browser.SkipWithout();
        _clinic = await system.NewClinic();
    }

    public ValueTask DisposeAsync() => default;

    [Theory, MemberData(nameof(LanguagesAndWidths))]
    public async Task Lines_are_shown_with_their_state_and_nothing_but_tables_scrolls_sideways(string language, int width)
    {
        await Fill();
        await using var window = await browser.OpenSession(
            system.Address, _clinic, $"&lang={language}", width: width, path: ClinicWindow.Today, isDark: language == "fr");
        foreach (var (state, doses) in new[] { ("counted", "8"), ("held", "4"), ("here", "0"), ("retracted", "1") })
        {
            await Assertions.Expect(window.Find($"#state-{state} .figure")).ToHaveTextAsync(doses);
            var box = (await window.Find($"#state-{state}").BoundingBoxAsync())!;
            Assert.True(box.Y + box.Height <= window.Page.ViewportSize!.Height && box.X >= 0 && box.X + box.Width <= width, state);
        }

        await Assertions.Expect(window.Find(".retracted .reason")).ToContainTextAsync("slip of the pen");
        await window.Keep($"today-{language}-{width}");
        Assert.Equal(width, await window.Run<int>("document.documentElement.scrollWidth"));
        Assert.Equal(language == "ar" ? "rtl" : "ltr", await window.Run<string>("document.documentElement.dir"));
        // Each state leads to the lines that it counts, and to no others.
        await window.Find("#state-held").ClickAsync();
        await Assertions.Expect(window.Find("#lines tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(window.Find("#lines tbody tr")).ToContainTextAsync("9");
        await window.Find("#state-held").ClickAsync();
        await Assertions.Expect(window.Find("#lines tbody tr")).ToHaveCountAsync(3);
        await window.Find(".counted button").ClickAsync();
        await window.Keep($"today-retract-{language}-{width}");
        Assert.Equal(width, await window.Run<int>("document.documentElement.scrollWidth"));
        if (width < 400) Assert.Empty(await window.Faults());
        Assert.Empty(await window.TooSmall());
    }

    [Fact]
    public async Task A_day_without_a_report_says_what_to_do_next()
    {
        await using var window = await browser.OpenSession(system.Address, _clinic, path: ClinicWindow.Today);
        await Assertions.Expect(window.Find("#none a")).ToBeVisibleAsync();
        await window.Keep("today-empty");
        Assert.Empty(await window.Faults());
        await window.Find("#none a").ClickAsync();
        await window.IsReady();
    }

    [Fact]
    public async Task What_is_taken_back_leaves_coverage_and_the_ledger_and_the_reason_is_in_the_list()
    {
        await system.Give(_clinic, 12);
        await using var window = await browser.OpenSession(system.Address, _clinic, path: ClinicWindow.Today);
        var keys = window.Page.Keyboard;
        await window.Find(".counted button").FocusAsync();
        await keys.PressAsync("Enter");
        Assert.Equal("reason", await window.Run<string>("document.activeElement.id"));
        await window.Find("#reason").EvaluateAsync("field => field.removeAttribute('required')");
        await keys.PressAsync("Enter");
        await Assertions.Expect(window.Find("tr.form [role=alert]")).ToContainTextAsync("say why first");
        await keys.TypeAsync("counted twice");
        await window.Find("#how-many").FillAsync("٥");
        // Twice: the second finds the form closed, or is the same request.
        await window.Find("tr.form button.main").EvaluateAsync("button => { button.click(); button.click(); }");
        await Assertions.Expect(window.Find("#said")).ToContainTextAsync("5 doses were taken back");
        await Assertions.Expect(window.Find("#state-counted .figure")).ToHaveTextAsync("7");
        await Assertions.Expect(window.Find(".counted .reason")).ToContainTextAsync("counted twice");
        await system.Api.Drained();
        var row = (await system.Api.WholeCoverage($"within={_clinic}&level=facility&vaccineId=MR"))["rows"]!.AsArray().Single()!;
        Assert.Equal(7, (long)row["doses"]!);
        var balance = (await system.Api.Get($"ledger/balance?facilityId={_clinic}&vaccineId=MR")).Body;
        Assert.Equal(7, (long)balance["administered"]!);
    }

    // 8 doses that count, 4 that are held, and 1 that was taken back.
    private async Task Fill()
    {
        JsonObject Tally(string number, int count) => new()
        {
            ["vaccineId"] = "MR",
            ["doseNumber"] = number,
            ["occurredOn"] = $"{DateTime.Now:yyyy-MM-dd}",
            ["ageBand"] = "15-44",
            ["sex"] = "female",
            ["lotNumber"] = "M1",
            ["count"] = count,
        };
        _ = (await system.Api.Post("administrations", new JsonObject
        {
            ["submissionId"] = $"day-{_clinic}",
            ["facilityId"] = _clinic,
            ["tallies"] = new JsonArray(Tally("1", 8), Tally("9", 4), Tally("2", 1)),
        })).Body;
        _ = (await system.Api.Post($"administrations/day-{_clinic}:3/retract", new JsonObject
        {
            ["requestId"] = $"back-{_clinic}",
            ["reason"] = "slip of the pen",
        })).Body;
    }
}
