using Distribution.Platform.Messaging.Progress;

namespace Distribution.Messaging.Tests;

public sealed class EventsInFlightTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly EventsInFlight _work = new();

    [Fact]
    public void Nothing_is_claimed_before_the_queue_was_seen_empty_or_an_event_came()
    {
        Assert.Null(_work.UpTo(null, known: true));
        Assert.Null(_work.UpTo(null, known: false));
        Assert.Equal(Noon, _work.UpTo(Noon, known: true));
    }

    [Fact]
    public void The_oldest_event_in_work_holds_the_moment_back_until_it_is_consumed()
    {
        var (old, young) = (_work.Begin(At(-9)), _work.Begin(At(-2)));
        Assert.Equal(At(-9), _work.UpTo(null, known: true));
        Assert.Equal(At(-9), _work.UpTo(Noon, known: true));
        _work.End(old);
        Assert.Equal(At(-2), _work.UpTo(Noon, known: true));
        _work.End(young);
        Assert.Equal(Noon, _work.UpTo(Noon, known: true));
    }

    [Fact]
    public void While_more_wait_it_is_no_later_than_the_newest_that_was_begun()
    {
        foreach (var seconds in new[] { -9, -2, -5 }) _work.End(_work.Begin(At(seconds)));
        Assert.Equal(At(-2), _work.UpTo(null, known: true));
    }

    [Fact]
    public void A_queue_that_cannot_be_seen_leaves_what_was_said_last()
    {
        Assert.Equal(Noon, _work.UpTo(Noon, known: true));
        _work.Begin(At(5));
        Assert.Equal(Noon, _work.UpTo(null, known: false));
    }

    private static DateTimeOffset At(int seconds) => Noon.AddSeconds(seconds);
}
