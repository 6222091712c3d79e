using Microsoft.Playwright;

namespace Distribution.Browser.Tests;

/// <summary>What is done on the pages of supply: once, however often it is said, and by keyboard alone.</summary>
[Collection(Browser.One)]
public sealed class LogisticsFormTests(Browser browser, OpenScreens system, SignedScreens closed) : IAsyncLifetime
{
    private const string Shipments = "/logistics/shipments";

    public ValueTask InitializeAsync()
    {
        Browser.SkipWithout();
        return default;
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task By_keyboard_alone_a_shipment_is_dispatched_and_received_and_a_sum_that_is_wrong_is_not_taken()
    {
        var supply = await Supply.New(system);
        var id = await supply.Ask(100);
        await using var window = await browser.Open(system.Address);
        await window.Page.GotoAsync($"{Shipments}?place={supply.Store}");
        await Press(window, "[data-shipment] .do");
        await Assertions.Expect(window.Find("h1")).ToHaveTextAsync("Dispatch");
        await Assertions.Expect(window.Find(".lines tbody tr")).ToContainTextAsync([Supply.First]);
        await Press(window, "button.main");
        await Assertions.Expect(window.Find(".done")).ToContainTextAsync("It has left");
        await Assertions.Expect(window.Find("#state")).ToHaveTextAsync("on the way");
        await Press(window, "#do-receive");

        // As it opens all was accepted; the sum is told as one types, whatever the digits.
        var (accepted, told) = (window.Find("[name='lines[0].accepted']"), window.Find("output"));
        Assert.Equal("100", await accepted.InputValueAsync());
        await Assertions.Expect(told).ToHaveTextAsync("It adds up");
        await Type(window, "lines[0].accepted", "٩٠");
        await Type(window, "lines[0].rejected", "۶");
        await Assertions.Expect(told).ToHaveTextAsync("4 missing from the sum");
        await Type(window, "lines[0].missing", "3");
        await Type(window, "receivedBy", "Amina");
        await Assertions.Expect(told).ToHaveTextAsync("1 missing from the sum");
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Find("fieldset .wrong").Filter(new() { HasText = "99 of 100 doses" })).ToBeVisibleAsync();
        await Assertions.Expect(window.Find("[id='lines[0].reason-wrong']")).ToContainTextAsync("Say why 6 doses were rejected");
        Assert.Equal("٩٠", await accepted.InputValueAsync());
        Assert.Equal("dispatched", (string?)(await supply.Shipment(id))["state"]);

        await Type(window, "lines[0].missing", "4");
        await Type(window, "lines[0].reason", "frozen on the way");
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Find("h1")).ToContainTextAsync("Is this right?");
        Assert.Equal("dispatched", (string?)(await supply.Shipment(id))["state"]);
        await Press(window, "button[value=change]");
        Assert.Equal("frozen on the way", await window.Find("[name='lines[0].reason']").InputValueAsync());
        await window.Find("[name='lines[0].reason']").FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await Press(window, "button[value=confirm]");
        await Assertions.Expect(window.Find(".done")).ToContainTextAsync("It was received");
        var shipment = await supply.Shipment(id);
        Assert.Equal(("partlyReceived", "Amina"), ((string?)shipment["state"], (string?)shipment["receivedBy"]));
        Assert.Equal((90, 6, 4, "frozen on the way"), ((long)shipment["lines"]![0]!["accepted"]!, (long)shipment["lines"]![0]!["rejected"]!,
            (long)shipment["lines"]![0]!["missing"]!, (string?)shipment["lines"]![0]!["reason"]));
        await Assertions.Expect(window.Find(".history li")).ToHaveCountAsync(4);
        await system.Api.Drained();
        Assert.Equal(90, (long)(await supply.Lot(Supply.First, supply.Clinic))!["onHand"]!);
    }

    [Fact]
    public async Task Without_a_script_a_sum_is_looked_at_all_the_same()
    {
        var supply = await Supply.New(system);
        var id = await supply.Send(100);
        await using var window = await browser.Open(system.Address);
        await window.Context.RouteAsync("**/*.js", route => route.FulfillAsync(new() { Body = "", ContentType = "text/javascript" }));
        await window.Page.GotoAsync($"{Shipments}/{id}/receive");
        await window.Find("[name='lines[0].accepted']").FillAsync("99");
        await window.Find("button.main").ClickAsync();
        await Assertions.Expect(window.Find("output")).ToHaveTextAsync("1 missing from the sum");
        await Assertions.Expect(window.Find("#refused")).ToBeVisibleAsync();
        await window.Find("[name='lines[0].missing']").FillAsync("1");
        await window.Find("button.main").ClickAsync();
        await window.Find("button[value=confirm]").ClickAsync();
        await Assertions.Expect(window.Find("#state")).ToHaveTextAsync("received in part");
    }

    [Fact]
    public async Task A_double_click_has_one_effect()
    {
        var supply = await Supply.New(system);
        var id = await supply.Ask(OfBoth);
        await using var window = await browser.Open(system.Address);
        await window.Page.GotoAsync($"{Shipments}/{id}/dispatch");
        await window.Find("button.main").DblClickAsync();
        await Assertions.Expect(window.Find("#state")).ToHaveTextAsync("on the way");
        // First to expire first, and nothing of what has expired.
        Assert.Equal([Supply.First, Supply.Second], await window.Find(".lines td.lot bdi").AllInnerTextsAsync());
        await window.Find("#do-receive").ClickAsync();
        await window.Find("button.main").ClickAsync();
        await window.Find("button[value=confirm]").DblClickAsync();
        await Assertions.Expect(window.Find("#state")).ToHaveTextAsync("received");
        await Assertions.Expect(window.Find(".history li")).ToHaveCountAsync(4);

        await window.Page.GotoAsync($"/logistics/stock?place={supply.Store}");
        await window.Find($"tr[data-lot='{Supply.Second}'] a[data-step=wastage]").ClickAsync();
        await window.Find("button.main").ClickAsync();
        await Assertions.Expect(window.Find("form .wrong")).ToHaveCountAsync(3);
        await window.Find("#doses").FillAsync("١٢");
        await window.Find("[value=openVial]").CheckAsync();
        await window.Find("#reason").FillAsync("left open");
        await window.Find("button.main").DblClickAsync();
        await Assertions.Expect(window.Find(".done")).ToContainTextAsync("The waste was recorded");
        await system.Api.Drained();
        Assert.Equal(Supply.OfSecond - (OfBoth - Supply.OfFirst) - 12, (long)(await supply.Lot(Supply.Second))!["onHand"]!);
        foreach (var (step, apart) in new[] { ("quarantine", 5), ("release", 3) })
        {
            await window.Find($"tr[data-lot='{Supply.Second}'] a[data-step={step}]").ClickAsync();
            await window.Find("#doses").FillAsync(step == "release" ? "2" : "5");
            await window.Find("#reason").FillAsync("too warm");
            await window.Find("button.main").DblClickAsync();
            await Assertions.Expect(window.Find(".done")).ToBeVisibleAsync();
            await system.Api.Drained();
            Assert.Equal(apart, (long)(await supply.Lot(Supply.Second))!["quarantined"]!);
        }
    }

    [Fact]
    public async Task What_is_refused_says_why_and_keeps_what_was_typed()
    {
        var supply = await Supply.New(system);
        var (refused, waiting) = (await supply.Ask(9_000), await supply.Ask(100));
        await using var window = await browser.Open(system.Address);
        await window.Page.GotoAsync($"{Shipments}/{refused}");
        await Assertions.Expect(window.Find("#why")).ToContainTextAsync("600");
        await window.Page.GotoAsync($"{Shipments}/{waiting}/dispatch");
        await window.Find("#occurredAt").FillAsync("2999-01-01 10:00");
        await window.Find("button.main").ClickAsync();
        await Assertions.Expect(window.Find("#occurredAt-wrong")).ToContainTextAsync("future");
        Assert.Equal("2999-01-01 10:00", await window.Find("#occurredAt").InputValueAsync());

        // In the meantime another called it off.
        await window.Find("#occurredAt").FillAsync($"{DateTime.UtcNow:yyyy-MM-dd HH:mm}");
        _ = (await system.Api.Post($"shipments/{waiting}/cancel", new System.Text.Json.Nodes.JsonObject { ["reason"] = "no car" })).Body;
        await window.Find("button.main").ClickAsync();
        await Assertions.Expect(window.Find("#refused")).ToContainTextAsync("no car");
        await window.Page.GotoAsync($"{Shipments}/{waiting}");
        await Assertions.Expect(window.Find(".history li").Last).ToContainTextAsync("no car");
        await Assertions.Expect(window.Find(".button")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Who_runs_the_supply_of_a_place_begins_there_and_neither_sees_nor_does_anything_elsewhere()
    {
        var supply = await Supply.New(closed);
        var other = await Supply.New(closed);
        var (own, foreign) = (await supply.Ask(100), await other.Ask(100));
        await using var window = await browser.Open(closed.Address);
        await window.SignIn((await closed.NewKey("logistics", supply.Store)).Key);
        await Assertions.Expect(window.Find("h1")).ToContainTextAsync("To do today");
        await Assertions.Expect(window.Find("[data-work='expired'] b")).ToHaveTextAsync("1");
        await window.Find("[data-work='allocated']").ClickAsync();
        await Assertions.Expect(window.Find("h1")).ToContainTextAsync("Shipments");
        Assert.Equal([own], (await window.Find(".shipment").EvaluateAllAsync<string[]>(
            "all => all.map(one => one.dataset.shipment)")).Where(id => !id.StartsWith("to-", StringComparison.Ordinal)));
        Assert.Equal(404, (await window.Page.GotoAsync($"{Shipments}/{foreign}"))!.Status);
        await window.Page.GotoAsync($"{Shipments}/{own}/cancel");
        await window.Find("button.main").ClickAsync();
        await Assertions.Expect(window.Find("#reason-wrong")).ToBeVisibleAsync();
        await window.Find("#reason").FillAsync("asked for twice");
        await window.Find("button.main").ClickAsync();
        await Assertions.Expect(window.Find("#state")).ToHaveTextAsync("cancelled");

        // A form of another site has no effect, and a viewer has none of these pages.
        var answer = await window.Page.APIRequest.PostAsync(new Uri(closed.Address, $"{Shipments}/{own}/cancel").ToString(), new()
        {
            Headers = [new("Origin", "https://evil.example")],
            Form = window.Page.APIRequest.CreateFormData().Set("reason", "x"),
        });
        Assert.Equal(403, answer.Status);
        await using var viewer = await browser.Open(closed.Address);
        await viewer.SignIn((await closed.NewKey("viewer", supply.Store)).Key);
        Assert.Equal(403, (await viewer.Page.GotoAsync(Shipments))!.Status);
    }

    private const int OfBoth = 130;

    internal static async Task Press(Window window, string selector)
    {
        await window.Find(selector).First.FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
    }

    internal static async Task Type(Window window, string field, string text)
    {
        await window.Find($"[name='{field}']").FocusAsync();
        await window.Page.Keyboard.PressAsync("ControlOrMeta+a");
        await window.Page.Keyboard.TypeAsync(text);
    }
}
