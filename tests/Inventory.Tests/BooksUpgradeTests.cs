using Distribution.Inventory.Domain;
using Distribution.Inventory.Features;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Store;
using Distribution.Platform.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Distribution.Inventory.Tests;

/// <summary>Books of before there were sums of what may not be used, is on the way or was wasted of opened vials get them, once.</summary>
public sealed class BooksUpgradeTests
{
    private static readonly string[] New = ["limited", Measure.Arriving, Measure.Leaving, Measure.WastedOpen];

    [Fact]
    public async Task Books_of_before_end_as_those_that_always_had_the_sums()
    {
        var seen = new HashSet<string>();
        for (var seed = 1; seed <= 40; seed++)
        {
            var harness = new LedgerHarness();
            await harness.SmallCountry();
            foreach (var fact in new FactGenerator(seed).Facts(25))
            {
                if (fact is ValueTuple<string, LotBody> lot) await harness.Lot("V", lot.Item1, lot.Item2);
                else await harness.Take(fact);
            }

            // Past every day of the facts, so that all of them are known and nothing is refused.
            await harness.Command(CountStock.Handle, harness.Request("F1", null, 50));
            var wasted = await Waste(7, WastageKind.OpenVial);
            await Waste(5, WastageKind.OpenVial);
            await Waste(3, "closedVial");
            Assert.NotEmpty(wasted);
            foreach (var entry in wasted) Assert.Equal(200, await harness.Reverse(entry));
            Assert.Equal(5, harness.Sums().Single(
                sum => sum.Key.Partition == Names.Pair("X", "V") && sum.Key.Key == Measure.WastedOpen).Value);

            var always = harness.EndState();
            var gone = harness.Store.AllCounters()
                .Where(sum => sum.Value != 0 && sum.Key.Family is Names.Sums or Names.PlaceDays or Names.PlaceMonths)
                .Where(sum => New.Contains(KindOf(sum.Key.Key))).ToList();
            seen.UnionWith(gone.Select(sum => KindOf(sum.Key.Key)));
            await harness.Store.Commit(
                null, tx =>
                {
                    foreach (var sum in gone) tx.Add(sum.Key.Family, sum.Key.Partition, sum.Key.Key, -sum.Value);
                    return ValueTask.FromResult(Decision.Accept());
                }, TestContext.Current.CancellationToken);
            Assert.NotEqual(always, harness.EndState());

            for (var start = 0; start < 2; start++)
            {
                await new UpgradeBooks(new InventoryStore(harness.Store), harness.Places, NullLogger<UpgradeBooks>.Instance).StartAsync(
                    TestContext.Current.CancellationToken);
                Assert.Equal(always, harness.EndState());
            }

            async Task<IReadOnlyList<string>> Waste(long doses, string kind)
            {
                var request = harness.Request("F1", null, doses) with { Kind = kind };
                return await harness.Command(RecordWastage.Handle, request with { OccurredAt = FactGenerator.At(200) });
            }
        }

        Assert.Equal(New.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    private static string KindOf(string key) => Names.Last(key).Split(':')[0];
}
