using Microsoft.Playwright;

namespace Distribution.Browser.Tests;

/// <summary>What is entered without a network waits on the device, and is sent once.</summary>
[Collection(Browser.One)]
public sealed class ClinicOfflineTests(Browser browser, OpenScreens system) : IAsyncLifetime
{
    private const string Submissions = "/api/v1/administrations";

    private string _clinic = "";

    public async ValueTask InitializeAsync()
    {
        Browser.SkipWithout();
        _clinic = await system.NewClinic();
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task Without_a_network_the_page_opens_takes_doses_and_keeps_them_until_they_are_sent_once()
    {
        await using var window = await browser.OpenSession(system.Address, _clinic);
        await window.IsKept();
        await window.Network(false);
        await window.Page.ReloadAsync();
        await window.IsReady();
        await window.Choose("Penta 1");
        await window.Add("12");
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("12 doses wait");
        await Assertions.Expect(window.Find($"#summary tr[data-vaccine='{ScreenData.Babies}'] .open-next")).ToContainTextAsync("L6");
        await window.SendAll();
        await window.Page.ReloadAsync();
        await window.IsReady();
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("12 doses wait");
        await Assertions.Expect(window.Find("#sending .details")).ToContainTextAsync("No network");
        await window.Keep("session-offline");
        await window.Page.GotoAsync($"{ClinicWindow.Today}?facility={_clinic}");
        await window.IsReady(ClinicWindow.Today);
        await Assertions.Expect(window.Find("#state-here .figure")).ToHaveTextAsync("12");
        await Assertions.Expect(window.Find("#state-counted .figure")).ToHaveTextAsync("0");
        await window.Keep("today-offline");
        Assert.Equal(0, await Reported());
        await window.Network(true);
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("Everything is sent");
        await Assertions.Expect(window.Find("#state-counted .figure")).ToHaveTextAsync("12");
        await window.Page.ReloadAsync();
        await window.IsReady(ClinicWindow.Today);
        Assert.Equal(12, await Reported());
        Assert.Equal(1, Sent(window));
    }

    [Fact]
    public async Task An_answer_that_is_lost_on_its_way_changes_nothing()
    {
        await using var window = await browser.OpenSession(system.Address, _clinic);
        window.MayLackNetwork = true;
        var lost = 0;
        await window.Context.RouteAsync($"**{Submissions}", async route =>
        {
            if (Interlocked.Increment(ref lost) > 1)
            {
                await route.ContinueAsync();
                return;
            }

            await route.FetchAsync();
            await route.AbortAsync();
        });
        await window.Choose("MR 1");
        await window.Add("6");
        await window.SendAll();
        await Assertions.Expect(window.Find("#sending .details")).ToContainTextAsync("No network");
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("6 doses wait");
        Assert.Equal(6, await Reported());
        await window.Context.Clock.FastForwardAsync(6_000);
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("Everything is sent");
        Assert.Equal(2, lost);
        Assert.Equal(6, await Reported());
    }

    [Fact]
    public async Task Two_tabs_show_the_same_and_send_once()
    {
        await using var window = await browser.OpenSession(system.Address, _clinic);
        await window.IsKept();
        var other = await window.Context.NewPageAsync();
        await other.GotoAsync($"{ClinicWindow.Session}?facility={_clinic}");
        await Assertions.Expect(other.Locator("#session")).ToBeVisibleAsync();
        await window.Network(false);
        await window.Choose("MR 1");
        await window.Add("5");
        await Assertions.Expect(other.Locator("#sending .headline")).ToHaveTextAsync("5 doses wait");
        await window.SendAll();
        await Assertions.Expect(window.Find("#sending .details")).ToContainTextAsync("No network");
        await window.Network(true);
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("Everything is sent");
        await Assertions.Expect(other.Locator("#sending .headline")).ToHaveTextAsync("Everything is sent");
        Assert.Equal(5, await Reported());
        Assert.Equal(1, Sent(window));
    }

    [Fact]
    public async Task What_the_server_refuses_is_shown_and_can_be_sent_again_or_put_back()
    {
        await using var window = await browser.OpenSession(system.Address, _clinic);
        var isRefused = true;
        await window.Context.RouteAsync($"**{Submissions}", route => isRefused
            ? route.FulfillAsync(new() { Status = 403, ContentType = "application/problem+json", Body = """{"detail":"not today"}""" })
            : route.ContinueAsync());
        await window.Choose("MR 1");
        await window.Add("5");
        await window.SendAll();
        await Assertions.Expect(window.Find("#troubles")).ToContainTextAsync("not today");
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("5 doses wait");
        await window.Find("#troubles button").Filter(new() { HasText = "Put back" }).ClickAsync();
        await Assertions.Expect(window.Find("#cell-MR-1")).ToHaveValueAsync("5");
        await window.SendAll();
        await Assertions.Expect(window.Find("#troubles")).ToContainTextAsync("not today");
        isRefused = false;
        await window.Find("#troubles button").Filter(new() { HasText = "Try again" }).ClickAsync();
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("Everything is sent");
        Assert.Equal(5, await Reported());
    }

    [Fact]
    public async Task Where_the_address_is_not_secure_the_page_says_that_it_needs_a_network()
    {
        await using var window = await browser.Open(system.Address);
        await window.Context.AddInitScriptAsync("Object.defineProperty(window, 'isSecureContext', { value: false })");
        await window.Page.GotoAsync($"{ClinicWindow.Session}?facility={_clinic}");
        await window.IsReady();
        await Assertions.Expect(window.Find("#sending .details")).ToContainTextAsync("Offline entry is off here");
    }

    // Posts of submissions: questions have parameters.
    private static int Sent(Window window) =>
        window.Asked.After(0).Count(address => address.EndsWith(Submissions, StringComparison.Ordinal));

    private Task<long> Reported() => system.Reported(_clinic);
}
