using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Distribution.Browser.Tests;

/// <summary>Who may see what on the pages, and how they come in and go.</summary>
[Collection(Browser.One)]
public sealed class SignInPageTests(Browser browser, SignedScreens system) : IAsyncLifetime
{
    public ValueTask InitializeAsync()
    {
        Browser.SkipWithout();
        return default;
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task Without_a_session_nothing_is_shown_and_a_key_that_holds_opens_the_page_that_was_asked_for()
    {
        await using var window = await browser.Open(system.Address);
        foreach (var path in new[] { "/", "/ministry/coverage?place=TST", "/ministry/countries", "/ministry/coverage?search=TST" })
        {
            var answer = await window.Page.GotoAsync(path);
            Assert.Equal(401, answer!.Status);
            Assert.DoesNotMatch("Testland|TST-1|Measles", Regex.Replace(await window.Page.ContentAsync(), "\\?[^\"]*", ""));
        }

        await window.Page.GotoAsync("/ministry/coverage?place=TST-2&lang=fr");
        await window.Find("#key").FillAsync("dk_nonsense");
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Find("#said")).ToContainTextAsync("Cette clé n’est pas valable");
        await window.Find("#key").FillAsync(system.AdministratorKey);
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Find("h1")).ToContainTextAsync("الجنوب");
        await window.Find(".ways button").ClickAsync();
        await Assertions.Expect(window.Find("#key")).ToBeVisibleAsync();
        Assert.Empty(await window.Context.CookiesAsync());
        Assert.Equal(401, (await window.Page.GotoAsync("/ministry/coverage?place=TST"))!.Status);
    }

    [Fact]
    public async Task The_link_that_the_program_prints_signs_in_once()
    {
        var link = Regex.Match(system.Printed, @"http\S+#code=\S+").Value;
        await using var window = await browser.Open(system.Address);
        await window.Page.GotoAsync(link);
        await Assertions.Expect(window.Find(".tile")).ToHaveCountAsync(5);
        Assert.DoesNotContain("code=", window.Page.Url, StringComparison.Ordinal);
        await using var later = await browser.Open(system.Address);
        await later.Page.GotoAsync(link);
        await Assertions.Expect(later.Find("#said")).ToContainTextAsync("The link was used before");
    }

    [Fact]
    public async Task Who_may_see_one_region_sees_that_region_only()
    {
        await using var window = await browser.Open(system.Address);
        await window.SignIn((await system.NewKey("viewer", "TST-1")).Key);
        await Assertions.Expect(window.Find("h1")).ToContainTextAsync("Nord");
        Assert.Equal(1, await window.Find("tr[data-place='TST-1-F']").CountAsync());
        await window.Page.GotoAsync("/ministry/countries");
        Assert.Equal(["TST-1"], await window.Find(".places tbody tr").EvaluateAllAsync<string[]>(
            "rows => rows.map(row => row.dataset.place)"));
        foreach (var hidden in new[] { "TST-2", "ALL", "none" })
        {
            Assert.NotEqual(200, (await window.Page.GotoAsync($"/ministry/coverage?place={hidden}"))!.Status);
            await Assertions.Expect(window.Find(".tile")).ToHaveCountAsync(0);
        }

        await window.Page.GotoAsync("/ministry/coverage?search=clinic");
        await Assertions.Expect(window.Find("h1")).ToContainTextAsync("Clinic Nord");
    }

    [Fact]
    public async Task Who_has_no_page_is_told_so()
    {
        await using var window = await browser.Open(system.Address);
        await window.SignIn((await system.NewKey("operator", null)).Key);
        await Assertions.Expect(window.Find("h1")).ToContainTextAsync("This page is not for this key");
    }

    [Fact]
    public async Task An_ally_sees_what_is_shared_and_the_rest_as_unknown()
    {
        var share = await system.Api.Put("shares/tst-all", new JsonObject
        {
            ["owner"] = "TST",
            ["ally"] = "ALL",
            ["measures"] = new JsonArray("coverage"),
            ["depth"] = "region",
            ["vaccineIds"] = null,
            ["reason"] = "campaign",
        });
        Assert.True(share.Code is 200 or 201, share.Text);
        await using var window = await browser.Open(system.Address);
        await window.SignIn((await system.NewKey("viewer", "ALL")).Key);
        await Distribution.Tests.Support.Condition.Until("the ally sees the owner", TimeSpan.FromSeconds(30), async () =>
        {
            await window.Page.GotoAsync("/ministry/countries");
            return await window.Find("tr[data-place='TST']").CountAsync() == 1 ? null : "only its own";
        });
        var shared = window.Find("tr[data-place='TST']");
        await Assertions.Expect(shared.Locator(".badge")).ToContainTextAsync("shared by");
        await Assertions.Expect(shared.Locator("td").Nth(5)).ToHaveTextAsync("–");
        await shared.Locator("a").ClickAsync();
        await Assertions.Expect(window.Find("tr[data-place='TST-4']")).ToHaveCountAsync(1);
        await window.Find("tr[data-place='TST-4'] a").ClickAsync();
        await Assertions.Expect(window.Find("h1")).ToContainTextAsync("East");
        Assert.DoesNotContain("Clinic East", await window.Page.ContentAsync(), StringComparison.Ordinal);
    }
}
