using Microsoft.Playwright;

namespace Distribution.Browser.Tests;

/// <summary>The pages of supply as people see them: in each language, on each screen, by each way of looking.</summary>
[Collection(Browser.One)]
public sealed class LogisticsPageTests(Browser browser, OpenScreens system) : IAsyncLifetime
{
    private const string Shipments = "/logistics/shipments";

    public static MatrixTheoryData<string, int> LanguagesAndWidths => new(["en", "fr", "ar"], [1366, 360]);

    public ValueTask InitializeAsync()
    {
        Browser.SkipWithout();
        return default;
    }

    public ValueTask DisposeAsync() => default;

    [Theory, MemberData(nameof(LanguagesAndWidths))]
    public async Task At_first_glance_one_sees_what_waits_and_nothing_but_tables_scrolls_sideways(string language, int width)
    {
        var supply = await Supply.New(system);
        var late = await supply.Send(10, days: 15);
        var onTheWay = await supply.Send(20);
        var waiting = await supply.Ask(130);
        var refused = await supply.Ask(9_000);
        await using var window = await browser.Open(system.Address, width, width > 400 ? 768 : 740);
        await window.Page.GotoAsync($"{Shipments}?place={supply.Store}&lang={language}");
        await window.Keep($"shipments-{language}-{width}");
        var counts = window.Find(width > 400 ? ".column .count" : ".glance b");
        Assert.Equal(["0", "1", "2", "1", "1"], await counts.AllInnerTextsAsync());
        foreach (var count in await counts.AllAsync())
        {
            var box = (await count.BoundingBoxAsync())!;
            Assert.True(box.Y >= 0 && box.Y + box.Height <= window.Page.ViewportSize!.Height, $"{box.Y}");
        }

        // What has waited longest, and is overdue, is on top.
        var column = window.Find("section[aria-labelledby='dispatched'] .shipment");
        Assert.Equal([late, onTheWay], await column.EvaluateAllAsync<string[]>("all => all.map(one => one.dataset.shipment)"));
        await Assertions.Expect(column.First.Locator(".flag")).ToHaveCountAsync(1);
        await Assertions.Expect(column.Last.Locator(".flag")).ToHaveCountAsync(0);
        foreach (var (path, name) in new[]
        {
            ("", ""), ($"/{late}", "shipment"), ($"/{waiting}/dispatch", "dispatch"), ($"/{waiting}/cancel", ""),
            ($"/{refused}", "refused"), ($"/{onTheWay}/receive", "receive"), ("", "stock"), ("", "waste"), ("", "count"), ("", "request"),
        })
        {
            var address = name switch
            {
                "stock" => $"/logistics/stock?place={supply.Store}&lang={language}",
                "request" => $"{Shipments}/request/new?place={supply.Store}&lang={language}",
                "count" => $"/logistics/stock/count?place={supply.Store}&lang={language}",
                "waste" => $"/logistics/stock/wastage?place={supply.Store}&vaccine={ScreenData.Vaccine}&lot={Supply.First}&lang={language}",
                _ => $"{Shipments}{path}?lang={language}",
            };
            Assert.Equal(200, (await window.Page.GotoAsync(address))!.Status);
            if (name.Length > 0) await window.Keep($"{name}-{language}-{width}");
            Assert.Equal(width, await window.Run<int>("document.documentElement.scrollWidth"));
            Assert.Empty(await window.Run<string[]>("""
                [...document.querySelectorAll('h1, h2, nav a, button, summary, .shipment *, .field *, legend, .buttons *, output, .badge')]
                  .filter(part => part.checkVisibility() && part.tagName !== 'INPUT' && part.scrollWidth > part.clientWidth + 1
                    && getComputedStyle(part).display !== 'inline' && !part.closest('.hidden'))
                  .map(part => part.outerHTML)
                """));
            Assert.DoesNotMatch(
                @"\b(shipments?|form|do|done|receive|stock|term|column|refused|count|request)\.\w",
                await window.Find("main").InnerTextAsync());
        }
    }

