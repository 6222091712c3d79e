using Distribution.Gateway.Domain;

namespace Distribution.Domain.Tests.Gateway;

public sealed class AsOfTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 0, 0, 0, 0)]
    [InlineData(0, -1, 0, 0, -1)]
    [InlineData(0, 0, -2, 0, -2)]
    [InlineData(0, 0, 0, -3, -3)]
    [InlineData(0, -4, -3, -5, -5)]
    [InlineData(-1, 0, 5, 5, -1)]
    public void It_is_the_earliest_of_what_was_read_consumed_and_sent(int read, int consumed, int administration, int shipment, int asOf) =>
        Assert.Equal(At(asOf), AsOf.Inventory(Inventory(read, At(consumed)), Sent(administration), Sent(shipment)));

    [Fact]
    public void It_is_unknown_when_any_of_them_is()
    {
        Assert.Null(AsOf.Inventory(Inventory(0, null), Sent(0), Sent(0)));
        Assert.Null(AsOf.Inventory(Inventory(0, At(0)), null, Sent(0)));
        Assert.Null(AsOf.Inventory(Inventory(0, At(0)), Sent(0), null));
    }

    [Fact]
    public void Parked_events_are_summed_over_those_that_say() =>
        Assert.Equal(5, AsOf.Parked(new Published(Noon, 2), null, new Published(Noon, 3)));

    private static DateTimeOffset At(int seconds) => Noon.AddSeconds(seconds);

    private static Published? Sent(int upTo) => new Published(At(upTo), 0);

    private static InventorySummary Inventory(int read, DateTimeOffset? consumedUpTo) => new(At(read), [], consumedUpTo);
}
