using Distribution.Administration.Domain;
using Distribution.Administration.Reference;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Messaging;
using Distribution.Platform.Places;
using Distribution.Platform.Storage;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Administration.Features;

/// <summary>
/// Takes in a place. Where it changes what links to what, the coverage cells move with it in the same commit; then
/// the lines that waited for the place are settled.
/// </summary>
internal sealed class OnFacilityChanged(
    [FromKeyedServices(AdministrationModule.StoreName)] IStore store, ReferenceData reference, HeldSettlement settlement)
    : IConsumer<FacilityChanged>
{
    private const int PageDocuments = 1_000;

    /// <inheritdoc/>
    public Task Consume(ConsumeContext<FacilityChanged> context) =>
        Take(context.Message, context.Cause("on-facility-changed"), context.CancellationToken);

    /// <summary>Takes in a place, once for a cause.</summary>
    public async Task Take(FacilityChanged changed, string cause, CancellationToken cancel)
    {
        var committed = await store.Commit(cause, tx => Decide(tx, changed), cancel);

        // Read again rather than taken from the decision, which does not run when the event is a repeat: a repeat
        // after a crash must still reach the tree in memory.
        var stored = await store.Find<FacilityDocument>(Collections.Facilities, Collections.Whole, changed.FacilityId, cancel);
        if (stored is not null) reference.Tree.Apply(stored.ToPlace(), committed.Answer.IsEmpty ? 0 : StoreJson.Read<TreeVersion>(committed.Answer).Version);
        await settlement.Settle(MissingReference.Facility(changed.FacilityId), cancel);
    }

    private static async ValueTask<Decision> Decide(ITransaction tx, FacilityChanged changed)
    {
        var before = await tx.Find<FacilityDocument>(Collections.Facilities, Collections.Whole, changed.FacilityId);
        if (before is not null && before.Version >= changed.Version) return Decision.Accept();
        var now = new FacilityDocument(changed.FacilityId, changed.Version, changed.Name, changed.Level, changed.ParentId, changed.Country);
        if (before is null || before.ParentId != now.ParentId || before.Level != now.Level) await MoveCells(tx, before?.ToPlace(), now.ToPlace());
        if (before?.ParentId != now.ParentId)
        {
            if (before?.ParentId is { } left) await tx.Delete(Collections.Children, left, now.FacilityId);
            if (now.ParentId is { } entered) await tx.Put(Collections.Children, entered, now.FacilityId, "{}"u8.ToArray());
        }

        await tx.Put(Collections.Facilities, Collections.Whole, now.FacilityId, now);
        var version = await tx.Put(Collections.Meta, Collections.Whole, Collections.Tree, "{}"u8.ToArray());
        return Decision.Accept(StoreJson.Bytes(new TreeVersion(version)));
    }

    private static async ValueTask MoveCells(ITransaction tx, Place? before, Place now)
    {
        var chainBefore = before is null ? [] : (await PathFrom(tx, before))[1..];
        var chainAfter = (await PathFrom(tx, now))[1..];
        var (detached, attached) = await ChangedChildren(tx, before, now);
        if (detached.Count == 0 && attached.Count == 0 && chainBefore.SequenceEqual(chainAfter)) return;
        foreach (var vaccine in await VaccineIds(tx))
        {
            var own = before is null ? [] : await Counted(tx, [now.Id], vaccine);
            var moves = Cells.Move(
                now.Id, vaccine, own, await Counted(tx, detached, vaccine), await Counted(tx, attached, vaccine), chainBefore, chainAfter);
            foreach (var delta in moves) tx.Add(delta.Family, delta.Partition, delta.Key, delta.Doses);
        }
    }

    private static ValueTask<string[]> PathFrom(ITransaction tx, Place place) =>
        PlaceTree.PathFrom(place.Id, id => id == place.Id ? ValueTask.FromResult<Place?>(place) : ReferenceData.FindPlace(tx, id));

    private static async ValueTask<(List<string> Detached, List<string> Attached)> ChangedChildren(ITransaction tx, Place? before, Place now)
    {
        List<string> detached = [], attached = [];
        if (before is not null && before.Level == now.Level) return (detached, attached);
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
        while (await tx.Scan(Collections.Vaccines, Collections.Whole, ids.Count == 0 ? null : ids[^1], PageDocuments) is { Count: > 0 } page)
            ids.AddRange(page.Select(document => document.Id));
        return ids;
    }

    private static async ValueTask<Dictionary<string, long>> Counted(ITransaction tx, IReadOnlyList<string> places, string vaccine)
    {
        var counted = new Dictionary<string, long>();
        foreach (var place in places)
            foreach (var counter in await tx.Counters(Cells.Days, Cells.Partition(place, vaccine)))
                Cells.Add(counted, counter.Key, counter.Value);
        return counted;
    }

    private sealed record TreeVersion(long Version);
}
