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
    public async Task By_keyboard_alone_a_shipment_is_asked_for_with_the_lots_that_go_and_followed_until_it_is_decided()
    {
        var supply = await Supply.New(system);
        await using var window = await browser.Open(system.Address, 360, 740);
        await window.Page.GotoAsync($"{Shipments}?place={supply.Store}");
        await Press(window, "#do-request");
        await Assertions.Expect(window.Find("h1")).ToContainTextAsync("Request a shipment Central store");
        await Press(window, "button.main");
        await Assertions.Expect(window.Find(".field .wrong")).ToHaveCountAsync(2);

        // A part of a code may be that of several places.
        await Type(window, "to", supply.Clinic[..^1]);
        await window.Find("[name='lines[0].vaccineId']").SelectOptionAsync(ScreenData.Vaccine);
        await Type(window, "lines[0].doses", "٦٠٥");
        await Press(window, "button.main");
        await Assertions.Expect(window.Find("#to-wrong")).ToContainTextAsync("Several places");
        Assert.Empty(await window.Faults());
        await window.Find($"#choices [value='{supply.Clinic}']").FocusAsync();
        await window.Page.Keyboard.PressAsync("Space");
        await Press(window, "button.main");

        // First to expire first, nothing of what has expired, and what is not there.
        var lots = window.Find("table.lines td");
        await Assertions.Expect(window.Find("h1")).ToContainTextAsync("Is this right?");
        await Assertions.Expect(window.Find(".route")).ToContainTextAsync("Health centre");
        Assert.Equal([Supply.First, Supply.Second], await window.Find("td.lot bdi").AllInnerTextsAsync());
        Assert.Equal(["100", "500", "5"], await window.Find("td.doses").AllInnerTextsAsync());
        await Assertions.Expect(lots.Nth(4)).ToContainTextAsync("will be refused");
        Assert.Empty(await window.Faults());
        await Press(window, "button[value=change]");
        await Type(window, "lines[0].doses", "130");
        await Press(window, "button.main");
        await Assertions.Expect(window.Find("td.doses")).ToHaveTextAsync(["100", "30"]);
        await window.Find("button[value=confirm]").DblClickAsync();
        await Assertions.Expect(window.Find("#state")).ToHaveTextAsync("allocated");
        await Assertions.Expect(window.Find(".lines td.lot bdi")).ToHaveTextAsync([Supply.First, Supply.Second]);
        await window.Page.GotoAsync($"{Shipments}?place={supply.Store}");
        await Assertions.Expect(window.Find("section[aria-labelledby='allocated'] .shipment")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_count_is_typed_without_the_book_compared_with_it_and_recorded_once()
    {
        var supply = await Supply.New(system);
        var page = $"/logistics/stock/count?place={supply.Store}";
        await using var window = await browser.Open(system.Address, 360, 740);
        await window.Page.GotoAsync($"/logistics/stock?place={supply.Store}");
        await window.Find("#do-count").ClickAsync();
        await Assertions.Expect(window.Find("h1")).ToContainTextAsync("Count");
        Assert.Equal([Supply.Old, Supply.First, Supply.Second], await window.Find("fieldset.lot").EvaluateAllAsync<string[]>(
            "lots => lots.map(lot => lot.dataset.lot)"));
        Assert.DoesNotMatch($"{Supply.OfFirst}|{Supply.OfSecond}", await window.Find("main").InnerTextAsync());
        await window.Find("button.main").ClickAsync();
        await Assertions.Expect(window.Find("form > .wrong")).ToContainTextAsync("at least one lot");
        await Assertions.Expect(window.Find("#reason-wrong")).ToBeVisibleAsync();
        await Type(window, "lines[1].doses", "٩x");
        await Type(window, "lines[3].doses", "7");
        await window.Find("button.main").ClickAsync();
        await Assertions.Expect(window.Find(".field .wrong")).ToHaveCountAsync(4);
        Assert.Empty(await window.Faults());

        // What was typed comes back, at its lot.
        await window.Page.GotoAsync(page);
        await Assertions.Expect(window.Find("#draft")).ToBeVisibleAsync();
        await Type(window, "lines[1].doses", "٩٨");
        await Type(window, "lines[2].doses", "500");
        await window.Find("[name='lines[3].vaccineId']").SelectOptionAsync(ScreenData.Vaccine);
        await Type(window, "lines[3].lotNumber", "NEW-1");
        await Type(window, "reason", "month's end");
        await window.Find("[name=before]").CheckAsync();
        await window.Page.ReloadAsync();
        await Assertions.Expect(window.Find("[name=before]")).ToBeCheckedAsync();
        await window.Find("[name=before]").UncheckAsync();
        Assert.Equal(["", "٩٨", "500", "7", "", ""], await window.Find("[name$='.doses']").EvaluateAllAsync<string[]>(
            "all => all.map(one => one.value)"));

        await Press(window, "button.main");
        var rows = window.Find("table.lines tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(3);
        Assert.Equal(["98", "100", "−2"], (await rows.First.Locator("td").AllInnerTextsAsync()).Skip(1));
        Assert.Equal(["500", "500", "0"], (await rows.Nth(1).Locator("td").AllInnerTextsAsync()).Skip(1));
        Assert.Equal(["7", "0", "7"], (await rows.Nth(2).Locator("td").AllInnerTextsAsync()).Skip(1));

        // Meanwhile three doses went out.
        _ = (await system.Api.Post("stock/wastage", new System.Text.Json.Nodes.JsonObject
        {
            ["requestId"] = $"{Guid.NewGuid():N}",
            ["facilityId"] = supply.Store,
            ["occurredAt"] = $"{DateTime.UtcNow.AddMinutes(-1):O}",
            ["reason"] = "broken",
            ["kind"] = "closedVial",
            ["lines"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject
            {
                ["vaccineId"] = ScreenData.Vaccine,
                ["lotNumber"] = Supply.Second,
                ["doses"] = 3,
            }),
        })).Body;
        await Press(window, "button[value=confirm]");
        await Assertions.Expect(rows.Nth(1).Locator(".wrong")).ToContainTextAsync("from 500 to 497");
        Assert.Equal(Supply.OfFirst, (long)(await supply.Lot(Supply.First))!["onHand"]!);
        await window.Find("button[value=change]").ClickAsync();
        await Type(window, "lines[2].doses", "497");
        await Press(window, "button.main");
        await Assertions.Expect(rows.Nth(1).Locator("td").Last).ToHaveTextAsync("0");
        await Assertions.Expect(window.Find("table .wrong")).ToHaveCountAsync(0);
        await window.Find("button[value=confirm]").DblClickAsync();
        await Assertions.Expect(window.Find(".done")).ToContainTextAsync("The count was recorded");
        await system.Api.Drained();
        foreach (var (lot, doses) in new[] { (Supply.Old, 70), (Supply.First, 98), (Supply.Second, 497), ("NEW-1", 7) })
            Assert.Equal(doses, (long)(await supply.Lot(lot))!["onHand"]!);
        await window.Page.GotoAsync(page);
        await Assertions.Expect(window.Find("#draft")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_count_is_compared_with_the_book_of_its_own_time_and_what_the_API_refuses_stands_at_its_line()
    {
        var supply = await Supply.New(system);
        await using var window = await browser.Open(system.Address);
        await window.Page.GotoAsync($"/logistics/stock/count?place={supply.Store}");
        await window.Find("[name='lines[1].doses']").FillAsync("100");
        await window.Find("#reason").FillAsync("before it came");
        await window.Find("#occurredAt").FillAsync("2020-01-01 10:00");
        await window.Find("button.main").ClickAsync();
        await Assertions.Expect(window.Find("table.lines tbody td")).ToHaveTextAsync([Supply.First, "100", "0", "100"]);
        await window.Find("button[value=change]").ClickAsync();
        await window.Find("#occurredAt").FillAsync("2020-01-03 10:00");
        await window.Find("[name='lines[3].doses']").FillAsync("1");
        await window.Find("[name='lines[3].lotNumber']").FillAsync("no lot, for it has commas");
        await window.Find("[name='lines[3].vaccineId']").SelectOptionAsync(ScreenData.Vaccine);
        await window.Find("button.main").ClickAsync();
        await Assertions.Expect(window.Find("[id='lines[3].lotNumber-wrong']")).ToBeVisibleAsync();
        await Assertions.Expect(window.Find(".wrong")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Of_many_lots_some_are_counted_at_a_time()
    {
        var supply = await Supply.New(system, lots: 12);
        await using var window = await browser.Open(system.Address, 360, 740);
        await window.Page.GotoAsync($"/logistics/stock/count?place={supply.Store}");
        var lots = window.Find("fieldset.lot:visible");
        await Assertions.Expect(lots).ToHaveCountAsync(15);
        await Press(window, "[data-some='8']");
        await Assertions.Expect(lots).ToHaveCountAsync(8);
        await window.Find("[name='lines[0].doses']").FillAsync("3");
        await Press(window, "#further button");
        await Assertions.Expect(lots).ToHaveCountAsync(7);
        await Assertions.Expect(window.Find("#further")).ToBeHiddenAsync();
        await Assertions.Expect(window.Find("[name='lines[8].doses']")).ToBeFocusedAsync();
        await window.Find("[name='lines[14].doses']").FillAsync("4");
        await window.Find("#reason").FillAsync("both ends");
        await window.Find("button.main").ClickAsync();
        await Assertions.Expect(window.Find("table.lines tbody tr")).ToHaveCountAsync(2);
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

    private static async Task Press(Window window, string selector)
    {
        await window.Find(selector).First.FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
    }

    private static async Task Type(Window window, string field, string text)
    {
        await window.Find($"[name='{field}']").FocusAsync();
        await window.Page.Keyboard.PressAsync("ControlOrMeta+a");
        await window.Page.Keyboard.TypeAsync(text);
    }
}
