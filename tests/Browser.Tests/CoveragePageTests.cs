using System.Text.Json.Nodes;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Distribution.Tests.Support;
using Microsoft.Playwright;

namespace Distribution.Browser.Tests;

/// <summary>The ministry's pages as people see and use them.</summary>
[Collection(Browser.One)]
public sealed class CoveragePageTests(Browser browser, OpenScreens system) : IAsyncLifetime
{
    private const string Coverage = $"/ministry/coverage?place=TST&vaccine={ScreenData.Vaccine}";
    private const string Countries = $"/ministry/countries?vaccine={ScreenData.Vaccine}";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    public static MatrixTheoryData<string, int> LanguagesAndWidths => new(["en", "fr", "ar"], [1366, 360]);

    public static MatrixTheoryData<string, bool> PagesAndShades => new(
        [Coverage, Countries, "/ministry/coverage?search=i", "/ministry/coverage?place=none"], [false, true]);

    public ValueTask InitializeAsync()
    {
        Browser.SkipWithout();
        return default;
    }

    public ValueTask DisposeAsync() => default;

    [Theory, MemberData(nameof(LanguagesAndWidths))]
    public async Task At_first_glance_five_figures_are_seen_and_nothing_but_tables_scrolls_sideways(string language, int width)
    {
        await using var window = await browser.Open(system.Address, width, width > 400 ? 768 : 740);
        await window.Page.GotoAsync($"{Coverage}&lang={language}");
        await window.Keep($"coverage-{language}-{width}");
        Assert.Equal(5, await window.Find(".tile").CountAsync());
        var height = window.Page.ViewportSize!.Height;
        foreach (var tile in await window.Find(".tile").AllAsync())
        {
            var box = (await tile.BoundingBoxAsync())!;
            Assert.True(box.Y >= 0 && box.Y + box.Height <= height && box.X >= 0 && box.X + box.Width <= width,
                $"{await tile.InnerTextAsync()}: {box.Y} + {box.Height}");
        }

        Assert.Equal(width, await window.Run<int>("document.documentElement.scrollWidth"));
        // No text is cut but where it says so by an ellipsis.
        Assert.Empty(await window.Run<string[]>("""
            [...document.querySelectorAll('.tile *, h1, h2, .legend li, .axis > *, nav a, button, summary, .state *')]
              .filter(part => part.checkVisibility() && !(part instanceof SVGElement) && part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display !== 'inline')
              .map(part => part.outerHTML)
            """));
        await window.Page.GotoAsync($"{Countries}&lang={language}");
        Assert.Equal(width, await window.Run<int>("document.documentElement.scrollWidth"));
    }

    [Fact]
    public async Task Arabic_is_right_to_left_in_all_but_the_map_and_all_figures_change_their_digits()
    {
        await using var window = await browser.Open(system.Address);
        await window.Page.GotoAsync(Coverage);
        var order = await MapOrder(window);
        Assert.Equal(4, order.Length);
        await window.Page.GotoAsync($"{Coverage}&lang=ar&digits=arab");
        Assert.Equal("rtl", await window.Run<string>("document.documentElement.dir"));
        Assert.Equal(order, await MapOrder(window));
        var first = (await window.Find(".places thead th").First.BoundingBoxAsync())!;
        var second = (await window.Find(".places thead th").Nth(1).BoundingBoxAsync())!;
        Assert.True(first.X > second.X);
        Assert.Empty(await window.Run<string[]>("""
            [...document.querySelectorAll('main .figure, main .note, main td, main .axis > *, main .legend, main .tiles b, main time, main .rank, main .soft, main .key')]
              .filter(part => /[0-9]/.test(part.textContent)).map(part => part.textContent)
            """));
        Assert.Contains("٪", await window.Find("td .percent").First.InnerTextAsync(), StringComparison.Ordinal);
        await window.Find("header .ways nav a").Filter(new() { HasText = "012" }).ClickAsync();
        Assert.Matches("[0-9]", await window.Find("td .percent").First.InnerTextAsync());

        static Task<string[]> MapOrder(Window window) => window.Run<string[]>("""
            [...document.querySelectorAll('.tiles a')].map(tile => [tile.getBoundingClientRect().x, tile.title]).sort((one, other) => one[0] - other[0]).map(tile => tile[1])
            """);
    }

