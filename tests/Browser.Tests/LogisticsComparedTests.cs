using Microsoft.Playwright;
using static Distribution.Browser.Tests.LogisticsFormTests;

namespace Distribution.Browser.Tests;

/// <summary>What is typed on the pages of supply and then shown beside what the book has: requests and counts.</summary>
[Collection(Browser.One)]
public sealed class LogisticsComparedTests(Browser browser, OpenScreens system) : IAsyncLifetime
{
    private const string Shipments = "/logistics/shipments";

    public ValueTask InitializeAsync()
    {
        Browser.SkipWithout();
        return default;
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task By_keyboard_alone_a_shipment_is_asked_for_with_the_lots_that_go_and_followed_until_it_is_decided()
    {
        var supply = await Supply.New(system);
        await using var window = await browser.Open(system.Address, 360, 740);
        await window.Page.GotoAsync($"{Shipments}?place={supply.Store}");
        await Press(window, "#do-request");
        await Assertions.Expect(window.Find("h1")).ToContainTextAsync("Request a shipment");
        await Assertions.Expect(window.Find("h1 small")).ToContainTextAsync("Central store");
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
        await window.Find("[name='lines[3].lotNumber']").FillAsync("no lot # it is");
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
}