    [Theory, MemberData(nameof(LanguagesAndWidths))]
    public async Task The_work_list_counts_all_that_is_to_be_done_at_first_glance_and_each_count_leads_to_its_rows(
        string language, int width)
    {
        var supply = await Supply.New(system);
        await supply.Send(10, days: 15);
        await supply.Ask(20);
        await using var window = await browser.Open(system.Address, width, width > 400 ? 768 : 740);
        var address = $"/logistics/today?place={supply.Store}&lang={language}";
        Assert.Equal(200, (await window.Page.GotoAsync(address))!.Status);
        await window.Keep($"work-{language}-{width}");
        string[] work =
            ["allocated", "dispatched", "stockOut", "low", "unrecorded", "expired", "recalled", "expiring", "expiringLater"];
        Assert.Equal(work, await window.Find(".work a").EvaluateAllAsync<string[]>("all => all.map(one => one.dataset.work)"));
        var counts = window.Find(".work b");
        Assert.Equal(["1", "1", "0", "0", "0", "1", "0", "0", "0"], await counts.AllInnerTextsAsync());
        foreach (var count in await counts.AllAsync())
        {
            var box = (await count.BoundingBoxAsync())!;
            Assert.True(box.Y >= 0 && box.Y + box.Height <= window.Page.ViewportSize!.Height, $"{box.Y}");
        }

        Assert.Equal(width, await window.Run<int>("document.documentElement.scrollWidth"));
        Assert.DoesNotMatch(@"\b(work|alert|term|shipments)\.\w", await window.Find("main").InnerTextAsync());
        Assert.Equal(1, await window.Find("[data-work='dispatched'] .flag").CountAsync());
        await window.Find("[data-work='expired']").ClickAsync();
        await Assertions.Expect(window.Find("[data-alert]")).ToHaveCountAsync(1);
        await window.Find("[data-alert] a").ClickAsync();
        await Assertions.Expect(window.Find("table.stock")).ToBeVisibleAsync();
        Assert.Contains(Supply.Old, await window.Find("main").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arabic_is_right_to_left_and_all_figures_change_their_digits()
    {
        var supply = await Supply.New(system);
        var sent = await supply.Send(20, days: 15);
        await using var window = await browser.Open(system.Address);
        foreach (var path in new[]
        {
            $"{Shipments}?place={supply.Store}&", $"{Shipments}/{sent}?", $"{Shipments}/{sent}/receive?",
            $"{Shipments}/request/new?place={supply.Store}&", $"/logistics/stock/count?place={supply.Store}&",
            $"/logistics/stock?place={supply.Store}&",
        })
        {
            await window.Page.GotoAsync($"{path}lang=ar&digits=arab");
            Assert.Equal("rtl", await window.Run<string>("document.documentElement.dir"));
            // Codes keep theirs, and are set apart.
            Assert.Empty(await window.Run<string[]>("""
                [...document.querySelectorAll('main :is(.count, .note, td, time, output, .shipped b, legend small, .soft)')]
                  .filter(part => {
                    const own = part.cloneNode(true);
                    own.querySelectorAll('bdi').forEach(code => code.remove());
                    return /[0-9]/.test(own.textContent.replace(/\u2068[^\u2069]*\u2069/g, text => /[A-Z]/.test(text) ? '' : text));
                  })
                  .map(part => part.outerHTML)
                """));
            Assert.Empty(await window.Run<string[]>("""
                [...document.querySelectorAll('main input[inputmode=numeric]')].map(part => part.value).filter(text => /[0-9]/.test(text))
                """));
        }

        var first = (await window.Find("table.stock thead th").First.BoundingBoxAsync())!;
        var second = (await window.Find("table.stock thead th").Nth(1).BoundingBoxAsync())!;
        Assert.True(first.X > second.X);
        await window.Page.GotoAsync($"{Shipments}?place={supply.Store}&lang=ar");
        var columns = await window.Find(".column").EvaluateAllAsync<double[]>("all => all.map(one => one.getBoundingClientRect().x)");
        Assert.Equal(columns.OrderDescending(), columns);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Nobody_is_kept_out_by_how_a_page_is_made(bool isDark)
    {
        var supply = await Supply.New(system);
        var (sent, late, waiting) = (await supply.Send(20), await supply.Send(10, days: 15), await supply.Ask(130));
        await using var window = await browser.Open(system.Address, isDark: isDark);
        foreach (var path in new[]
        {
            $"{Shipments}?place={supply.Store}", $"{Shipments}/{late}", $"{Shipments}/{waiting}/dispatch", $"{Shipments}/{waiting}/cancel",
            $"{Shipments}/{sent}/receive", $"{Shipments}/none", $"/logistics/stock?place={supply.Store}",
            $"/logistics/stock/wastage?place={supply.Store}&vaccine={ScreenData.Vaccine}&lot={Supply.First}", $"{Shipments}?search=centre",
            $"{Shipments}/request/new", $"{Shipments}/request/new?place={supply.Store}",
            "/logistics/stock/count", $"/logistics/stock/count?place={supply.Store}",
            $"/logistics/today?place={supply.Store}", $"/logistics/today?place={supply.Store}&alert=expired",
        })
        {
            await window.Page.GotoAsync(path);
            await window.Find("#help summary").ClickAsync();
            Assert.Empty(await window.Faults());
        }

        // With what is wrong at its field.
        await window.Page.GotoAsync($"{Shipments}/{sent}/receive");
        await window.Find("[name='lines[0].accepted']").FillAsync("x");
        await window.Find("[name='lines[0].rejected']").FillAsync("1");
        await window.Find("#occurredAt").FillAsync("");
        await window.Find("button.main").ClickAsync();
        await Assertions.Expect(window.Find("[aria-invalid]")).ToHaveCountAsync(3);
        Assert.Empty(await window.Faults());
    }

    [Fact]
    public async Task Stock_is_listed_first_to_expire_first_and_what_has_expired_is_struck_through_and_in_no_sum()
    {
        var supply = await Supply.New(system);
        _ = await supply.Ask(130);
        await using var window = await browser.Open(system.Address);
        await window.Page.GotoAsync($"/logistics/stock?place={supply.Store}");
        Assert.Equal([Supply.Old, Supply.First, Supply.Second], await window.Find("tr[data-lot]").EvaluateAllAsync<string[]>(
            "rows => rows.map(row => row.dataset.lot)"));
        Assert.Equal(["70"], await window.Find("tr.expired s").AllInnerTextsAsync());
        Assert.Equal(["600", "130", "470", "0"], (await window.Find("tr.sum td").AllInnerTextsAsync()).Where(text => text.Length > 0));
        var first = await window.Find($"tr[data-lot='{Supply.First}'] td").AllInnerTextsAsync();
        Assert.Equal(["100", "100", "0", "0"], first.Skip(1).Take(4));
        var answer = await window.Page.APIRequest.GetAsync(
            new Uri(system.Address, (await window.Find(".links a").Last.GetAttributeAsync("href"))!).ToString());
        var rows = (await answer.TextAsync()).TrimEnd().Split("\r\n");
        Assert.StartsWith("facilityId,vaccineId,lotNumber,", rows[0], StringComparison.Ordinal);
        Assert.Equal(4, rows.Length);
        var row = $"{supply.Store},{ScreenData.Vaccine},{Supply.First},2029-06-30,";
        Assert.Contains(rows, line => line.StartsWith(row, StringComparison.Ordinal));
        await window.Find("#search").FillAsync(supply.Clinic);
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Find("h2")).ToContainTextAsync(["No stock is recorded here"]);
    }
}
