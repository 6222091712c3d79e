using Distribution.Contracts.Inventory.V1;
using Distribution.Inventory.Store;
using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Inventory.Features;

/// <summary>Marks every stock card of a vaccine when it is said when it was introduced: doses of earlier days are to be looked at. Page by
/// page; a mark too many costs a look when reviews are listed.</summary>
internal sealed class OnVaccineChanged(InventoryStore store) : IConsumer<VaccineChanged>
{
    private const int PageFacilitiesMax = 500;

    private sealed record Marked(DateOnly IntroducedOn, int SchemaVersion = 1);

    public async Task Consume(ConsumeContext<VaccineChanged> context)
    {
        var (vaccineId, introducedOn) = (context.Message.VaccineId, context.Message.IntroducedOn);
        if (introducedOn is not { } day) return;
        var before = await store.Find<Marked>(Names.Meta, Names.One, MarkedId(vaccineId), context.CancellationToken);
        if (before?.IntroducedOn == day) return;
        for (string? after = null; ;)
        {
            var page = await store.Scan(Names.Facilities, Names.One, after, PageFacilitiesMax, context.CancellationToken);
            await store.Commit(null, tx => Mark(tx, vaccineId, page.Select(facility => facility.Id)), context.CancellationToken);
            if (page.Count < PageFacilitiesMax) break;
            after = page[^1].Id;
        }

        await store.Commit(null, async tx =>
        {
            await tx.Put(Names.Meta, Names.One, MarkedId(vaccineId), new Marked(day));
            return Decision.Accept();
        }, context.CancellationToken);
    }

    private static string MarkedId(string vaccineId) => $"introduced|{vaccineId}";

    /// <summary>Marks the cards of a vaccine at some facilities.</summary>
    internal static async ValueTask<Decision> Mark(ITransaction tx, string vaccineId, IEnumerable<string> facilities)
    {
        foreach (var facility in facilities)
        {
            if (await tx.Find(Names.Cards, facility, vaccineId) is not null) await tx.MarkForReview(facility, vaccineId);
        }

        return Decision.Accept();
    }
}
