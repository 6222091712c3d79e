using Distribution.Inventory.Domain;
using Distribution.Platform.Storage;

namespace Distribution.Inventory.Tests;

/// <summary>How stock backs demand: the pure rules.</summary>
public sealed class SettlementTests
{
    private static readonly DateOnly May = new(2021, 5, 1), June = new(2021, 6, 1), July = new(2021, 7, 1);

    [Fact]
    public void The_earliest_expiry_goes_first_and_no_expiry_last()
    {
        var card = Card(("none", 10, null), ("late", 10, July), ("early", 10, May));
        Give(card, May, 15);
        var settled = Settlement.Of(card);
        Assert.Equal((0, 5, 10), (settled.Of("early").OnHand, settled.Of("late").OnHand, settled.Of("none").OnHand));
    }

    [Fact]
    public void What_has_expired_or_is_recalled_on_the_day_is_skipped()
    {
        var card = Card(("early", 10, May), ("late", 10, July));
        card.SetLot("recalled", July, May.AddDays(-1)).In = 10;
        card.Rebucket([]);
        Give(card, June, 15);
        var settled = Settlement.Of(card);
        Assert.Equal((10, 0, 10), (settled.Of("early").OnHand, settled.Of("late").OnHand, settled.Of("recalled").OnHand));
        Assert.Equal(5, settled.UnspecifiedOwed);
        Give(card, May, 3);
        Assert.Equal(7, Settlement.Of(card).Of("early").OnHand);
    }

    [Fact]
    public void What_names_its_lot_comes_before_what_does_not_and_given_before_sent()
    {
        var card = Card(("A", 10, July));
        Give(card, May, 10);
        card.Find("A")!.Out = 4;
        card.Find("A")!.Administered = 8;
        var settled = Settlement.Of(card);
        Assert.Equal((8, 2, 2), (settled.Of("A").Administered, settled.Of("A").Out, settled.Of("A").Owed));
        Assert.Equal((10, 12), (settled.UnspecifiedOwed, settled.Discrepancy));
    }

    [Fact]
    public void A_settlement_adds_up_and_never_owes_while_usable_stock_is_there()
    {
        for (var seed = 1; seed <= 2000; seed++)
        {
            var card = Random(new Random(seed));
            var settled = Settlement.Of(card);
            foreach (var (stock, lot) in card.Lots.Zip(settled.Lots))
            {
                Assert.True(lot.OnHand + lot.Administered + lot.Out == Math.Max(0, stock.In), $"seed {seed}");
                Assert.True(lot.Owed == 0 || (lot.OnHand == 0 && lot.Administered + lot.Out == Math.Max(0, stock.In)), $"seed {seed}");
                Assert.True(stock.UsableUntil is not null || settled.UnspecifiedOwed == 0 || lot.OnHand == 0, $"seed {seed}");
            }

            var demand = card.Lots.Sum(lot => Math.Max(0, lot.Administered) + Math.Max(0, lot.Out))
                + card.Unspecified.Sum(bucket => Math.Max(0, bucket.Administered) + Math.Max(0, bucket.Out));
            Assert.True(demand == settled.Discrepancy + settled.Lots.Sum(lot => lot.Administered + lot.Out), $"seed {seed}");
        }
    }

    [Fact]
    public void A_lot_of_which_there_never_was_stock_changes_nothing()
    {
        for (var seed = 1; seed <= 2000; seed++)
        {
            var random = new Random(seed);
            var card = Random(random);
            var days = Enumerable.Range(0, random.Next(8))
                .Select(_ => new DayDemand(May.AddDays(random.Next(8)), (DemandKind)random.Next(2), random.Next(25))).ToList();
            card.Rebucket(days);
            var settled = Settlement.Of(card);
            var until = May.AddDays(random.Next(6));
            card.SetLot("Z", until, until);
            card.Rebucket(days);
            var after = Settlement.Of(card);
            Assert.True(settled.Discrepancy == after.Discrepancy && settled.Lots.All(lot => after.Of(lot.Lot) == lot), $"seed {seed}");
        }
    }

