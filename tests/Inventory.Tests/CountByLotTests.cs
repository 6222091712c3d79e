using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Shipment.V1;
using Distribution.Inventory.Features;

namespace Distribution.Inventory.Tests;

/// <summary>What was counted is there, whatever is learned of the time before, and commands of past days look at those days.</summary>
public sealed class CountByLotTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_count_by_lot_settles_what_reports_without_a_lot_are_owed(bool reportFirst)
    {
        var harness = await With(("L1", 100, 0));
        var count = harness.Request("F1", "L1", 60) with { OccurredAt = FactGenerator.At(10) };
        if (reportFirst) await harness.Take(Given(null, 130, 8));
        await harness.Command(CountStock.Handle, count);
        if (!reportFirst) await harness.Take(Given(null, 130, 8));
        Assert.Equal((60, 0, -90), (harness.Balance("F1").OnHand, harness.Balance("F1").Discrepancy, harness.Balance("F1").Adjusted));

        // Nothing of what was counted, or comes later, goes to what was owed before.
        await harness.Command(RecordWastage.Handle, harness.Request("F1", "L1", 1) with { OccurredAt = FactGenerator.At(20) });
        await harness.Take(Consignment("later", "L2", 50, 15));
        Assert.Equal((109, 0), (harness.Balance("F1").OnHand, harness.Balance("F1").Discrepancy));
        harness.CheckBooks("counted");
        await harness.CheckDays("counted");
    }

    [Fact]
    public async Task One_count_of_several_lots_settles_it_once()
    {
        var harness = await With(("A", 100, 0), ("B", 20, 0));
        await harness.Take(Given(null, 150, 5));
        await harness.Command(CountStock.Handle, harness.Request("F1", "A", 10) with
        {
            OccurredAt = FactGenerator.At(9),
            Lines = [new StockLine("V", "A", 10), new StockLine("V", "B", 5)],
        });
        await harness.Take(Consignment("later", "A", 1, 11));
        Assert.Equal((16, 0, -45), (harness.Balance("F1").OnHand, harness.Balance("F1").Discrepancy, harness.Balance("F1").Adjusted));
        harness.CheckBooks("counted");
    }

    [Fact]
    public async Task A_command_of_a_past_day_names_the_day_on_which_too_little_would_be_left()
    {
        var harness = await With(("A", 100, 0));
        await harness.Take(Given("A", 80, 10));
        var refused = await harness.Refusal(
            RecordWastage.Handle, harness.Request("F1", "A", 30) with { OccurredAt = FactGenerator.At(5) });
        Assert.Contains($"at the end of {FactGenerator.Day(10):yyyy-MM-dd}", refused, StringComparison.Ordinal);
        Assert.Contains("20 of the 30 could go", refused, StringComparison.Ordinal);

        // On that day itself there is no other to be named.
        refused = await harness.Refusal(
            RecordWastage.Handle, harness.Request("F1", "A", 30) with { OccurredAt = FactGenerator.At(10) });
        Assert.Contains("(20 on hand, 0 reserved), 30 were requested", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_without_a_lot_of_a_past_day_takes_what_was_there_then_and_still_is()
    {
        var harness = await With(("L2", 100, 0), ("L1", 50, 20));
        await harness.Lot("V", "L1", new LotBody(new DateOnly(2027, 1, 1)));
        await harness.Lot("V", "L2", new LotBody(new DateOnly(2028, 1, 1)));
        var taken = await harness.Command(
            RecordWastage.Handle, harness.Request("F1", null, 10) with { OccurredAt = FactGenerator.At(5) });
        Assert.Equal("L2", Assert.Single(harness.Entries(), entry => taken.Contains(entry.EntryId)).LotNumber);
        Assert.Equal((90, 50), (Net("L2"), Net("L1")));
        await harness.Take(Given("L2", 85, 10));
        Assert.Empty(await harness.Command(
            RecordWastage.Handle, harness.Request("F1", null, 10) with { OccurredAt = FactGenerator.At(6) }));

        long Net(string lot) => harness.Card("F1").Find(lot)!.Net;
    }

    [Fact]
    public async Task An_adjustment_adds_to_no_lot_that_was_never_there_unless_it_was_found()
    {
        var harness = await With(("MR-05", 100, 0));
        var mistyped = harness.Request("F1", "MR05", 200);
        Assert.Contains("'MR05' was never at F1", await harness.Refusal(AdjustStock.Handle, mistyped), StringComparison.Ordinal);
        Assert.Equal(100, harness.Balance("F1").OnHand);
        Assert.Single(await harness.Command(
            AdjustStock.Handle, mistyped with { Lines = [new StockLine("V", "MR05", 200, Found: true)] }));
        Assert.Equal(300, harness.Balance("F1").OnHand);
    }

    private static async Task<LedgerHarness> With(params (string Lot, long Doses, int Day)[] stock)
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        foreach (var (lot, doses, day) in stock) await harness.Take(Consignment($"of {lot}", lot, doses, day));
        return harness;
    }

    private static DosesAdministered Given(string? lot, long doses, int day) =>
        new("s", [new("F1", "V", lot, "1", FactGenerator.Day(day), null, null, null, doses)]);

    private static ShipmentReceived Consignment(string id, string lot, long doses, int day) => new(
        id, "maker", null, "F1", null, FactGenerator.At(day), FactGenerator.At(day), [new("V", lot, null, doses, 0, 0, null)], "local");
}
