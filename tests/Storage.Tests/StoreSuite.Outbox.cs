using System.Diagnostics;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Storage;

namespace Distribution.Storage.Tests;

public abstract partial class StoreSuite
{
    [Fact]
    public async Task Events_come_out_in_pages_until_they_are_settled_and_poison_is_parked_and_replayed()
    {
        for (var i = 0; i < 5; i++) await Commit($"c{i}", tx => Publish(tx, $"F{i}", null));
        await _store.Outbox.WaitForEvents(Cancel);
        var page = await _store.Outbox.Unsent(3, Cancel);
        Assert.Equal(3, page.Count);
        Assert.Equal(page, page.OrderBy(row => row.Position));
        await _store.Outbox.Settle([page[0].Position], [new PoisonEvent(page[1].Position, "why")], Cancel);

        Assert.Equal(new OutboxDepth(3, 1), await _store.Outbox.Depth(Cancel));
        var parked = Assert.Single(await _store.Outbox.Parked(0, 10, Cancel));
        Assert.Equal(("why", page[1].EventId), (parked.Reason, parked.Event.EventId));
        Assert.True(await _store.Outbox.Replay(parked.Event.Position, Cancel));
        Assert.False(await _store.Outbox.Replay(parked.Event.Position, Cancel));
        Assert.Equal(4, (await _store.Outbox.Unsent(10, Cancel)).Count);
        Assert.False(await _store.Outbox.Discard(page[1].Position, Cancel));
        await _store.Outbox.Settle([], [new PoisonEvent(page[1].Position, "again")], Cancel);
        Assert.True(await _store.Outbox.Discard(page[1].Position, Cancel));
        Assert.Equal(new OutboxDepth(3, 0), await _store.Outbox.Depth(Cancel));
    }

    [Fact]
    public async Task The_lag_is_the_commit_of_the_oldest_event_that_is_neither_sent_nor_parked()
    {
        await AssertLag(null, 0);
        for (var i = 0; i < 3; i++) await Commit($"c{i}", tx => Publish(tx, $"F{i}", null));
        await _store.Outbox.WaitForEvents(Cancel);
        var page = await _store.Outbox.Unsent(10, Cancel);
        await AssertLag(page[0].RecordedAt, 0);
        await _store.Outbox.Settle([page[1].Position], [new PoisonEvent(page[0].Position, "why")], Cancel);
        await AssertLag(page[2].RecordedAt, 1);
        await _store.Outbox.Settle([page[2].Position], [], Cancel);
        await AssertLag(null, 1);
        Assert.True(await _store.Outbox.Replay(page[0].Position, Cancel));
        await AssertLag(page[0].RecordedAt, 0);

        async Task AssertLag(DateTimeOffset? oldestUnsentAt, long parked)
        {
            var lag = await _store.Outbox.Lag(Cancel);
            Assert.Equal((oldestUnsentAt, parked), (lag.OldestUnsentAt, lag.Parked));
        }
    }

    [Fact]
    public async Task What_is_sent_had_been_sent_by_the_moment_that_the_lag_names()
    {
        await Commit("c", tx => Publish(tx, "F", null));
        await _store.Outbox.WaitForEvents(Cancel);
        var page = await _store.Outbox.Unsent(10, Cancel);
        var sent = DateTimeOffset.UtcNow;
        await _store.Outbox.Settle([page[0].Position], [], Cancel);
        // A store that does not know says null, which claims nothing.
        if ((await _store.Outbox.Lag(Cancel)).LastSentAt is { } by) Assert.InRange(by, sent, DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task An_event_keeps_the_trace_of_the_caller_whose_commit_it_is()
    {
        var traces = new List<string?>();
        for (var i = 0; i < 3; i++)
        {
            using var caller = i == 2 ? null : new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();
            traces.Add(caller?.Id);
            await Commit($"c{i}", tx => Publish(tx, $"F{i}", null));
        }

        await _store.DisposeAsync();
        _store = await Open();
        var unsent = await _store.Outbox.Unsent(10, Cancel);
        Assert.Equal(traces, unsent.Select(row => row.TraceParent));
        Assert.Equal(3, traces.Distinct().Count());
        await _store.Outbox.Settle([], [new PoisonEvent(unsent[0].Position, "why")], Cancel);
        Assert.Equal(traces[0], Assert.Single(await _store.Outbox.Parked(0, 10, Cancel)).Event.TraceParent);
    }

    [Fact]
    public async Task A_state_carrying_event_supersedes_the_unsent_ones_of_its_aggregate()
    {
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Commit($"c{i}", tx => Publish(tx, $"F{i}", "aggregate"))));
        await Commit("other", tx => Publish(tx, "G", "another"));
        await Commit("last", tx => Publish(tx, "last", "aggregate"));
        var unsent = await _store.Outbox.Unsent(100, Cancel);
        Assert.Equal(2, unsent.Count);
        Assert.Equal("last", StoreJson.Read<FacilityChanged>(unsent.MaxBy(row => row.Position)!.Body).FacilityId);
    }
}
