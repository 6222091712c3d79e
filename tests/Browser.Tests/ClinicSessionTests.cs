using System.Text.Json;
using System.Text.Json.Nodes;
using Distribution.Tests.Support;
using Microsoft.Playwright;

namespace Distribution.Browser.Tests;

/// <summary>The session of a clinic as nurses see and use it.</summary>
[Collection(Browser.One)]
public sealed class ClinicSessionTests(Browser browser, OpenScreens system) : IAsyncLifetime
{
    private const string Code = $"]d201{ScreenData.Gtin}1735033110{ScreenData.Lot}\u001d21000042";

    private string _clinic = "";

    public static MatrixTheoryData<string, int> LanguagesAndWidths => new(["en", "fr", "ar"], [1366, 360]);

    public async ValueTask InitializeAsync()
    {
        Browser.SkipWithout();
        _clinic = await system.NewClinic();
    }

    public ValueTask DisposeAsync() => default;

    [Theory, MemberData(nameof(LanguagesAndWidths))]
    public async Task One_sees_at_first_glance_whether_all_is_sent_where_to_type_the_day_and_the_next_lot(string language, int width)
    {
        await system.Give(_clinic, 3);
        await using var window = await browser.OpenSession(system.Address, _clinic, $"&lang={language}", width: width);
        await Assertions.Expect(window.Find("#summary tr[data-vaccine='MR'] .doses")).ToHaveTextAsync("3");
        await window.Keep($"session-{language}-{width}");
        Assert.Equal("entry", await window.Run<string>("document.activeElement.id"));
        var height = window.Page.ViewportSize!.Height;
        await Assertions.Expect(window.Find($"#open-{ScreenData.Babies}")).ToContainTextAsync("L6");
        foreach (var seen in new[]
        {
            "#sending .headline", "#entry", "#summary tr[data-vaccine='MR'] .doses", $"#open-{ScreenData.Babies}",
        })
        {
            var box = (await window.Find(seen).BoundingBoxAsync())!;
            Assert.True(box.Y >= 0 && box.Y + box.Height <= height && box.X >= 0 && box.X + box.Width <= width, $"{seen}: {box.Y}");
        }

        Assert.Equal(width, await window.Run<int>("document.documentElement.scrollWidth"));
        Assert.Empty(await window.Run<string[]>("""
            [...document.querySelectorAll('main *, nav a')]
              .filter(part => part.checkVisibility() && !part.matches('.hidden, .scroll, input')
                && part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display !== 'inline').map(part => part.outerHTML)
            """));
        Assert.Empty(await window.TooSmall());
    }

    [Fact]
    public async Task Arabic_is_right_to_left_and_all_figures_change_their_digits()
    {
        await using var window = await browser.OpenSession(system.Address, _clinic, "&lang=ar&digits=arab");
        await window.Find("#cell-MR-1").FillAsync("١٢");
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Headline()).ToContainTextAsync("١٢");
        await window.Keep("session-arab");
        Assert.Equal("rtl", await window.Run<string>("document.documentElement.dir"));
        var first = (await window.Find("#summary th").First.BoundingBoxAsync())!;
        Assert.True(first.X > (await window.Find("#summary th").Nth(1).BoundingBoxAsync())!.X);
        // Codes and days that are typed keep their digits.
        Assert.Empty(await window.Run<string[]>("""
            [...document.querySelectorAll('#sending, #summary td:not(.open-next), #summary small, #day-words')]
              .filter(part => /[0-9]/.test(part.textContent)).map(part => part.outerHTML)
            """));
        Assert.Equal("١٢", await window.Find("#cell-MR-1").InputValueAsync());
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Nobody_is_kept_out_by_how_the_session_is_made(bool isDark)
    {
        await using var window = await browser.OpenSession(system.Address, _clinic, movesTime: false, isDark: isDark);
        await window.Choose("Penta 2");
        await window.Add("7");
        await window.Type("]d20109521141123454\r");
        await Assertions.Expect(window.Find("#which-vaccine")).ToBeVisibleAsync();
        Assert.Empty(await window.Faults());
        await window.Page.Keyboard.PressAsync("Escape");
        await window.Find("#help summary").ClickAsync();
        await window.Find("#day").FillAsync("2999-01-01");
        await window.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(window.Find("#day-wrong")).ToBeVisibleAsync();
        await window.Keep($"session-full-{(isDark ? "dark" : "light")}");
        Assert.Empty(await window.Faults());
    }

