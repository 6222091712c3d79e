using Distribution.Gateway.Caching;
using Distribution.Platform.Refusals;

namespace Distribution.Gateway.Tests;

public sealed class AnswerCacheTests
{
    private readonly ManualClock _clock = new();
    private readonly AnswerCache _cache;
    private int _composed;

    public AnswerCacheTests() => _cache = new AnswerCache(_clock);

    [Fact]
    public async Task Without_events_an_answer_is_served_until_it_is_to_be_checked_again()
    {
        Assert.Equal(1, await Ask());
        _clock.Move(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await Ask());
        _clock.Move(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await Ask());
    }

    [Fact]
    public async Task After_an_event_an_answer_is_composed_anew_but_not_within_its_first_100_ms()
    {
        Assert.Equal(1, await Ask());
        _cache.Invalidate();
        _clock.Move(TimeSpan.FromMilliseconds(99));
        Assert.Equal(1, await Ask());
        _clock.Move(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, await Ask());
        _clock.Move(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await Ask());
    }

    [Fact]
    public async Task While_an_answer_is_composed_the_others_get_the_old_one_as_long_as_it_is_young()
    {
        Assert.Equal(1, await Ask());
        _cache.Invalidate();
        _clock.Move(TimeSpan.FromMilliseconds(299));
        var gate = new TaskCompletionSource();
        var first = _cache.Get("q", async () =>
        {
            await gate.Task;
            return Answer(2);
        }).AsTask();
        Assert.Equal(1, await Ask());
        _clock.Move(TimeSpan.FromMilliseconds(1));
        var waiting = Ask();
        Assert.False(first.IsCompleted || waiting.IsCompleted);
        gate.SetResult();
        Assert.Equal(2, (await first).Body[0]);
        Assert.Equal(2, await waiting);
    }

    [Fact]
    public async Task An_event_during_the_composition_makes_its_answer_old()
    {
        var gate = new TaskCompletionSource();
        var first = _cache.Get("q", async () =>
        {
            await gate.Task;
            return Answer(1);
        }).AsTask();
        _cache.Invalidate();
        gate.SetResult();
        await first;
        _clock.Move(TimeSpan.FromMilliseconds(100));
        Assert.Equal(1, await Ask());
        Assert.Equal(1, _composed);
    }

    [Fact]
    public async Task All_who_ask_at_the_same_time_share_one_composition()
    {
        var gate = new TaskCompletionSource();
        var asked = Enumerable.Range(0, 50).Select(_ => _cache.Get("q", async () =>
        {
            Interlocked.Increment(ref _composed);
            await gate.Task;
            return Answer(1);
        }).AsTask()).ToArray();
        gate.SetResult();
        await Task.WhenAll(asked);
        Assert.Equal(1, _composed);
    }

    [Fact]
    public async Task A_failure_and_a_refusal_are_told_and_not_kept()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _cache.Get("q", () => throw new InvalidOperationException()).AsTask());
        var refused = await _cache.Get(
            "q", () => Task.FromResult(Distribution.Gateway.Caching.Answer.Refused(Refusal.NotFound("country", "XX"))));
        Assert.NotNull(refused.Refusal);
        Assert.Equal(1, await Ask());
    }

    [Fact]
    public void The_bounded_cache_lets_go_of_what_was_unused_for_longest()
    {
        var kept = new BoundedCache<string>(3, 100);
        foreach (var key in new[] { "a", "b", "c" }) kept.Put(key, key, 10);
        Assert.Equal("a", kept.Find("a"));
        kept.Put("d", "d", 10);
        Assert.Null(kept.Find("b"));
        Assert.Equal("a", kept.Find("a"));
        kept.Put("e", "e", 85);
        Assert.Equal(2, kept.Count);
        kept.Put("f", "f", 101);
        Assert.Null(kept.Find("f"));
        Assert.Equal("e", kept.Find("e"));
    }

    [Fact]
    public async Task A_value_that_cannot_be_read_keeps_its_last_and_the_next_try_waits()
    {
        var reads = 0;
        var works = true;
        var value = new Refreshed<string>(() => Task.FromResult(works ? $"{++reads}" : null), _clock);
        Assert.Equal("1", await value.Get(TimeSpan.FromSeconds(10)));
        works = false;
        Assert.Equal("1", await value.Get(TimeSpan.Zero));
        works = true;
        Assert.Equal("1", await value.Get(TimeSpan.Zero));
        _clock.Move(TimeSpan.FromSeconds(1));
        Assert.Equal("2", await value.Get(TimeSpan.FromSeconds(10)));
    }

    private async Task<int> Ask() => (await _cache.Get("q", () => Task.FromResult(Answer(++_composed)))).Body[0];

    private static Answer Answer(int number) => new([(byte)number], "text/plain", AnswerCache.FreshMax);
}
