using Distribution.SharedKernel.Places;

namespace Distribution.Platform.Storage;

/// <summary>
/// How a service's store tells the versions of its tree of places: one document whose version rises with each change, and
/// under each version the place as that change left it. A memory that is behind reads the changes that it lacks.
/// </summary>
public static class StoredTree
{
    private const string Meta = "meta";
    private const string Tree = "tree";
    private const string Changes = "tree-changes";
    private const string Whole = "";

    /// <summary>The document whose version is the tree's.</summary>
    public static FullAddress Address { get; } = new(Meta, Whole, Tree);

    /// <summary>The version of the stored tree that a transaction sees; 0 before the first place.</summary>
    public static async ValueTask<long> VersionIn(ITransaction tx) => (await tx.Find(Meta, Whole, Tree))?.Version ?? 0;

    /// <summary>Notes in a transaction what it made of a place, and returns the tree's new version.</summary>
    public static async ValueTask<long> Changed(ITransaction tx, Place place)
    {
        var version = await tx.Put(Meta, Whole, Tree, "{}"u8.ToArray());
        await tx.PutNew(Changes, Whole, Id(version), new TreeChange(place));
        return version;
    }

    /// <summary>Brings a tree up to the stored state as it was at the call or later. One look-up where nothing is newer.</summary>
    /// <param name="tree">The tree in memory.</param>
    /// <param name="store">The store.</param>
    /// <param name="places">Every stored place, for a tree that is empty.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task CatchUp(PlaceTree tree, IStore store, Func<IAsyncEnumerable<Place>> places, CancellationToken cancel)
    {
        // The version first: what is read after it may be newer than it says, never older.
        var stored = (await store.Find(Meta, Whole, Tree, cancel))?.Version ?? 0;
        if (stored <= tree.Version) return;
        if (tree.Version > 0)
        {
            await foreach (var document in store.All(Changes, new DocumentAddress(Whole, Id(tree.Version)), cancel))
                tree.Apply(document.As<TreeChange>().Place, long.Parse(document.Id));
        }

        // A store that was filled before changes were noted lacks them.
        if (stored <= tree.Version) return;
        var all = new List<Place>();
        await foreach (var place in places().WithCancellation(cancel)) all.Add(place);
        tree.Load(all, stored);
    }

    // So wide that the order of the texts is that of the numbers.
    private static string Id(long version) => $"{version:D19}";

    private sealed record TreeChange(Place Place)
    {
        /// <summary>The shape of this record.</summary>
        public int SchemaVersion { get; init; } = 1;
    }
}
