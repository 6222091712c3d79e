using Distribution.Gateway.Changes;

namespace Distribution.Gateway.Tests;

public sealed class ChangeHubTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
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
        var all = hub.Join(null)!;
        var one = hub.Join("XA")!;
        hub.Changed("XB", ["V1"]);
        Assert.Equal("XB", Assert.Single(await Take(all)).Country);
        hub.Changed(null, ["V2"]);
        Assert.Null(Assert.Single(await Take(all)).Country);
        Assert.Equal(["V2"], Assert.Single(await Take(one)).VaccineIds!);
    }

    [Fact]
    public async Task A_burst_becomes_few_messages_and_nothing_of_it_is_lost()
    {
        var hub = new ChangeHub(TimeProvider.System);
        var listener = hub.Join(null)!;
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
        var listeners = Enumerable.Range(0, ChangeHub.ListenersMax).Select(_ => hub.Join(null)!).ToArray();
        Assert.Null(hub.Join(null));
        hub.Leave(listeners[0]);
        hub.Leave(listeners[0]);
        Assert.NotNull(hub.Join(null));
        Assert.Null(hub.Join(null));
    }

    private static async Task<IReadOnlyList<CountryChange>> Take(Listener listener) =>
        await listener.Take(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
}
