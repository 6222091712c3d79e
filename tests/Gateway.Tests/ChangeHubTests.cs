using Distribution.Gateway.Changes;
using Distribution.Platform.Identity;
using Distribution.SharedKernel.Places;

namespace Distribution.Gateway.Tests;

public sealed class ChangeHubTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly Hearing Everything = new(Reach.Everywhere, []);

    private readonly ManualClock _clock = new();

    [Fact]
    public void Changes_of_a_country_become_one_with_all_their_vaccines()
    {
        var pending = new PendingChanges();
        pending.Add("XA", ["V2"]);
        pending.Add("XA", ["V1"]);
        pending.Add("XB", null);
        pending.Add("XB", ["V1"]);
        pending.Add(null, ["V3"]);
        var changes = pending.Drain(_clock.GetUtcNow());
        Assert.Equal([null, "XA", "XB"], changes.Select(change => change.Country));
        Assert.Equal(["V3"], changes[0].VaccineIds!);
        Assert.Equal(["V1", "V2"], changes[1].VaccineIds!);
        Assert.Null(changes[2].VaccineIds);
        Assert.Empty(pending.Drain(_clock.GetUtcNow()));
    }

    [Fact]
    public void Many_countries_and_vaccines_become_any()
    {
        var pending = new PendingChanges();
        for (var at = 0; at < 2 * PendingChanges.CountriesMax; at++) pending.Add($"C{at}", ["V"]);
        for (var at = 0; at < 2 * PendingChanges.VaccinesMax; at++) pending.Add("C0", [$"V{at}"]);
        var changes = pending.Drain(_clock.GetUtcNow());
        Assert.InRange(changes.Count, 1, PendingChanges.CountriesMax + 1);
        Assert.Null(changes[0].Country);
        Assert.Null(changes[0].VaccineIds);
        Assert.Null(changes.Single(change => change.Country == "C0").VaccineIds);
    }

    [Fact]
    public async Task A_listener_hears_its_country_and_what_may_be_any()
    {
        var hub = new ChangeHub(TimeProvider.System);
        var all = hub.Join(null, Everything)!;
        var one = hub.Join("XA", Everything)!;
        hub.Changed("XB", ["V1"]);
        Assert.Equal("XB", Assert.Single(await Take(all)).Country);
        hub.Changed(null, ["V2"]);
        Assert.Null(Assert.Single(await Take(all)).Country);
        Assert.Equal(["V2"], Assert.Single(await Take(one)).VaccineIds!);
    }

    [Fact]
    public async Task A_listener_hears_of_the_places_of_its_reach_alone_and_of_what_concerns_all()
    {
        var hub = new ChangeHub(TimeProvider.System);
        var region = hub.Join(null, new Hearing(Reach.Of(["R1"]), []))!;
        hub.Changed("XA", ["V1"], ["F2", "R2", "XA"]);
        hub.Changed("XA", ["V2"], ["XA"]);
        hub.Changed("XA", ["V3"], ["F1", "R1", "XA"]);
        hub.Changed("XA", ["V4"], ["F2", "R2", "XA"]);
        Assert.Equal(["V3"], Assert.Single(await Take(region)).VaccineIds!);
        hub.Changed(null, ["V5"]);
        Assert.Equal(["V5"], Assert.Single(await Take(region)).VaccineIds!);
        hub.Leave(region);
        Assert.False(hub.IsHeard);
    }

    [Fact]
    public async Task A_listener_hears_of_an_ally_what_that_shares_and_nothing_else()
    {
        var hub = new ChangeHub(TimeProvider.System);
        var ally = hub.Join(null, new Hearing(Reach.Of(["XB"]), [Share("XA", ["V1"], "coverage"), Share("XC", null, "wastage")]))!;
        hub.Changed("XA", ["V1"], ["F1", "XA"], "stock");
        hub.Changed("XA", ["V2"], ["F1", "XA"], "coverage");
        hub.Changed("XD", ["V1"], ["F4", "XD"], "coverage");
        hub.Changed("XC", ["V3"], ["F3", "XC"], "coverage");
        hub.Changed("XA", ["V1", "V2"], ["F1", "XA"], "coverage");
        hub.Changed("XB", ["V4"], ["F2", "XB"], "pipeline");
        // Doses that are given change the stock too: who sees what is wasted alone is not told.
        hub.Changed("XC", ["V5"], ["F3", "XC"], "stock");
        var heard = await Take(ally);
        while (heard.Count < 2) heard = [.. heard, .. await Take(ally)];
        Assert.Equal(
            ["XA V1", "XB V4"], heard.Select(change => $"{change.Country} {string.Join(' ', change.VaccineIds!)}").Order());
        // A place that changed may concern all that is shared.
        hub.Changed("XA", null, ["F1", "XA"]);
        IReadOnlyList<CountryChange> next = [];
        while (next.Count == 0) next = await Take(ally);
        Assert.Equal(["V1"], Assert.Single(next).VaccineIds!);

        static KnownShare Share(string owner, string[]? vaccines, string measure) => new(
            $"of-{owner}", owner, "XB", [measure], "country", vaccines, [], DateTimeOffset.MinValue, null, 10, DateTimeOffset.MinValue);
    }

    [Fact]
    public async Task A_burst_becomes_few_messages_and_nothing_of_it_is_lost()
    {
        var hub = new ChangeHub(TimeProvider.System);
        var listener = hub.Join(null, Everything)!;
        var started = TimeProvider.System.GetTimestamp();
        for (var at = 0; at < 10_000; at++) hub.Changed("XA", [$"V{at % 10}"]);
        hub.Changed("XA", ["last"]);
        var heard = new HashSet<string>();
        var messages = 0;
        while (!heard.Contains("last"))
        {
            foreach (var change in await Take(listener))
            {
                messages++;
                heard.UnionWith(change.VaccineIds!);
            }
        }

        Assert.Equal(11, heard.Count);
        Assert.InRange(messages, 1, 2 + (int)(TimeProvider.System.GetElapsedTime(started) / ChangeHub.SayWait));
    }

    [Fact]
    public void Listeners_are_bounded_and_one_who_leaves_makes_room()
    {
        var hub = new ChangeHub(TimeProvider.System);
        var listeners = Enumerable.Range(0, ChangeHub.ListenersMax).Select(_ => hub.Join(null, Everything)!).ToArray();
        Assert.Null(hub.Join(null, Everything));
        hub.Leave(listeners[0]);
        hub.Leave(listeners[0]);
        Assert.NotNull(hub.Join(null, Everything));
        Assert.Null(hub.Join(null, Everything));
    }

    private static async Task<IReadOnlyList<CountryChange>> Take(Listener listener) =>
        await listener.Take(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
}
