using System.Runtime.CompilerServices;
using Distribution.Platform.Storage;

namespace Distribution.Administration.Reference;

/// <summary>Fills the reference data from the store, and catches up with what other instances committed.</summary>
internal sealed class CatchingUp
{
    private const int PageDocuments = 1_000;
    private long _vaccines = -1;
    private long _targets = -1;

    /// <summary>Takes in what is newer in the store: three look-ups where nothing is.</summary>
    public async Task Run(IStore store, ReferenceData reference, CancellationToken cancel)
    {
        // The versions first: what is read after them may be newer than they say, never older.
        var tree = await Version(Collections.Tree);
        if (tree > reference.Tree.Version)
        {
            var facilities = new List<FacilityDocument>();
            await foreach (var document in All(store, Collections.Facilities, cancel)) facilities.Add(document.As<FacilityDocument>());
            reference.Tree.Load(facilities.Select(facility => facility.ToPlace()), tree);
        }

        var vaccines = await Version(Collections.Vaccines);
        if (vaccines != Interlocked.Read(ref _vaccines))
        {
            await foreach (var document in All(store, Collections.Vaccines, cancel)) reference.Apply(document.As<VaccineDocument>());
            Interlocked.Exchange(ref _vaccines, vaccines);
        }

        var targets = await Version(Collections.TargetPopulations);
        if (targets == Interlocked.Read(ref _targets)) return;
        await foreach (var document in All(store, Collections.TargetPopulations, cancel)) reference.Apply(document.As<TargetPopulationDocument>());
        Interlocked.Exchange(ref _targets, targets);

        async ValueTask<long> Version(string id) => (await store.Find(Collections.Meta, Collections.Whole, id, cancel))?.Version ?? 0;
    }

    private static async IAsyncEnumerable<Document> All(IStore store, string collection, [EnumeratorCancellation] CancellationToken cancel)
    {
        DocumentAddress? after = null;
        while (true)
        {
            var page = await store.ScanAll(collection, after, PageDocuments, cancel);
            foreach (var document in page) yield return document;
            if (page.Count < PageDocuments) yield break;
            after = new DocumentAddress(page[^1].Partition, page[^1].Id);
        }
    }
}
