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
    public void What_lies_in_no_place_of_a_level_lies_at_one_above()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var random = new Random(seed);
            var tree = new PlaceTree();
            for (var version = 1; version <= Changes; version++) tree.Apply(Place(random, version), version);
            foreach (var level in PlaceLevel.All)
            {
                var shown = tree.Select(null, level, null).Sum(place => PlacesIn(place.Id));
                var beyond = tree.Above(null, level, null)
                    .Sum(above => PlacesIn(above.Place.Id) - above.Shown.Sum(part => PlacesIn(part.Id)));
                var expected = tree.All().Count(place =>
                    tree.PathOf(place.Id).Any(id => PlaceLevel.Rank(tree.Find(id)!.Level) <= PlaceLevel.Rank(level)));
                Assert.Equal((seed, level, expected), (seed, level, shown + beyond));
            }

            int PlacesIn(string id) => tree.All().Count(place => tree.PathOf(place.Id).Contains(id));
        }
    }

    // Parents that are not there yet, of a lower level, in another country, or the place itself are among them.
    private static Place Place(Random random, long version)
    {
        var id = Ids[random.Next(Ids.Length)];
        var parent = random.Next(3) == 0 ? null : Ids[random.Next(Ids.Length)];
        return new Place(
            id, id, PlaceLevel.All[random.Next(PlaceLevel.All.Count)], parent, Countries[random.Next(Countries.Length)], version);
    }
}
