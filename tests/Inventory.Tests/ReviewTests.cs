using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Shipment.V1;
using Distribution.Inventory.Features;
using Distribution.Inventory.Registration;

namespace Distribution.Inventory.Tests;

/// <summary>What somebody should look at is taken, and listed; and a lot of which two expiries are said.</summary>
public sealed class ReviewTests
{
    private int _ids;

    [Fact]
    public async Task Doses_of_an_expired_or_recalled_lot_are_taken_and_listed_whatever_was_known_when_they_came()
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        await harness.Take(Given("F1", "A", day: 20, doses: 5));
        await harness.Take(Given("F1", "A", day: 21, doses: 6));
        await harness.Take(Given("F3", "A", day: 25, doses: 7));
        Assert.Empty(await harness.Reviews());

        // Learned of later.
        await harness.Lot("V", "A", new LotBody(FactGenerator.Day(20)));
        Assert.Equal(["F1 A 2021-01-22 6 expired 2021-01-22", "F3 A 2021-01-26 7 expired 2021-01-22"], await Listed(harness));
        await harness.Lot("V", "A", new LotBody(Status: "RECALLED", StatusFrom: FactGenerator.Day(18)));
        Assert.Equal(["F1 A 2021-01-21 5 recalled 2021-01-19", "F1 A 2021-01-22 6 expired 2021-01-22"], await Listed(harness, "R1"));
        Assert.Equal(18, harness.Balance("X").Administered);

        // Taken back, it is nothing to look at; nor once the lot turns out to be good.
        await harness.Take(new AdministrationRetracted("r", "wrong lot", Given("F1", "A", 21, 6).Sums));
        Assert.Equal(["F1 A 2021-01-21 5 recalled 2021-01-19"], await Listed(harness, "F1"));
        await harness.Lot("V", "A", new LotBody((DateOnly?)null, Status: "APPROVED"));
        Assert.Empty(await harness.Reviews());
    }

    [Fact]
    public async Task Doses_after_a_place_closed_or_before_a_vaccine_was_introduced_are_listed_too()
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        await harness.Take(Given("F1", null, day: 10, doses: 1));
        await harness.Take(Given("F1", null, day: 30, doses: 2));
        Assert.Equal(200, await harness.Facility("F1", new FacilityBody("F1", "facility", "R1", "X", ClosedOn: FactGenerator.Day(29))));
        Assert.Equal(200, await harness.Vaccine("V", Vaccine(FactGenerator.Day(12))));
        await harness.Take(Given("F1", "B", day: 31, doses: 3));
        await harness.Take(Given("F2", null, day: 11, doses: 4));
        Assert.Equal(
            [
                "F1  2021-01-11 1 notIntroduced 2021-01-13", "F1  2021-01-31 2 closed 2021-01-31", "F1 B 2021-02-01 3 closed 2021-01-31",
                "F2  2021-01-12 4 notIntroduced 2021-01-13",
            ], await Listed(harness));

        // What is left out of a PUT stays; null clears it.
        await harness.Facility("F1", "facility", "R1");
        await harness.Vaccine("V");
        Assert.Equal(4, (await harness.Reviews()).Count);
        await harness.Facility("F1", new FacilityBody("F1", "facility", "R1", "X", ClosedOn: (DateOnly?)null));
        await harness.Vaccine("V", Vaccine(null));
        Assert.Empty(await harness.Reviews());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_two_expiries_the_earlier_holds_whichever_came_first_and_the_other_is_told(bool consignmentFirst)
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        if (consignmentFirst) await harness.Take(Consignment("one", 40));
        await harness.Lot("V", "A", new LotBody(FactGenerator.Day(50)));
        if (!consignmentFirst) await harness.Take(Consignment("one", 40));
        Assert.Equal((FactGenerator.Day(40), FactGenerator.Day(50)), Expiry(harness));

        // The maker extended it.
        await harness.Lot("V", "A", new LotBody(FactGenerator.Day(50), Extended: true));
        Assert.Equal((FactGenerator.Day(50), FactGenerator.Day(40)), Expiry(harness));
        await harness.Lot("V", "A", new LotBody(Extended: false));

        // The consignment was typed wrongly.
        await harness.Take(new ShipmentEnteredInError(
            "one", new ShipmentDispatched("one", "maker", null, "F1", null, FactGenerator.At(1),
                [new ShipmentLine("V", "A", FactGenerator.Day(40), 100)], "local"),
            Consignment("one", 40), [], "typed wrongly", "local"));
        await harness.Take(Consignment("two", 60));
        Assert.Equal((FactGenerator.Day(50), FactGenerator.Day(60)), Expiry(harness));
        await harness.Lot("V", "A", new LotBody((DateOnly?)null));
        Assert.Equal((FactGenerator.Day(60), null), Expiry(harness));
    }

    [Fact]
    public async Task A_card_has_no_more_lots_than_it_may_and_counts_the_rest_without_a_lot_number()
    {
        var harness = new LedgerHarness(lotsMax: 3);
        await harness.SmallCountry();
        foreach (var lot in new[] { "A", "B", "C", "D", "E" }) await harness.Take(Given("F1", lot, 10, 10));
        await harness.Take(Consignment("one", 40, "D"));
        await harness.Take(new AdministrationRetracted("r", "twice", Given("F1", "E", 10, 4).Sums));
        Assert.Equal(["", "A", "B", "C"], harness.Card("F1").Lots.Select(lot => lot.Lot).Order());
        Assert.Equal((46, 30, 84), (harness.Balance("X").Administered, harness.Balance("X").Discrepancy, harness.Balance("X").OnHand));
        harness.CheckBooks("full");
        Assert.Empty(await harness.Command(AdjustStock.Handle, harness.Request("F1", "Z", 4)));
        Assert.NotEmpty(await harness.Command(AdjustStock.Handle, harness.Request("F1", "A", 4)));
    }

    private static VaccineBody Vaccine(DateOnly? introducedOn) =>
        new("V", default, 10, [new SeriesDoseBody("1", true, null)], IntroducedOn: introducedOn);

    private static async Task<IEnumerable<string>> Listed(LedgerHarness harness, string? facility = null) =>
        (await harness.Reviews(facility)).Select(review =>
            $"{review.FacilityId} {review.LotNumber} {review.OccurredOn:yyyy-MM-dd} {review.Doses} {review.Why} {review.Since:yyyy-MM-dd}");

    private static (DateOnly?, DateOnly?) Expiry(LedgerHarness harness)
    {
        var lot = harness.Card("F1").Find("A")!;
        return (lot.ExpirationDate, lot.OtherExpirationDate);
    }

    private DosesAdministered Given(string facility, string? lot, int day, long doses) => new(
        $"s{++_ids}", [new AdministeredSum(facility, "V", lot, "1", FactGenerator.Day(day), null, null, null, doses)]);

    private static ShipmentReceived Consignment(string id, int expires, string lot = "A") => new(
        id, "maker", null, "F1", null, FactGenerator.At(1), FactGenerator.At(3),
        [new ReceivedLine("V", lot, FactGenerator.Day(expires), 100, 0, 0, null)], "local");
}
