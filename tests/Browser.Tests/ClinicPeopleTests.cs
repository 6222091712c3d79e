using Microsoft.Playwright;

namespace Distribution.Browser.Tests;

/// <summary>Who gets the pages of a clinic, and in whose name goes out what was entered.</summary>
[Collection(Browser.One)]
public sealed class ClinicPeopleTests(Browser browser, SignedScreens system) : IAsyncLifetime
{
    private string _clinic = "";

    public async ValueTask InitializeAsync()
    {
        Browser.SkipWithout();
        _clinic = await system.NewClinic();
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task A_role_begins_on_its_own_page_and_is_refused_those_of_others()
    {
        await using var window = await browser.Open(system.Address);
        var (_, key) = await system.NewKey("clinic", _clinic);
        await window.SignIn(key);
        await window.IsReady();
        Assert.Equal(ClinicWindow.Session, new Uri(window.Page.Url).AbsolutePath);
        // The only place of the key.
        await Assertions.Expect(window.Find("#facility-name")).ToHaveTextAsync($"Post {_clinic}");
        Assert.Equal(2, await window.Find("header.frame nav[aria-label='Pages'] a").CountAsync());
        foreach (var path in new[] { "/ministry/coverage", "/ministry/countries", "/ministry/coverage?search=CLI" })
        {
            Assert.Equal(403, (await window.Page.GotoAsync(path))!.Status);
            await Assertions.Expect(window.Find(".tile")).ToHaveCountAsync(0);
        }

        await using var other = await browser.Open(system.Address);
        await other.SignIn((await system.NewKey("viewer", "CLI")).Key);
        Assert.Equal("/ministry/coverage", new Uri(other.Page.Url).AbsolutePath);
        foreach (var path in new[] { ClinicWindow.Session, ClinicWindow.Today })
            Assert.Equal(403, (await other.Page.GotoAsync(path))!.Status);
    }

    [Fact]
    public async Task Who_has_several_places_chooses_one_and_is_asked_once()
    {
        await using var window = await browser.Open(system.Address);
        await window.SignIn((await system.NewKey("clinic", "CLI")).Key);
        await window.Find("#which").FillAsync($"post {_clinic}");
        await window.Find("#place li button").Filter(new() { HasText = $"Post {_clinic}" }).First.ClickAsync();
        await window.IsReady();
        await Assertions.Expect(window.Find("#facility-name")).ToHaveTextAsync($"Post {_clinic}");
        await window.Page.GotoAsync(ClinicWindow.Today);
        await window.IsReady(ClinicWindow.Today);
        await Assertions.Expect(window.Find("#facility-name")).ToHaveTextAsync($"Post {_clinic}");
        // Another's is not shown, whatever the address says.
        await window.Page.GotoAsync($"{ClinicWindow.Session}?facility=TST-1-F");
        await window.IsReady();
        await Assertions.Expect(window.Find("#facility-name")).ToHaveTextAsync($"Post {_clinic}");
    }

    [Fact]
    public async Task A_session_that_ended_keeps_what_was_entered_and_sends_it_after_signing_in_again()
    {
        await using var window = await browser.Open(system.Address);
        await window.Context.Clock.InstallAsync();
        var (_, key) = await system.NewKey("clinic", _clinic);
        await window.SignIn(key);
        await window.IsReady();
        await window.Choose("MR 1");
        await window.Add("4");
        await window.Context.ClearCookiesAsync();
        await window.SendAll();
        await Assertions.Expect(window.Find("#sending")).ToContainTextAsync("Your session has ended");
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("4 doses wait");
        await window.Find("#sign-in-again").ClickAsync();
        await window.Find("#key").FillAsync(key);
        await window.Page.Keyboard.PressAsync("Enter");
        await window.IsReady();
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("Everything is sent");
        Assert.Equal(4, await system.Reported(_clinic));
    }

    [Fact]
    public async Task What_one_person_entered_does_not_go_out_in_the_name_of_another_without_a_word()
    {
        await using var window = await browser.Open(system.Address);
        await window.Context.Clock.InstallAsync();
        var (first, key) = await system.NewKey("clinic", _clinic);
        await window.SignIn(key);
        await window.IsReady();
        await window.Choose("MR 1");
        await window.Add("3");
        var asked = new List<string>();
        window.Page.Dialog += (_, dialog) =>
        {
            asked.Add(dialog.Message);
            dialog.AcceptAsync();
        };
        await window.Find(".ways form button").ClickAsync();
        await Assertions.Expect(window.Find("#key")).ToBeVisibleAsync();
        Assert.Single(asked);
        var (second, other) = await system.NewKey("clinic", _clinic);
        await window.SignIn(other);
        await window.IsReady();
        await Assertions.Expect(window.Find("#sending")).ToContainTextAsync($"3 doses that key:{first} entered");
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("Something needs a look");
        await window.Keep("session-others");
        await window.Choose("MR 2");
        await window.Add("2");
        await window.SendAll();
        await Assertions.Expect(window.Find("#undo-send")).ToHaveCountAsync(0);
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("Something needs a look");
        Assert.Equal(2, await system.Reported(_clinic));
        await window.Find("#take-over").ClickAsync();
        await window.SendAll();
        await Assertions.Expect(window.Headline()).ToHaveTextAsync("Everything is sent");
        Assert.Equal(5, await system.Reported(_clinic));
        Assert.Contains(second, asked[^1], StringComparison.Ordinal);
    }
}