    [Theory, InlineData("us"), InlineData("fr"), InlineData("ar")]
    public async Task A_scan_chooses_the_vaccine_and_the_lot_whatever_the_layout_and_whatever_has_the_focus(string layout)
    {
        await using var window = await browser.OpenSession(system.Address, _clinic, movesTime: false);
        foreach (var focus in new[] { "#entry", "#day", ".cell .more >> nth=0", "#cell-MR-1", "body" })
        {
            if (await window.Find("#no-lot").IsVisibleAsync()) await window.Find("#no-lot").ClickAsync();
            await Assertions.Expect(window.Find("#chosen")).Not.ToContainTextAsync(ScreenData.Lot);
            if (focus == "body") await window.Run<object>("document.activeElement.blur()");
            else await window.Find(focus).FocusAsync();
            await window.Type($"{Code}\r", layout);
            await Assertions.Expect(window.Find("#chosen")).ToContainTextAsync($"Pentavalent");
            await Assertions.Expect(window.Find("#chosen")).ToContainTextAsync(ScreenData.Lot);
            await Assertions.Expect(window.Find("#chosen")).ToContainTextAsync("Mar 31, 2035");
            Assert.Equal("", await window.Find("#entry").InputValueAsync());
            Assert.Equal($"{DateTime.Now:yyyy-MM-dd}", await window.Find("#day").InputValueAsync());
        }

        await window.Find("#entry").FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Headline()).ToContainTextAsync("1");
        await Assertions.Expect(window.Find("#last li")).ToContainTextAsync(ScreenData.Lot);
        await Assertions.Expect(window.Find($"#cell-{ScreenData.Babies}-1")).ToHaveValueAsync("1");
    }

    [Fact]
    public async Task What_is_typed_slowly_is_no_scan_and_a_wrong_code_says_what_is_wrong()
    {
        await using var window = await browser.OpenSession(system.Address, _clinic, movesTime: false);
        await window.Find("#which-vaccine").EvaluateAsync("element => element.tabIndex = -1");
        await window.Find("#other-band").FocusAsync();
        await window.TypeSlowly($"01{ScreenData.Gtin}");
        Assert.Equal($"01{ScreenData.Gtin}", await window.Find("#other-band").InputValueAsync());
        await window.Find("#other-band").FillAsync("");
        await Assertions.Expect(window.Find("#chosen")).Not.ToContainTextAsync("Pentavalent");
        await window.Type("]d20109501101530004\r");
        await Assertions.Expect(window.Find("#said")).ToContainTextAsync("check digit");
        await Assertions.Expect(window.Find("#chosen")).Not.ToContainTextAsync("Pentavalent");
    }

    [Fact]
    public async Task A_known_expiry_is_not_changed_and_an_unknown_code_is_asked_about_once()
    {
        await using var window = await browser.OpenSession(system.Address, _clinic, movesTime: false);
        await window.Type($"(01){ScreenData.Gtin}(17)360101(10){ScreenData.Lot}\r");
        await Assertions.Expect(window.Find("#said")).ToContainTextAsync("Mar 31, 2035");
        await Assertions.Expect(window.Find("#chosen")).ToContainTextAsync("Mar 31, 2035");
        await window.Type("(01)09521141123454(17)310400(10)X9\r");
        await window.Find("#which-vaccine button").Filter(new() { HasText = "Tetanus" }).ClickAsync();
        // The day 00 is the end of the month.
        await Assertions.Expect(window.Find("#chosen")).ToContainTextAsync("Apr 30, 2031");
        await window.Page.ReloadAsync();
        await window.IsReady();
        await window.Type("(01)09521141123454(17)320101(10)X9\r");
        await Assertions.Expect(window.Find("#said")).ToContainTextAsync("Jan 1, 2032");
        await Assertions.Expect(window.Find("#chosen")).ToContainTextAsync("Apr 30, 2031");
        await Assertions.Expect(window.Find("#which-vaccine")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Codes_are_read_as_the_vectors_say()
    {
        await using var window = await browser.OpenSession(system.Address, _clinic, movesTime: false);
        var vectors = Repository.PathOf("..", "shared", "examples", "gs1", "ours-scans.csv");
        Assert.SkipUnless(File.Exists(vectors), $"{vectors} is not there");
        var lines = (await File.ReadAllLinesAsync(vectors, TestContext.Current.CancellationToken))[1..];
        Assert.True(lines.Length > 5);
        foreach (var line in lines)
        {
            var cells = line.Split(',');
            var read = (await window.Page.EvaluateAsync<JsonElement>("""
                async code => {
                  const address = performance.getEntriesByType('resource').find(file => file.name.includes('/gs1-')).name;
                  return (await import(address)).read(code, 2026);
                }
                """, cells[0])).Deserialize<JsonObject>()!;
            if (cells[7] != "true")
            {
                Assert.True(read.ContainsKey("problem"), line);
                continue;
            }

            string[] names = ["gtin", "lot", "expiry", "serial", "sscc", "gln"];
            for (var at = 0; at < names.Length; at++) Assert.Equal($"{line}: {cells[at + 1]}", $"{line}: {(string?)read[names[at]]}");
        }
    }

    [Fact]
    public async Task Only_vaccines_that_fit_are_offered_and_the_others_are_a_click_away()
    {
        await using var window = await browser.OpenSession(system.Address, _clinic);
        await window.Find(".chips label").Filter(new() { HasText = "15-44" }).ClickAsync();
        await Assertions.Expect(window.Find($"#cell-{ScreenData.Babies}-1")).ToHaveCountAsync(0);
        await Assertions.Expect(window.Find($"#cell-{ScreenData.Women}-1")).ToHaveCountAsync(1);
        await window.Find(".chips label").Filter(new() { HasText = "male" }).Nth(1).ClickAsync();
        await Assertions.Expect(window.Find($"#cell-{ScreenData.Women}-1")).ToHaveCountAsync(0);
        await Assertions.Expect(window.Find("#cell-MR-1")).ToHaveCountAsync(1);
        await window.Find("#all-vaccines").ClickAsync();
        await Assertions.Expect(window.Find($"#cell-{ScreenData.Babies}-1")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Forty_doses_take_two_keys_each_at_most_and_numbers_of_any_script_are_the_same()
    {
        await using var window = await browser.OpenSession(system.Address, _clinic);
        var keys = 0;
        await window.Find("#single").CheckAsync(new() { Force = true });
        await window.Find("#entry").FocusAsync();
        foreach (var vaccine in new[] { "Penta 1", "MR 2" })
        {
            await window.Choose(vaccine);
            for (var dose = 0; dose < 20; dose++, keys++) await window.Page.Keyboard.PressAsync("Enter");
        }

        Assert.InRange(keys, 40, 80);
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("40 doses wait");
        await Assertions.Expect(window.Find("#cell-MR-2")).ToHaveValueAsync("20");
        await window.Find("#tally").CheckAsync(new() { Force = true });
        await window.Choose("Tetanus");
        await window.Add("12");
        await window.Add("١٢");
        await window.Add("۱۲");
        await Assertions.Expect(window.Find($"#cell-{ScreenData.Women}-1")).ToHaveValueAsync("36");
        await window.SendAll();
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("Everything is sent");
        Assert.Equal(76, await Reported());
        await Assertions.Expect(window.Find($"#summary tr[data-vaccine='{ScreenData.Women}'] .doses")).ToHaveTextAsync("36");
    }

    [Fact]
    public async Task The_sheet_counts_up_and_down_and_what_was_entered_and_sent_can_be_undone()
    {
        await using var window = await browser.OpenSession(system.Address, _clinic);
        var cell = window.Find(".cell[data-vaccine='MR'][data-dose='1']");
        for (var at = 0; at < 3; at++) await cell.Locator(".more").ClickAsync();
        await Assertions.Expect(cell.Locator("input")).ToHaveValueAsync("3");
        await cell.Locator(".less").ClickAsync();
        await Assertions.Expect(cell.Locator("input")).ToHaveValueAsync("2");
        await cell.Locator("input").ClickAsync();
        await window.Page.Keyboard.TypeAsync("15");
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("15 doses wait");
        Assert.Equal("cell-MR-2", await window.Run<string>("document.activeElement.id"));
        await window.Page.Keyboard.TypeAsync("4");
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("19 doses wait");
        await window.Find("#last li button").First.ClickAsync();
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("15 doses wait");
        await window.Find("#send").ClickAsync();
        await window.Find("#undo-send").ClickAsync();
        await window.Context.Clock.FastForwardAsync(30_000);
        await Assertions.Expect(window.Find("#send")).ToHaveTextAsync("Send 15 doses");
        Assert.Equal(0, await Reported());
    }

    [Fact]
    public async Task A_double_click_on_send_has_one_effect()
    {
        await using var window = await browser.OpenSession(system.Address, _clinic);
        await window.Choose("MR 1");
        await window.Add("5");
        await window.Find("#send").EvaluateAsync("button => { button.click(); button.click(); }");
        await window.Find("#undo-send").WaitForAsync();
        await window.Context.Clock.FastForwardAsync(11_000);
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("Everything is sent");
        Assert.Equal(5, await Reported());
    }

    [Fact]
    public async Task A_line_that_the_server_holds_is_shown_with_what_to_do_about_it()
    {
        await using var window = await browser.OpenSession(system.Address, _clinic);
        await window.Choose("MR 1");
        await window.Add("5");
        // As a device has it whose schedule is older, or newer, than the server's.
        await window.Run<object>("""
            new Promise(done => indexedDB.open('distribution-clinic').onsuccess = ({ target }) => {
              const store = target.result.transaction('entries', 'readwrite').objectStore('entries');
              store.getAll().onsuccess = ({ target }) => store.put({ ...target.result[0], doseNumber: '9' }).onsuccess = done;
            }).then(() => 0)
            """);
        await window.SendAll();
        await Assertions.Expect(window.Find("#troubles")).ToContainTextAsync("dose 9");
        await Assertions.Expect(window.Find("#troubles")).ToContainTextAsync("Held by the server");
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("Something needs a look");
        await window.Keep("session-held");
        Assert.Empty(await window.Faults());
        await window.Find("#troubles button").ClickAsync();
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("Everything is sent");
    }

    [Fact]
    public async Task The_page_is_small()
    {
        await using var window = await browser.OpenSession(system.Address, _clinic, movesTime: false);
        var bytes = await window.Run<int>("""
            [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
              .filter(file => !file.name.includes('/api/')).reduce((sum, file) => sum + file.encodedBodySize, 0)
            """);
        Assert.InRange(bytes, 1, 60 * 1024);
    }

    [Fact]
    public async Task A_part_that_does_not_answer_is_unknown_or_as_of_before_and_the_rest_works()
    {
        await using var window = await browser.Open(system.Address);
        await window.Context.RouteAsync("**/api/v1/stock*", route => route.FulfillAsync(new() { Status = 404, Body = "{}" }));
        await window.Context.RouteAsync("**/api/v1/administrations?*", route => route.FulfillAsync(new() { Status = 404, Body = "{}" }));
        await window.Page.GotoAsync($"{ClinicWindow.Session}?facility={_clinic}");
        await window.IsReady();
        await Assertions.Expect(window.Find("#summary tr[data-vaccine='MR'] td.unknown")).ToHaveTextAsync(["–", "–"]);
        await window.Choose("MR 1");
        await window.Add("5");
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("5 doses wait");
    }

    private Task<long> Reported() => system.Reported(_clinic);
}
