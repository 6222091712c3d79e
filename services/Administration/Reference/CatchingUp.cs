using Distribution.Administration.Store;
using Distribution.Platform.Storage;

namespace Distribution.Administration.Reference;

/// <summary>Fills the reference data from the store, and catches up with what other instances committed.</summary>
internal sealed class CatchingUp
{
    private long _vaccines = -1;
    private long _targets = -1;

    /// <summary>Takes in what is newer in the store: three look-ups where nothing is.</summary>
    public async Task Run(IStore store, ReferenceData reference, CancellationToken cancel)
    {
        await StoredTree.CatchUp(
            reference.Tree, store, () => All(Collections.Facilities).Select(document => document.As<FacilityDocument>().ToPlace()), cancel);

        // The versions first: what is read after them may be newer than they say, never older.
        var vaccines = await Version(Collections.Vaccines);
        if (vaccines != Interlocked.Read(ref _vaccines))
        {
            await foreach (var document in All(Collections.Vaccines)) reference.Apply(document.As<VaccineDocument>());
            // They share the version, so that looking for them costs nothing more.
            await foreach (var document in All(Collections.Countries)) reference.Apply(document.As<CountryDocument>());
            Interlocked.Exchange(ref _vaccines, vaccines);
        }

        var targets = await Version(Collections.TargetPopulations);
        if (targets == Interlocked.Read(ref _targets)) return;
        await foreach (var document in All(Collections.TargetPopulations)) reference.Apply(document.As<TargetPopulationDocument>());
        Interlocked.Exchange(ref _targets, targets);

        IAsyncEnumerable<Document> All(string collection) => store.All(collection, cancel: cancel);

        async ValueTask<long> Version(string id) => (await store.Find(Collections.Meta, Collections.Whole, id, cancel))?.Version ?? 0;
    }
}
