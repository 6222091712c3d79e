using Distribution.Contracts.Shipment.V1;
using Distribution.Inventory.Features;
using Distribution.Inventory.Registration;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Rules;

namespace Distribution.Inventory.Tests;

/// <summary>A fact stands on the day of the clock where it happened.</summary>
public sealed class DayTests
{
    [Theory]
    [InlineData("2021-03-01T02:00:00+05:30", "2021-03-01")]
    [InlineData("2021-02-28T20:30:00Z", "2021-02-28")]
    [InlineData("2021-03-01T02:00:00", "2021-03-01")]
    [InlineData("2021-02-28T23:59:00-08:00", "2021-02-28")]
    public async Task By_its_offset_or_else_by_the_zone_of_its_place(string sent, string day)
    {
        var harness = await InKolkata();
        await harness.Command(CountStock.Handle, harness.Request("F1", null, 10) with { OccurredAt = Read(sent) });
        Assert.Equal(DateOnly.Parse(day), harness.Card("F1").Day);
        var entry = Assert.Single(harness.Entries());
        Assert.Equal((DateOnly.Parse(day), Read(sent).In(TimeZones.Of("Asia/Kolkata"))), (entry.Day, entry.OccurredAt));
    }

    [Fact]
    public async Task A_time_without_an_offset_is_one_of_the_nearest_zone_above()
    {
        var harness = await InKolkata();
        Assert.Equal("Asia/Kolkata", harness.Places.ZoneOf("F1").Id);
        await harness.Facility("R1", new FacilityBody("R1", "region", "X", "X", TimeZone: "Africa/Addis_Ababa"));
        Assert.Equal(("Africa/Addis_Ababa", "Asia/Kolkata"), (harness.Places.ZoneOf("F1").Id, harness.Places.ZoneOf("F3").Id));
        Assert.Equal(422, await harness.Facility("R1", new FacilityBody("R1", "region", "X", "X", TimeZone: "Mars/Olympus")));
        await harness.Facility("R1", new FacilityBody("R1", "region", "X", "X", TimeZone: new Stated<string?>(null)));
        Assert.Equal("Asia/Kolkata", harness.Places.ZoneOf("F1").Id);
    }

    [Fact]
    public async Task Today_is_that_of_the_place()
    {
        var harness = await InKolkata();
        var evening = new DateTimeOffset(2026, 3, 31, 19, 0, 0, TimeSpan.Zero);
        Assert.Equal(
            (new DateOnly(2026, 4, 1), new DateOnly(2026, 3, 31)),
            (harness.Places.Today("F1", evening), harness.Places.Today("elsewhere", evening)));
    }

    [Fact]
    public async Task A_consignment_leaves_and_arrives_on_the_days_of_its_ends()
    {
        var harness = await InKolkata();
        var left = new DateTimeOffset(2021, 2, 28, 23, 0, 0, TimeSpan.FromHours(-8));
        var came = new DateTimeOffset(2021, 3, 3, 1, 0, 0, TimeSpan.FromHours(5.5));
        await harness.Take(new ShipmentReceived(
            "one", "maker", null, "F1", null, left, came, [new ReceivedLine("V", null, null, 100, 0, 0, null)], "local"));
        Assert.Equal(["2021-02-28", "2021-03-03"], harness.Entries().Select(entry => $"{entry.Day:yyyy-MM-dd}").Order());
    }

    [Fact]
    public async Task What_happened_on_a_day_is_in_order_whatever_clocks_told_it()
    {
        var harness = await InKolkata();
        var counted = new DateTimeOffset(2021, 3, 3, 11, 0, 0, TimeSpan.FromHours(3));
        await harness.Command(CountStock.Handle, harness.Request("F1", null, 100) with { OccurredAt = counted });
        await harness.Take(Consignment("after", Utc(3, 9, 30), 50));
        Assert.Equal(150, harness.Balance("F1").OnHand);
        await harness.Take(Consignment("before", Utc(3, 7, 30), 70));
        Assert.Equal((150, -30), (harness.Balance("F1").OnHand, harness.Balance("F1").Adjusted));

        // Before midnight UTC of its day, and after it.
        var early = new DateTimeOffset(2021, 3, 4, 2, 0, 0, TimeSpan.FromHours(5.5));
        await harness.Command(CountStock.Handle, harness.Request("F1", null, 10) with { OccurredAt = early });
        await harness.Take(Consignment("late", early.AddHours(1), 5));
        Assert.Equal(15, harness.Balance("F1").OnHand);
        var behind = new DateTimeOffset(2021, 3, 4, 22, 0, 0, TimeSpan.FromHours(-8));
        await harness.Command(CountStock.Handle, harness.Request("F1", null, 20) with { OccurredAt = behind });
        await harness.Take(Consignment("later", behind.AddMinutes(30), 5));
        Assert.Equal(25, harness.Balance("F1").OnHand);
        harness.CheckBooks("clocks");
        await harness.CheckDays("clocks");
    }

    [Fact]
    public async Task A_consignment_never_arrives_on_a_day_before_it_left()
    {
        var harness = await InKolkata();
        var left = new DateTimeOffset(2021, 2, 2, 0, 30, 0, TimeSpan.FromHours(3));
        var came = new ShipmentReceived("one", null, "F2", "F1", null, left, new DateTimeOffset(2021, 2, 1, 23, 30, 0, TimeSpan.Zero),
            [new ReceivedLine("V", null, null, 90, 0, 10, null)], "local");
        await harness.Take(came);
        Assert.Equal(["2021-02-02"], harness.Entries().Select(entry => $"{entry.Day:yyyy-MM-dd}").Distinct());
        await harness.CheckDays("date line");
        await harness.Take(new ShipmentEnteredInError("one", new ShipmentDispatched("one", null, "F2", "F1", null, left,
            [new ShipmentLine("V", null, null, 100)], "local"), came, [], "typed wrongly", "local"));
        await harness.CheckDays("taken back");
        Assert.Equal((0, 0), (harness.Balance("X").OnHand, harness.Balance("X").Lost));
    }

    private static DateTimeOffset Utc(int day, int hour, int minute) => new(2021, 3, day, hour, minute, 0, TimeSpan.Zero);

    private static ShipmentReceived Consignment(string id, DateTimeOffset came, long doses) => new(
        id, "maker", null, "F1", null, came.AddDays(-1), came, [new ReceivedLine("V", null, null, doses, 0, 0, null)], "local");

    private static Moment Read(string sent) => System.Text.Json.JsonSerializer.Deserialize<Moment>($"\"{sent}\"");

    private static async Task<LedgerHarness> InKolkata()
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        await harness.Facility("X", new FacilityBody("X", "country", null, "X", TimeZone: "Asia/Kolkata"));
        return harness;
    }
}
