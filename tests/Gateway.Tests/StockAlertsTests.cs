using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Gateway.Services;
using Distribution.Gateway.Supply;

namespace Distribution.Gateway.Tests;

public sealed class StockAlertsTests
{
    private static readonly DateOnly Day = new(2026, 3, 1);
    private static readonly StockThresholds Thresholds = new(14, 30, 90);

    [Fact]
    public void Nothing_usable_is_a_stock_out_whatever_has_expired_there_and_unrecorded_where_doses_were_given_all_the_same()
    {
        var alerts = Of([Place("a", usable: 0), Place("b", usable: 0, expired: 7), Place("c", usable: 0, discrepancy: 5), Place("d", 9)],
            [new("b", "v", 56, 28)]);
        Assert.Equal(["b", "a"], Places(alerts, StockAlertKind.StockOut));
        Assert.Equal((2m, 0L), (alerts[StockAlertKind.StockOut].Items[0].AverageDailyUse, alerts[StockAlertKind.StockOut].Doses));
        Assert.Equal([("c", 5)], alerts[StockAlertKind.Unrecorded].Items.Select(alert => (alert.FacilityId, alert.Doses)));
        Assert.Equal([("b", 7, Day.AddDays(-9))],
            alerts[StockAlertKind.Expired].Items.Select(alert => (alert.FacilityId, alert.Doses, alert.Day!.Value)));
        Assert.Empty(alerts[StockAlertKind.Low].Items);
    }

    [Fact]
    public void Stock_is_low_by_what_lasts_at_the_pace_of_the_place_and_never_where_that_is_not_known()
    {
        // 28 a day: 390 last 13.9 days, 392 last 14. Of 1,000 that expire in 3 days 84 can be used.
        StockCondition[] places =
        [
            Place("short", 390), Place("enough", 392), Place("expires", 1_000) with { Lasting = [new(3, 1_000)] }, Place("unknown", 1),
        ];
        RecentUseRow[] use = [new("short", "v", 784, 28), new("enough", "v", 784, 28), new("expires", "v", 784, 28)];
        var low = Of(places, use)[StockAlertKind.Low];
        Assert.Equal(2, low.Count);
        Assert.Equal(["expires", "short"], low.Items.Select(alert => alert.FacilityId));
        Assert.Equal([3m, 13.9m], low.Items.Select(alert => alert.DaysOfStock!.Value));
        var unknown = Of(places, null)[StockAlertKind.Low];
        Assert.Null(unknown.Count);
        Assert.Null(unknown.Doses);
        Assert.Empty(unknown.Items);
    }

    [Theory]
    [InlineData(1, StockAlertKind.Expiring)]
    [InlineData(29, StockAlertKind.Expiring)]
    [InlineData(30, StockAlertKind.ExpiringLater)]
    [InlineData(89, StockAlertKind.ExpiringLater)]
    [InlineData(90, null)]
    public void What_expires_is_soon_or_later_by_the_days_on_which_it_may_be_used(int days, string? kind)
    {
        var alerts = Of([Place("a", 50) with { Lasting = [new(days, 20)] }], []);
        foreach (var each in (string[])[StockAlertKind.Expiring, StockAlertKind.ExpiringLater])
        {
            if (each != kind) Assert.Equal(0, alerts[each].Count);
            else Assert.Equal((20, Day.AddDays(days - 1)), (alerts[each].Items[0].Doses, alerts[each].Items[0].Day!.Value));
        }
    }

    [Fact]
    public void All_are_counted_and_the_most_pressing_are_listed()
    {
        var places = Enumerable.Range(1, 50).Select(number => Place($"p{number:00}", 0, expired: number)).ToArray();
        var expired = Of(places, [], itemsMax: 3)[StockAlertKind.Expired];
        Assert.Equal((50, 1_275, 3), (expired.Count, expired.Doses, expired.Items.Count));
        Assert.Equal(["p50", "p49", "p48"], expired.Items.Select(alert => alert.FacilityId));
        Assert.False(Make(places, [], 3, complete: false).Complete);
    }

    private static Dictionary<string, StockAlertsOfKind> Of(StockCondition[] places, RecentUseRow[]? use, int itemsMax = 20) =>
        Make(places, use, itemsMax).Kinds.ToDictionary(kind => kind.Kind);

    private static StockAlerts Make(StockCondition[] places, RecentUseRow[]? use, int itemsMax, bool complete = true) => StockAlerts.Of(
        new StockConditions(DateTimeOffset.UnixEpoch, true, places),
        use is null ? null : new RecentUse(DateTimeOffset.UnixEpoch, complete, use),
        new StockAlertParts(new PartState(null, false), new PartState(null, false)), Thresholds, StockAlertKind.All, itemsMax);

    private static string[] Places(Dictionary<string, StockAlertsOfKind> alerts, string kind) =>
        [.. alerts[kind].Items.Select(alert => alert.FacilityId)];

    private static StockCondition Place(string id, long usable, long expired = 0, long discrepancy = 0) =>
        new(id, "v", Day, usable, expired, 0, discrepancy, expired > 0 ? Day.AddDays(-9) : null, []);
}
