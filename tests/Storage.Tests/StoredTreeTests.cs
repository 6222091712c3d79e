using System.Text;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Places;
using Distribution.Storage.Embedded.Engine;

namespace Distribution.Storage.Tests;

/// <summary>A memory of places beside a store that others write to.</summary>
public sealed class StoredTreeTests : IAsyncLifetime
{
    private const int PlacesMax = 30;
    private readonly string _folder = Directory.CreateTempSubdirectory("distribution-tree-").FullName;
    private readonly Dictionary<string, Place> _places = [];
    private SqliteStore _store = null!;
    private int _wholeReads;

    public ValueTask InitializeAsync()
    {
        _store = SqliteStore.Open(Path.Combine(_folder, "store.db"), TimeProvider.System);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task One_that_is_behind_reads_what_changed_and_is_then_as_if_it_had_read_all()
    {
        var random = new Random(1);
        var behind = new PlaceTree();
        await CatchUp(behind);
        for (var round = 0; round < 60; round++)
        {
            // Now and then more than a page of them.
            for (var changes = round % 20 == 7 ? 1_500 : random.Next(12); changes > 0; changes--) await Change(random, noted: true);
            await CatchUp(behind);
            AssertShowsAll(behind);
        }

        Assert.Equal(1, _wholeReads);
    }

    [Fact]
    public async Task One_that_also_takes_in_changes_by_itself_misses_none()
    {
        var random = new Random(2);
        var tree = new PlaceTree();
        for (var round = 0; round < 300; round++)
        {
            var (place, version) = await Change(random, noted: true);
            if (random.Next(3) > 0) tree.Apply(place, version);
            if (random.Next(10) == 0) await CatchUp(tree);
        }

        await CatchUp(tree);
        AssertShowsAll(tree);
    }

    [Fact]
    public async Task Where_changes_were_not_noted_all_is_read()
    {
        var random = new Random(3);
        var behind = new PlaceTree();
        await Change(random, noted: true);
        await CatchUp(behind);
        for (var change = 0; change < 20; change++) await Change(random, noted: change % 5 == 0);
        await CatchUp(behind);
        AssertShowsAll(behind);
        Assert.Equal(2, _wholeReads);
        await Change(random, noted: true);
        await CatchUp(behind);
        AssertShowsAll(behind);
        Assert.Equal(2, _wholeReads);
    }

    private async Task<(Place Place, long TreeVersion)> Change(Random random, bool noted)
    {
        var id = $"F{random.Next(PlacesMax)}";
        var level = PlaceLevel.All[random.Next(PlaceLevel.All.Count)];
        var place = new Place(
            id, $"name {random.Next()}", level, $"F{random.Next(PlacesMax)}", "XA", (_places.GetValueOrDefault(id)?.Version ?? 0) + 1);
        long version = 0;
        await _store.Commit($"{Guid.NewGuid()}", async tx =>
        {
            version = noted ? await StoredTree.Changed(tx, place) : await tx.Put("meta", "", "tree", "{}"u8.ToArray());
            return Decision.Accept(Encoding.UTF8.GetBytes($"{version}"));
        }, TestContext.Current.CancellationToken);
        _places[id] = place;
        return (place, version);
    }

    private Task CatchUp(PlaceTree tree) => StoredTree.CatchUp(tree, _store, All, TestContext.Current.CancellationToken);

    private async IAsyncEnumerable<Place> All()
    {
        _wholeReads++;
        await Task.Yield();
        foreach (var place in _places.Values) yield return place;
    }

    private void AssertShowsAll(PlaceTree tree)
    {
        Assert.Equal(_places.Values.OrderBy(place => place.Id, StringComparer.Ordinal), tree.All());
        var fresh = new PlaceTree();
        fresh.Load(_places.Values, tree.Version);
        foreach (var id in _places.Keys) Assert.Equal(fresh.PathOf(id), tree.PathOf(id));
    }
}
