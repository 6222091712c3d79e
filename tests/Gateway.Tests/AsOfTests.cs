using Distribution.Contracts.Inventory.V1;
using Distribution.Gateway.Coverage;

namespace Distribution.Gateway.Tests;

public sealed class AsOfTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly PublishedHistory _history = new();

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(0, -1, 0, -1)]
    [InlineData(0, 0, -2, -2)]
    [InlineData(-1, 5, 5, -1)]
    public void It_is_the_earliest_of_what_was_read_and_what_has_arrived(int read, int administration, int shipment, int asOf) =>
        Assert.Equal(At(asOf), AsOf.Inventory(new InventorySummary(At(read), null, 0, []), At(administration), At(shipment)));

    [Fact]
    public void It_is_unknown_when_any_of_them_is() => Assert.Null(AsOf.Inventory(new InventorySummary(At(0), null, 0, []), At(0), null));

    [Fact]
    public void Nothing_has_arrived_that_was_not_said_or_not_consumed()
    {
        Assert.Null(_history.ArrivedUpTo(At(0)));
        _history.Say(Sent(upTo: -5, by: -1));
        Assert.Null(_history.ArrivedUpTo(null));
        Assert.Null(_history.ArrivedUpTo(At(-2)));
        Assert.Equal(At(-5), _history.ArrivedUpTo(At(-1)));
    }

    [Fact]
    public void A_service_that_has_long_sent_everything_has_arrived_up_to_now()
    {
        _history.Say(Sent(upTo: 0, by: -3600));
        Assert.Equal(At(0), _history.ArrivedUpTo(At(-1)));
    }

    [Fact]
    public void A_backlog_sent_late_has_not_arrived_before_what_was_sent_with_it_is_consumed()
    {
        // The outage: nothing goes out for a minute. Then all of it does, and waits.
        _history.Say(Sent(upTo: -60, by: -60));
        Assert.Equal(At(-60), _history.ArrivedUpTo(At(-30)));
        _history.Say(Sent(upTo: 0, by: 0));
        Assert.Equal(At(-60), _history.ArrivedUpTo(At(-1)));
        Assert.Equal(At(0), _history.ArrivedUpTo(At(0)));
    }

    [Fact]
    public void What_was_said_before_the_last_word_counts_while_a_queue_is_behind()
    {
        for (var second = -60; second <= 0; second++) _history.Say(Sent(upTo: second, by: second));
        Assert.Equal(At(-42), _history.ArrivedUpTo(At(-42)));
        Assert.Equal(At(-42), _history.ArrivedUpTo(At(-50)));
        Assert.Equal(At(-7), _history.ArrivedUpTo(At(-7)));
    }

    private static DateTimeOffset At(int seconds) => Noon.AddSeconds(seconds);

    private static Published Sent(int upTo, int by) => new(At(upTo), At(by), 0);
}
