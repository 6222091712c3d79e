using Distribution.SharedKernel.Places;

namespace Distribution.Platform.Tests;

/// <summary>What a tree keeps is what it would find by looking at every place anew.</summary>
public sealed class PlaceTreeTests
{
    private const int Seeds = 200;
    private const int Changes = 60;
    private static readonly string[] Ids = ["A", "B", "C", "D", "E", "F", "G", "H"];
    private static readonly string[] Countries = ["X", "Y", "Z"];

    [Fact]
    public void The_roots_of_a_country_and_what_lies_within_a_place_are_right_after_every_change()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var random = new Random(seed);
            var tree = new PlaceTree();
            for (var version = 1; version <= Changes; version++)
            {
                tree.Apply(Place(random, version), version);
                foreach (var country in Countries)
                {
                    var expected = tree.All().Where(place => place.Country == country && tree.PathOf(place.Id).Length == 1)
                        .Select(place => place.Id);
                    Assert.Equal(expected, tree.RootsOf(country).Order(StringComparer.Ordinal));
                }

                var within = random.Next(Ids.Length);
                Assert.Equal(
                    Ids.Where(id => id == Ids[within] || tree.PathOf(id).Contains(Ids[within])), tree.Within(Ids[within]));
            }
        }
    }

    [Fact]
    public void The_level_of_a_place_gives_the_place_itself_to_whom_it_is_shown()
    {
        var tree = new PlaceTree();
        tree.Apply(new Place("X", "X", "country", null, "X", 1), 1);
        tree.Apply(new Place("X-1", "X-1", "region", "X", "X", 1), 2);
        tree.Apply(new Place("X-1-F", "X-1-F", "facility", "X-1", "X", 1), 3);
        var (region, shared) = (Reach.Of(["X-1"]), Reach.Of([("X", (string?)"country")]));
        Assert.Equal("X", Own(Reach.Everywhere, "X", "country"));
        Assert.Equal("X-1", Own(region, "X-1", "region"));
        Assert.Equal("X-1-F", Own(region, "X-1-F", "facility"));
        Assert.Equal("", Own(region, "X", "country"));
        Assert.Equal("X", Own(shared, "X", "country"));
        Assert.Equal("", Own(shared, "X-1", "region"));
        Assert.Equal("", Own(Reach.Everywhere, "X-1-F", "region"));
        Assert.Empty(tree.Above(null, "region", "X-1", Reach.Everywhere));

        string Own(Reach reach, string within, string level) =>
            string.Join(' ', tree.Select(null, level, within, reach).Select(place => place.Id));
    }

    [Fact]
    public void What_lies_in_no_place_of_a_level_lies_at_one_above()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var random = new Random(seed);
            var tree = new PlaceTree();
            for (var version = 1; version <= Changes; version++) tree.Apply(Place(random, version), version);
            var reach = RandomReach(random);
            foreach (var level in PlaceLevel.All)
            {
                var shown = tree.Select(null, level, null, reach).Sum(place => PlacesIn(place.Id));
                var beyond = tree.Above(null, level, null, reach)
                    .Sum(above => PlacesIn(above.Place.Id) - above.Shown.Sum(part => PlacesIn(part.Id)));
                var expected = tree.All().Count(place => tree.PathOf(place.Id).Any(id =>
                    tree.IsIn(reach, id) && PlaceLevel.Rank(tree.Find(id)!.Level) <= PlaceLevel.Rank(level)));
                Assert.Equal((seed, level, expected), (seed, level, shown + beyond));
            }

            int PlacesIn(string id) => tree.All().Count(place => tree.PathOf(place.Id).Contains(id));
        }
    }

    [Fact]
    public void A_view_shows_what_lies_in_a_reach_and_nothing_else()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var random = new Random(seed);
            var tree = new PlaceTree();
            for (var version = 1; version <= Changes; version++) tree.Apply(Place(random, version), version);
            var roots = Ids.Where(_ => random.Next(3) == 0).Append("unknown").ToArray();
            var reach = Reach.Of(roots);
            foreach (var id in Ids) Assert.Equal(tree.PathOf(id).Any(roots.Contains), tree.IsIn(reach, id));
            Assert.Equal(
                Ids.Where(id => tree.IsIn(reach, id)).Union(roots).Order(StringComparer.Ordinal), tree.Within(reach));
            string? country = random.Next(2) == 0 ? null : Countries[random.Next(Countries.Length)];
            string? within = random.Next(2) == 0 ? null : Ids[random.Next(Ids.Length)];
            foreach (var level in PlaceLevel.All)
            {
                var all = tree.Select(country, level, within, Reach.Everywhere);
                var expected = within is null || tree.IsIn(reach, within) ? all.Where(place => tree.IsIn(reach, place.Id)) : [];
                Assert.Equal(expected, tree.Select(country, level, within, reach));
            }

            // Without a level: what is right below, or else the tops of the reach, of which none lies in another.
            var tops = tree.TopsOf(reach);
            Assert.All(tops, top => Assert.DoesNotContain(tops, other => other != top && tree.PathOf(top.Id).Contains(other.Id)));
            Assert.Equal(tops, tree.Select(null, null, null, reach));
            Assert.All(tree.Select(country, null, within, reach), place => Assert.True(tree.IsIn(reach, place.Id)));
            Assert.All(tree.Above(country, null, within, reach), above => Assert.True(tree.IsIn(reach, above.Place.Id)));
            Assert.Equal(Ids.Count(id => tree.IsIn(reach, id) && tree.Find(id) is not null),
                tree.All().Count(place => tops.Any(top => tree.PathOf(place.Id).Contains(top.Id))));
        }
    }

    [Fact]
    public void Of_some_places_no_part_below_a_level_is_shown_and_what_lies_there_is_in_the_sums_above()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var random = new Random(seed);
            var tree = new PlaceTree();
            for (var version = 1; version <= Changes; version++) tree.Apply(Place(random, version), version);
            var roots = Ids.Where(_ => random.Next(3) == 0)
                .ToDictionary(id => id, _ => random.Next(2) == 0 ? null : PlaceLevel.All[random.Next(PlaceLevel.All.Count)]);
            var (reach, whole) = (Reach.Of(roots.Select(root => (root.Key, root.Value))), Reach.Of(roots.Keys));
            bool Shown(string id) => tree.PathOf(id).Any(above => roots.TryGetValue(above, out var deepest)
                && (deepest is null || PlaceLevel.Rank(tree.Find(id)!.Level) <= PlaceLevel.Rank(deepest)));
            foreach (var place in tree.All())
            {
                Assert.Equal(Shown(place.Id), tree.Shows(reach, place.Id));
                Assert.Equal(tree.IsIn(whole, place.Id), tree.IsIn(reach, place.Id));
            }

            string? within = random.Next(2) == 0 ? null : Ids[random.Next(Ids.Length)];
            foreach (var level in PlaceLevel.All.Append(null))
            {
                var shown = tree.Select(null, level, within, reach);
                Assert.All(shown, place => Assert.True(Shown(place.Id) || (level is null && within is null)));
                var above = tree.Above(null, level, within, reach);
                Assert.All(above, place => Assert.True(Shown(place.Place.Id)));
                Assert.All(above.SelectMany(place => place.Shown), place => Assert.True(Shown(place.Id)));
                if (level is null || within is not null) continue;
                // All of the level that may be shown is; and what is hidden is in what the places above have beyond it.
                Assert.Equal(tree.Select(null, level, null, whole).Where(place => Shown(place.Id)), shown);
                var sum = shown.Sum(place => PlacesIn(place.Id))
                    + above.Sum(place => PlacesIn(place.Place.Id) - place.Shown.Sum(part => PlacesIn(part.Id)));
                var expected = tree.All().Count(place => tree.PathOf(place.Id).Any(id =>
                    Shown(id) && PlaceLevel.Rank(tree.Find(id)!.Level) <= PlaceLevel.Rank(level)));
                Assert.Equal((seed, level, expected), (seed, level, sum));
            }

            int PlacesIn(string id) => tree.All().Count(place => tree.PathOf(place.Id).Contains(id));
        }
    }

    [Fact]
    public void A_place_that_was_merged_is_a_part_of_the_other_and_in_no_view()
    {
        var tree = new PlaceTree();
        tree.Load(
        [
            new Place("X", "X", "country", null, "X", 1), new Place("R", "R", "region", "X", "X", 1),
            new Place("F", "F", "facility", "R", "X", 1), new Place("G", "G", "facility", "F", "X", 2, MergedInto: "F"),
            new Place("H", "H", "facility", "G", "X", 2, MergedInto: "G"), new Place("I", "I", "facility", "F", "X", 1),
        ], 1);
        Assert.Equal(["H", "G", "F", "R", "X"], tree.PathOf("H"));
        Assert.Equal(["F", "G", "H"], tree.Within("F"));
        Assert.Equal(["F"], tree.Select("X", null, "R", Reach.Everywhere).Select(place => place.Id));
        Assert.Equal(["F", "I"], tree.Select("X", "facility", null, Reach.Everywhere).Select(place => place.Id));
        Assert.Equal(["F"], tree.LeavesOf("R"));
        Assert.True(tree.IsLeaf("F"));
        Assert.Equal(["G"], tree.MergedInto("F"));
        Assert.Equal(["F"], tree.PartsOf("R").Select(place => place.Id));
        // Another of its level does not lie in it for that.
        Assert.Equal(["I"], tree.PathOf("I"));
    }

    private static Reach RandomReach(Random random) =>
        random.Next(3) == 0 ? Reach.Everywhere : Reach.Of(Ids.Where(_ => random.Next(3) == 0));

    // Parents that are not there yet, of a lower level, in another country, or the place itself are among them.
    private static Place Place(Random random, long version)
    {
        var id = Ids[random.Next(Ids.Length)];
        var parent = random.Next(3) == 0 ? null : Ids[random.Next(Ids.Length)];
        return new Place(
            id, id, PlaceLevel.All[random.Next(PlaceLevel.All.Count)], parent, Countries[random.Next(Countries.Length)], version);
    }
}
