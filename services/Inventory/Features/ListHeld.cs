using Distribution.Inventory.Held;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>A fact that waits for something that it names, and counts nowhere until then.</summary>
/// <param name="HeldId">What to discard it by.</param>
/// <param name="Missing">What it waits for, as <c>facility:id</c> or <c>vaccine:id</c>.</param>
/// <param name="Perhaps">The id of something that is known and was perhaps meant; null where nothing is near.</param>
/// <param name="Kind">What was told: doses given or taken back, a shipment that left, or one that arrived.</param>
/// <param name="FacilityId">The facility of the doses, or the receiver of the shipment, or its sender.</param>
/// <param name="ShipmentId">The shipment, or null.</param>
/// <param name="Doses">Doses; below 0 for a retraction.</param>
/// <param name="HeldAt">Since when.</param>
/// <param name="AgeSeconds">For how long.</param>
internal sealed record HeldView(
    string HeldId, string Missing, string? Perhaps, [ValuesOf(typeof(HeldKind))] string Kind, string? FacilityId,
    string? ShipmentId, long Doses, DateTimeOffset HeldAt, long AgeSeconds)
{
    public static HeldView Of(HeldFact fact, Guesses guesses, DateTimeOffset now)
    {
        var perhaps = guesses.For(fact.Missing);
        var age = Math.Max(0, (long)(now - fact.HeldAt).TotalSeconds);
        return fact switch
        {
            { Given: { } given } => new HeldView(fact.HeldId, fact.Missing, perhaps, HeldKind.Administration, given.FacilityId, null,
                given.Doses.Sum(doses => doses.Doses), fact.HeldAt, age),
            { Dispatched: { } left } => new HeldView(fact.HeldId, fact.Missing, perhaps, HeldKind.Dispatch,
                left.ToFacilityId ?? left.FromFacilityId, left.ShipmentId, left.Lines.Sum(line => line.Doses), fact.HeldAt, age),
            { Received: { } came } => new HeldView(fact.HeldId, fact.Missing, perhaps, HeldKind.Receipt,
                came.ToFacilityId ?? came.FromFacilityId, came.ShipmentId,
                came.Lines.Sum(line => line.Accepted + line.Rejected + line.Missing), fact.HeldAt, age),
            _ => new HeldView(fact.HeldId, fact.Missing, perhaps, HeldKind.Receipt,
                fact.ReceivedLater?.Later.AtFacilityId ?? fact.ReceivedLater?.First.ToFacilityId, fact.ShipmentId,
                fact.ReceivedLater?.Later.Lines.Sum(line => line.Accepted + line.Rejected) ?? 0, fact.HeldAt, age),
        };
    }
}

/// <summary>What a held fact tells of.</summary>
internal static class HeldKind
{
    public const string Administration = "administration";
    public const string Dispatch = "dispatch";
    public const string Receipt = "receipt";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Administration, Dispatch, Receipt];
}

/// <summary>The held facts, by what they wait for.</summary>
internal static class ListHeld
{
    private const int PageDocumentsMax = 1_000;

    public static void Map(RouteGroupBuilder inventory) => inventory.MapGet("/held", Handle)
        .WithName("ListHeldFacts").Needs(Right.StockRead).IsDear()
        .WithSummary("Facts that name a facility or vaccine that is not known yet, with their age.")
            .Produces<Page<HeldView>>();

    internal static async Task<IResult> Handle(
        InventoryStore store, Places places, TimeProvider clock, Caller caller, CancellationToken cancel,
        string? after = null, int? limit = null)
    {
        if (Paging.Check(limit, out var items) is { } invalid) return invalid.ToResult();
        var address = after is null ? null : HeldFacts.AddressOf(after);
        if (after is not null && address is null) return Refusal.Field("after", "must be the next of an earlier page").ToResult();
        var from = address is { } known ? new DocumentAddress(known.Partition, known.Id) : (DocumentAddress?)null;
        await places.CatchUp(store, cancel);
        var reach = caller.ReachOf(Right.StockRead);
        var (now, guesses) = (clock.GetUtcNow(), places.Guesses(reach));
        var pageMax = reach.IsEverywhere ? items : PageDocumentsMax;
        var found = new List<HeldView>();
        while (true)
        {
            // Read to the end where little of it is the caller's: a page that ended at another's fact would tell of it.
            var page = await store.ScanAll(Names.Held, from, pageMax, cancel);
            foreach (var fact in page.Select(document => document.As<HeldFact>()).Where(fact => fact.IsSeenBy(reach, places)))
            {
                found.Add(HeldView.Of(fact, guesses, now));
                if (found.Count == items) return Results.Ok(new Page<HeldView>(found, fact.HeldId));
            }

            if (page.Count < pageMax) return Results.Ok(new Page<HeldView>(found, null));
            from = new DocumentAddress(page[^1].Partition, page[^1].Id);
        }
    }
}