    [Theory, MemberData(nameof(PagesAndShades))]
    public async Task Nobody_is_kept_out_by_how_a_page_is_made(string path, bool isDark)
    {
        await using var window = await browser.Open(system.Address, isDark: isDark);
        await window.Page.GotoAsync($"{path}&live=0");
        await window.Find("#help summary").ClickAsync();
        if (await window.Find("#trend-table summary").CountAsync() > 0) await window.Find("#trend-table summary").ClickAsync();
        var found = await window.Page.RunAxe(new AxeRunOptions
        {
            RunOnly = new RunOnlyOptions
            {
                Type = "tag",
                Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
            },
        });
        var faults = found.Violations.Select(fault =>
            $"{fault.Id}: {fault.Help}: {string.Join("; ", fault.Nodes.Select(node => node.Html))}").ToArray();
        Assert.True(faults.Length == 0, string.Join("\n", faults));
    }

    [Fact]
    public async Task All_is_done_by_keyboard_with_the_focus_in_sight()
    {
        await using var window = await browser.Open(system.Address);
        await window.Page.GotoAsync($"{Coverage}&live=0");
        await window.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("skip", await window.Run<string>("document.activeElement.className"));
        var reached = new HashSet<string>();
        for (var step = 0; step < 120; step++)
        {
            await window.Page.Keyboard.PressAsync("Tab");
            var seen = await window.Run<string>("""
                (() => {
                  const held = document.activeElement;
                  if (!held || held === document.body) return '';
                  const box = held.getBoundingClientRect(), style = getComputedStyle(held);
                  const top = document.elementFromPoint(Math.min(Math.max(box.x + box.width / 2, 1), innerWidth - 1), Math.min(Math.max(box.y + box.height / 2, 1), innerHeight - 1));
                  const isSeen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.bottom > 0 && box.top < innerHeight && (held.contains(top) || top?.contains(held));
                  return `${isSeen ? '' : 'HIDDEN '}${held.id || held.getAttribute('href') || held.name || held.className || held.tagName}`;
                })()
                """);
            if (seen.Length == 0) break;
            Assert.DoesNotContain("HIDDEN", seen, StringComparison.Ordinal);
            reached.Add(seen);
        }

        Assert.Contains("tile-without", reached);
        Assert.Contains("by-stock", reached);
        Assert.Contains("search", reached);
        await window.Find(".tiles a[title='East']").FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Find("h1")).ToContainTextAsync("East");
        await window.Page.Keyboard.PressAsync("/");
        await window.Page.Keyboard.TypeAsync("nord/?");
        Assert.Equal("nord/?", await window.Find("#search").InputValueAsync());
        await window.Find("#search").FillAsync("TST-1-f");
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Find("h1")).ToContainTextAsync("Clinic Nord");
        await window.Page.Keyboard.PressAsync("?");
        Assert.True(await window.Run<bool>("document.querySelector('#help').open"));
        await window.Page.Keyboard.PressAsync("Escape");
        Assert.False(await window.Run<bool>("document.querySelector('#help').open"));
    }

    [Fact]
    public async Task A_tile_leads_to_the_rows_that_it_counts_and_every_figure_is_that_of_the_API()
    {
        await using var window = await browser.Open(system.Address);
        await window.Page.GotoAsync($"{Coverage}&live=0");
        var whole = await system.Api.Get($"coverage?within=TST&level=country&vaccineId={ScreenData.Vaccine}");
        var own = whole.Body["rows"]!.AsArray().Single()!;
        Assert.Equal("TST", (string?)own["facilityId"]);
        var rows = (await system.Api.Get($"coverage?within=TST&vaccineId={ScreenData.Vaccine}")).Body["rows"]!.AsArray();
        Assert.Equal($"{(decimal)own["dropout"]!:0.0}%", await window.Find("#tile-dropout .figure").InnerTextAsync());
        await window.Find("#tile-trust").ClickAsync();
        Assert.EndsWith("#places", window.Page.Url, StringComparison.Ordinal);
        Assert.Equal(1, await window.Find("th[aria-sort='descending'] #by-silent").CountAsync());
        var silent = await window.Find(".places tbody tr").EvaluateAllAsync<int[]>(
            "rows => rows.map(row => +row.querySelectorAll('td')[7].textContent)");
        Assert.Equal(1, silent.Sum());
        Assert.StartsWith("1", await window.Find("#tile-trust .figure").InnerTextAsync(), StringComparison.Ordinal);
        foreach (var row in rows)
        {
            var cells = await window.Find($"tr[data-place='{row!["facilityId"]}'] td").AllInnerTextsAsync();
            var (people, began) = ((long?)row["targetPopulation"], (long)row["atLeastOneDose"]!);
            Assert.StartsWith(Percent(row["fullyVaccinatedCoverage"]), cells[0], StringComparison.Ordinal);
            Assert.StartsWith(Whole(row["targetPopulation"]), cells[1], StringComparison.Ordinal);
            Assert.StartsWith(people is null ? "–" : $"{people - began:#,0}".Replace('-', '−'), cells[2], StringComparison.Ordinal);
            Assert.StartsWith(Whole(row["onHand"]), cells[5], StringComparison.Ordinal);
        }

        var trend = (await system.Api.Get($"coverage/TST/trend?vaccineId={ScreenData.Vaccine}&by=week")).Body["points"]!.AsArray();
        await window.Find("#trend-table summary").ClickAsync();
        var given = await window.Find("#trend-table tbody tr").EvaluateAllAsync<string[]>(
            "rows => rows.map(row => row.querySelector('td').textContent)");
        Assert.Equal(trend.Reverse().Select(point => Whole(point!["doses"])), given);

        static string Whole(JsonNode? figure) => figure is null ? "–" : $"{(long)figure:#,0}";
        static string Percent(JsonNode? figure) =>
            figure is null ? "–" : $"{Math.Round((decimal)figure, 1, MidpointRounding.AwayFromZero):0.0}%";
    }

    [Fact]
    public async Task The_unknown_is_no_nought_and_what_is_over_a_hundred_is_shown_and_flagged()
    {
        await using var window = await browser.Open(system.Address);
        await window.Page.GotoAsync($"{Coverage}&live=0");
        var unknown = window.Find(".tiles a[title='Île Perdue']");
        await Assertions.Expect(unknown.Locator("b")).ToHaveTextAsync("–");
        var hatching = await unknown.EvaluateAsync<string>("tile => getComputedStyle(tile).backgroundImage");
        Assert.Contains("repeating-linear-gradient", hatching, StringComparison.Ordinal);
        var cell = window.Find($"tr[data-place='{ScreenData.Unknown}'] td").First;
        Assert.Contains("unknown", (await cell.GetAttributeAsync("class"))!, StringComparison.Ordinal);
        var over = window.Find(".tiles a[title='الجنوب']");
        await Assertions.Expect(over.Locator("b")).ToHaveTextAsync("103.2% !");
        Assert.Equal("dashed", await over.EvaluateAsync<string>("tile => getComputedStyle(tile).borderTopStyle"));
        await Assertions.Expect(window.Find($"tr[data-place='{ScreenData.Over}'] td .sign").First).ToHaveTextAsync("!");
        // The whole is not known either, and says why.
        await Assertions.Expect(window.Find("#tile-fully .figure")).ToHaveTextAsync("–");
        await Assertions.Expect(window.Find("#tile-fully")).ToContainTextAsync("1 place without a target population");
        await Assertions.Expect(window.Find("#elsewhere")).ToContainTextAsync("1 place has no coordinates:");
        await Assertions.Expect(window.Find("#elsewhere a")).ToHaveTextAsync("Somewhere");
        Assert.Equal(ScreenData.Unknown, await window.Find(".places tbody tr").Last.GetAttributeAsync("data-place"));
    }

    [Fact]
    public async Task A_day_gone_by_is_chosen_in_any_digits_and_a_wrong_one_is_named()
    {
        await using var window = await browser.Open(system.Address);
        await window.Page.GotoAsync($"{Coverage}&live=0");
        await window.Find("input[name=asOf]").FillAsync("٢٠٢٠-٠١-٣١");
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Find("#tile-trust")).ToContainTextAsync("Last report –");
        Assert.Equal(0, await window.Find(".dot").CountAsync());
        await window.Find("input[name=asOf]").FillAsync("tomorrow");
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Find("#day-wrong")).ToBeVisibleAsync();
        Assert.Equal("tomorrow", await window.Find("input[name=asOf]").InputValueAsync());
    }

    [Fact]
    public async Task What_is_posted_shows_by_itself_in_every_tab_that_is_seen_and_a_hidden_one_asks_nothing()
    {
        await using var window = await browser.Open(system.Address);
        await using var hidden = await browser.Open(system.Address);
        var other = await window.Context.NewPageAsync();
        foreach (var page in new[] { window.Page, other, hidden.Page })
        {
            await page.GotoAsync($"/ministry/coverage?place=TST-4&vaccine={ScreenData.Vaccine}");
            await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("East");
        }

        await hidden.Page.EvaluateAsync(
            "Object.defineProperty(document, 'hidden', { value: true }); document.dispatchEvent(new Event('visibilitychange'));");
        await Condition.Until("a stream is open in each tab that is seen", Soon, () => Task.FromResult(
            window.Asked.After(0).Count(url => url.Contains("/stream", StringComparison.Ordinal)) < 2 ? "none" : null));
        var asked = hidden.Asked.Count;
        var before = await window.Find("#tile-without .figure").InnerTextAsync();
        await window.Find("#tile-stock").FocusAsync();
        // Twice: whoever asked for the first would have by the time that the second shows.
        foreach (var more in new[] { 7, 8 })
        {
            var shown = await window.Find("#tile-without .figure").InnerTextAsync();
            await system.Give("TST-4-F", more);
            foreach (var page in new[] { window.Page, other })
                await Assertions.Expect(page.Locator("#tile-without .figure")).Not.ToHaveTextAsync(shown);
        }

        Assert.Equal(
            await window.Find("#tile-without .figure").InnerTextAsync(), await other.Locator("#tile-without .figure").InnerTextAsync());
        Assert.Equal("tile-stock", await window.Run<string>("document.activeElement.id"));
        Assert.Empty(hidden.Asked.After(asked));
        Assert.Equal(before, await hidden.Find("#tile-without .figure").InnerTextAsync());
    }

    [Fact]
    public async Task A_page_of_a_ministry_is_small_and_its_files_are_kept()
    {
        await using var window = await browser.Open(system.Address);
        await window.Page.GotoAsync($"{Coverage}&live=0");
        var bytes = await window.Run<int>("""
            [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].reduce((sum, file) => sum + file.encodedBodySize, 0)
            """);
        Assert.InRange(bytes, 1, 60 * 1024);
        using var http = new HttpClient();
        var style = await window.Find("link[rel=stylesheet]").GetAttributeAsync("href");
        using var answer = await http.GetAsync(new Uri(system.Address, style), TestContext.Current.CancellationToken);
        Assert.Equal(TimeSpan.FromDays(365), answer.Headers.CacheControl?.MaxAge);
    }
}
