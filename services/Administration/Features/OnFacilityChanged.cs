using Distribution.Administration.Domain;
using Distribution.Administration.Held;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Places;
using MassTransit;

namespace Distribution.Administration.Features;

/// <summary>
/// Takes in places, those of an import hundreds at a time. Where one changes what links to what, the coverage cells move
/// with it in the same commit; then the lines that waited for the places are settled.
/// </summary>
internal sealed class OnFacilityChanged(
    AdministrationStore store, ReferenceData reference, HeldSettlement settlement)
    : IBatchConsumer<FacilityChanged>
{
    private const int PageDocuments = 1_000;
    private const string Name = "on-facility-changed";

    /// <inheritdoc/>
    public Task Consume(ConsumeContext<FacilityChanged> context) =>
        Take([(context.Message, context.Cause(Name))], context.CancellationToken);

    /// <inheritdoc/>
    public Task Consume(IReadOnlyList<PagedEvent<FacilityChanged>> events, CancellationToken cancel) =>
        Take([.. events.Select(incoming => (incoming.Event, incoming.Cause(Name)))], cancel);

    /// <summary>Takes in places, each once for its cause. The store commits them together.</summary>
    public async Task Take(IReadOnlyList<(FacilityChanged Place, string Cause)> changed, CancellationToken cancel)
    {
        var committed = await Task.WhenAll(
            changed.Select(change => store.Commit(change.Cause, Reads(change.Place), tx => Decide(tx, change.Place), cancel).AsTask()));
        for (var index = 0; index < committed.Length; index++)
        {
            var (place, answer) = (changed[index].Place, committed[index].Answer);
            // A repeat after a crash must still reach the tree in memory; and what was not taken is older than what is stored.
            var stored = committed[index].Repeated || answer.IsEmpty
                ? await store.Find<FacilityDocument>(Collections.Facilities, Collections.Whole, place.FacilityId, cancel)
                : FacilityDocument.Of(place);
            if (stored is not null)
                reference.Tree.Apply(stored.ToPlace(), answer.IsEmpty ? 0 : StoreJson.Read<TreeVersion>(answer).Version);
        }

        await settlement.Settle([.. changed.Select(change => MissingReference.Facility(change.Place.FacilityId))], cancel);
    }

    private static List<FullAddress> Reads(FacilityChanged changed)
    {
        List<FullAddress> reads =
        [
            new(Collections.Facilities, Collections.Whole, changed.FacilityId),
            new(Collections.AwaitedParents, Collections.Whole, changed.FacilityId),
            StoredTree.Address,
        ];
        if (changed.ParentId is { } parent)
        {
            reads.Add(new(Collections.Facilities, Collections.Whole, parent));
            reads.Add(new(Collections.Children, parent, changed.FacilityId));
        }

        return reads;
    }

    private static async ValueTask<Decision> Decide(ITransaction tx, FacilityChanged changed)
    {
        var before = await tx.Find<FacilityDocument>(Collections.Facilities, Collections.Whole, changed.FacilityId);
        var now = FacilityDocument.Of(changed);
        if (before is not null && !now.IsNewerThan(before)) return Decision.Accept();
        if (before is null || before.ParentId != now.ParentId || before.Level != now.Level)
            await MoveCells(tx, before?.ToPlace(), now.ToPlace());
        if (before?.ParentId != now.ParentId)
        {
            if (before?.ParentId is { } left) await tx.Delete(Collections.Children, left, now.FacilityId);
            if (now.ParentId is { } entered)
            {
                await tx.Put(Collections.Children, entered, now.FacilityId, "{}"u8.ToArray());
                if (await ReferenceData.FindPlace(tx, entered) is null)
                    await tx.Put(Collections.AwaitedParents, Collections.Whole, entered, "{}"u8.ToArray());
            }
        }

        await tx.Put(Collections.Facilities, Collections.Whole, now.FacilityId, now);
        return Decision.Accept(StoreJson.Bytes(new TreeVersion(await StoredTree.Changed(tx, now.ToPlace()))));
    }

    private static async ValueTask MoveCells(ITransaction tx, Place? before, Place now)
    {
        var chainBefore = before is null ? [] : (await PathFrom(tx, before))[1..];
        var chainAfter = (await PathFrom(tx, now))[1..];
        var (detached, attached) = await ChangedChildren(tx, before, now);
        // What was not known had nothing counted of its own.
        if (detached.Count == 0 && attached.Count == 0 && (before is null || chainBefore.SequenceEqual(chainAfter))) return;
        foreach (var vaccine in await VaccineIds(tx))
        {
            foreach (var family in (string[])[Cells.Days, Cells.Nones])
            {
                var own = before is null ? [] : await Counted(tx, family, [now.Id], vaccine);
                var moves = Cells.Move(
                    family, now.Id, vaccine, own, await Counted(tx, family, detached, vaccine),
                    await Counted(tx, family, attached, vaccine), chainBefore, chainAfter);
                foreach (var delta in moves) tx.Add(delta.Family, delta.Partition, delta.Key, delta.Doses);
            }
        }
    }

    private static ValueTask<string[]> PathFrom(ITransaction tx, Place place) =>
        PlaceTree.PathFrom(place.Id, id => id == place.Id ? ValueTask.FromResult<Place?>(place) : ReferenceData.FindPlace(tx, id));

    private static async ValueTask<(List<string> Detached, List<string> Attached)> ChangedChildren(
        ITransaction tx, Place? before, Place now)
    {
        List<string> detached = [], attached = [];
        if (before is null ? await tx.Find(Collections.AwaitedParents, Collections.Whole, now.Id) is null : before.Level == now.Level)
            return (detached, attached);
        string? after = null;
        while (await tx.Scan(Collections.Children, now.Id, after, PageDocuments) is { Count: > 0 } page)
        {
            foreach (var entry in page)
            {
                if (await ReferenceData.FindPlace(tx, entry.Id) is not { } child) continue;
                var linked = PlaceTree.Links(child, before);
                if (linked == PlaceTree.Links(child, now)) continue;
                (linked ? detached : attached).Add(child.Id);
            }

            after = page[^1].Id;
        }

        return (detached, attached);
    }

    private static async ValueTask<List<string>> VaccineIds(ITransaction tx)
    {
        var ids = new List<string>();
        while (await tx.Scan(
            Collections.Vaccines, Collections.Whole, ids.Count == 0 ? null : ids[^1], PageDocuments) is { Count: > 0 } page)
            ids.AddRange(page.Select(document => document.Id));
        return ids;
    }

    private static async ValueTask<Dictionary<string, long>> Counted(
        ITransaction tx, string family, IReadOnlyList<string> places, string vaccine)
    {
        var counted = new Dictionary<string, long>();
        foreach (var place in places)
            foreach (var counter in await tx.Counters(family, Cells.Partition(place, vaccine)))
                Cells.Add(counted, counter.Key, counter.Value);
        return counted;
    }

    private sealed record TreeVersion(long Version);
}