    [Fact]
    public void After_a_count_the_counted_doses_are_on_hand_and_nothing_of_the_lot_is_owed()
    {
        for (var seed = 1; seed <= 2000; seed++)
        {
            var random = new Random(seed);
            var card = Random(random);
            var lots = card.Lots.Where(_ => random.Next(2) == 0).ToList();
            var counts = lots.Select(lot => (lot.Lot, Doses: random.Next(3) == 0 ? 0 : random.Next(40))).ToList();
            foreach (var (lot, doses) in counts) card.Count(lot, doses);
            var settled = Settlement.Of(card);
            foreach (var (lot, doses) in counts)
                Assert.True(
                    (settled.Of(lot).OnHand, settled.Of(lot).Owed) == (doses, 0), $"seed {seed}: {lot} counted {doses}, {settled.Of(lot)}");
            Assert.True(counts.All(count => count.Lot.Length > 0) || settled.UnspecifiedOwed == 0, $"seed {seed}");
        }
    }

    [Fact]
    public void An_allocation_takes_only_what_is_usable_and_not_promised()
    {
        var card = Card(("early", 10, May), ("late", 10, July));
        card.Find("late")!.Reserved = 4;
        Assert.Equal([new LotDoses("late", July, 6)], Allocation.Find(card, null, June, 8).Lots);
        Assert.Equal(2, Allocation.Find(card, null, June, 8).Short);
        Assert.Equal(["early", "late"], Allocation.Find(card, null, May, 12).Lots.Select(lot => lot.Lot));
        Assert.Equal(5, Allocation.Find(card, "early", June, 5).Short);
    }

    [Fact]
    public void A_stored_card_reads_back_the_same()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var json = StoreJson.Bytes(Random(new Random(seed)));
            Assert.Equal(json, StoreJson.Bytes(StoreJson.Read<StockCard>(json)));
        }
    }

    [Theory]
    [InlineData("6291041500213", true)]
    [InlineData("6291041500214", false)]
    [InlineData("629104150021", false)]
    [InlineData("629104150021x", false)]
    public void A_location_number_has_thirteen_digits_and_a_right_check_digit(string gln, bool right) =>
        Assert.Equal(right, Gs1.IsGln(gln));

    [Fact]
    public void A_consignment_s_earliest_expiry_holds_until_the_lot_s_own_is_stated()
    {
        var lot = new Lot { VaccineId = "V", LotNumber = "A" }.Heard(July).Heard(null).Heard(May).Heard(June);
        Assert.Equal(May, lot.ExpirationDate);
        Assert.Equal(June, (lot with { StatedExpiration = June }).ExpirationDate);
        Assert.Equal(May.AddDays(-1), (lot with { StatedExpiration = June, Status = LotStatus.Recalled, StatusFrom = May }).UsableUntil);
    }

    private static StockCard Card(params (string Lot, long In, DateOnly? Expires)[] lots)
    {
        var card = new StockCard { FacilityId = "F", VaccineId = "V" };
        foreach (var (lot, known, expires) in lots) card.SetLot(lot, expires, expires).In = known;
        card.Rebucket([]);
        return card;
    }

    private static void Give(StockCard card, DateOnly day, long doses) =>
        card.AddUnspecified(new DayDemand(day, DemandKind.Administered, doses));

    private static StockCard Random(Random random)
    {
        var card = new StockCard { FacilityId = "F", VaccineId = "V" };
        foreach (var lot in new[] { "", "A", "B", "C", "D" })
        {
            if (random.Next(4) == 0) continue;
            DateOnly? expires = lot.Length == 0 || random.Next(3) == 0 ? null : May.AddDays(random.Next(6));
            DateOnly? until = lot.Length > 0 && random.Next(4) == 0 ? May.AddDays(random.Next(6)) : expires;
            var stock = card.SetLot(lot, expires, until < expires ? until : expires ?? until);
            stock.In = random.Next(40);
            stock.Administered = random.Next(-5, 20);
            stock.Out = lot.Length == 0 ? 0 : Math.Max(0, random.Next(-10, 15));
            stock.Reserved = random.Next(3);
        }

        card.Rebucket([]);
        for (var i = random.Next(6); i > 0; i--)
            card.AddUnspecified(new DayDemand(May.AddDays(random.Next(8)), (DemandKind)random.Next(2), random.Next(-4, 25)));
        return card;
    }
}
