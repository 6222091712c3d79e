using Distribution.Administration.Domain;
using Distribution.Administration.Features;
using Distribution.Contracts.Administration.V1;

namespace Distribution.Administration.Tests;

/// <summary>No small count is told, nor can it be found from what is told and a sum that may be known.</summary>
public sealed class SmallCellsTests
{
    private const int Seeds = 3_000;
    private const int Smallest = 5;

    private static readonly MeasuredSeries[] Vaccines =
        [new("1", "2", ["2"], ["1"], ["2"]), new("1", null, ["1", "B"], ["1"], [])];

    [Fact]
    public void What_is_hidden_of_some_counts_is_more_than_one_and_not_few()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var random = new Random(seed);
            var counts = Enumerable.Range(0, random.Next(1, 7)).ToDictionary(part => part, _ => Count(random));
            var hidden = SmallCells.HiddenIn(counts, Smallest);
            Assert.True(counts.Where(part => part.Value is > 0 and < Smallest).All(part => hidden.Contains(part.Key)), $"seed {seed}");
            if (hidden.Count == 0) continue;
            var isCovered = hidden.Count > 1 && hidden.Sum(part => counts[part]) >= Smallest;
            Assert.True(isCovered || counts.All(part => part.Value == 0 || hidden.Contains(part.Key)), $"seed {seed}: {Text(hidden)}");
            Assert.DoesNotContain(hidden, part => counts[part] == 0);
            // No more than are needed, and the smaller ones first.
            var (largest, few) = (hidden.MaxBy(part => counts[part]), hidden.Where(part => counts[part] < Smallest).ToHashSet());
            if (few.Contains(largest)) continue;
            hidden.Remove(largest);
            Assert.True(hidden.Count < 2 || hidden.Sum(part => counts[part]) < Smallest, $"seed {seed}: {largest} is hidden for nothing");
        }
    }

    [Fact]
    public void No_small_count_is_told_by_its_row_the_rows_beside_it_or_what_they_add_up_to()
    {
        var suppressed = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var random = new Random(seed);
            var cells = new HiddenCells(place => place == "F0" && seed % 3 == 0 ? 0 : Smallest, Vaccines);
            var all = new Dictionary<string, Dictionary<string, long>[]>();
            for (var place = 0; place < random.Next(1, 6); place++)
            {
                var id = $"F{place}";
                var given = all[id] = [Doses(random, "1", "2"), Doses(random, "1", "B")];
                cells.Add(Row(id, given), "R", [.. given.Select(doses => new HiddenCells.Given(doses, cells.Of(
                    id, doses.Select(each => new HiddenCells.Breakdown(each.Key, "f", [KeyValuePair.Create("f", each.Value)])))))]);
            }

            var rows = cells.Hide();
            foreach (var row in rows)
            {
                var given = all[row.FacilityId];
                var known = Row(row.FacilityId, given);
                Assert.Equal(known.ByDoseNumber.Keys, row.ByDoseNumber.Keys);
                if (!row.Suppressed) Assert.Equal((known.Doses, known.BySeries), (row.Doses, row.BySeries));
                if (row.FacilityId == "F0" && seed % 3 == 0) Assert.False(row.Suppressed);
                else
                {
                    var small = given.SelectMany(doses => doses).Where(each => each.Value is > 0 and < Smallest).ToArray();
                    Assert.All(small, each => Assert.Null(row.ByDoseNumber[each.Key]));
                    if (small.Length > 0) Assert.True(row.Suppressed && row.Doses is null, $"seed {seed}");
                }

                if (!row.Suppressed) continue;
                suppressed++;
                Assert.Null(row.Doses);
                Assert.Contains(null, row.ByDoseNumber.Values);
                // What is told is right.
                Assert.All(row.ByDoseNumber, each => Assert.True(each.Value is null || each.Value == known.ByDoseNumber[each.Key]));
                Assert.True(row.BySeries!.Starting is null || row.BySeries.Starting == known.BySeries!.Starting);
                // The first vaccine's second dose alone is what dropout is measured to.
                if (row.ByDoseNumber["2"] is null) Assert.Equal((null, null), (row.BySeries.Ending, row.BySeries.Completing));
            }

            foreach (var number in new[] { "2", "B" })
            {
                // Of one vaccine each: whoever knows the region's and subtracts what is told has the sum of several, or of all.
                var hidden = rows.Where(row => row.ByDoseNumber[number] is null).ToArray();
                var those = hidden.Select(row => all[row.FacilityId].Sum(doses => doses.GetValueOrDefault(number))).ToArray();
                var told = rows.Except(hidden).Where(row => !(row.FacilityId == "F0" && seed % 3 == 0))
                    .Sum(row => row.ByDoseNumber[number] ?? 0);
                Assert.True(those.Length == 0 || (those.Length > 1 && those.Sum() >= Smallest) || told == 0, $"seed {seed}: {number}");
            }
        }

        Assert.True(suppressed > Seeds, $"only {suppressed} rows were suppressed");
    }

    [Fact]
    public void One_of_two_sexes_is_not_told_where_the_other_is_small()
    {
        var cells = new HiddenCells(_ => Smallest, Vaccines);
        Assert.Equal(["1"], Hidden("f", ("f", 97), ("m", 3)));
        Assert.Equal(["1"], Hidden("m", ("f", 97), ("m", 3)));
        Assert.Empty(Hidden("f", ("f", 97), ("m", 5)));
        Assert.Empty(Hidden("f", ("f", 97), ("m", 0)));
        Assert.Empty(Hidden("m", ("f", 97), ("m", 0)));
        Assert.Empty(Hidden("c", ("a", 3), ("b", 4), ("c", 60)));
        Assert.Equal(["1"], Hidden("b", ("a", 3), ("b", 40), ("c", 60)));

        HashSet<string> Hidden(string askedFor, params (string, long)[] doses) => cells.Of(
            "F", [new HiddenCells.Breakdown("1", askedFor, [.. doses.Select(each => KeyValuePair.Create(each.Item1, each.Item2))])]);
    }

    private static long Count(Random random) => random.Next(4) switch { 0 => 0, 1 => random.Next(1, Smallest), _ => random.Next(5, 300) };

    private static Dictionary<string, long> Doses(Random random, params string[] numbers) =>
        numbers.ToDictionary(number => number, _ => Count(random));

    private static AdministrationSummaryRow Row(string id, Dictionary<string, long>[] given)
    {
        var doses = given.SelectMany(each => each).GroupBy(each => each.Key).ToDictionary(
            each => each.Key, each => (long?)each.Sum(one => one.Value));
        return new AdministrationSummaryRow(id, id, "facility", "XA", null, null, null, doses.Values.Sum(), doses, new RecentDoses(0, 0),
            BySeries: Series.Count([.. Vaccines.Zip(given, (series, its) => (series, (IReadOnlyDictionary<string, long>)its))]));
    }

    private static string Text(IEnumerable<int> parts) => string.Join(", ", parts);
}
