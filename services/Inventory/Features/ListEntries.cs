using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>A ledger entry as it is shown: doses of one vaccine and lot moved from one account to another.</summary>
/// <param name="EntryId">Unique for ever; begins with the facility.</param>
/// <param name="FacilityId">The facility whose accounts it is about, or that sent or gets the shipment.</param>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">The lot, or null for stock without a lot number.</param>
/// <param name="From">The account that the doses leave, such as <c>origin</c> or <c>onHand</c>.</param>
/// <param name="To">The account that the doses enter, such as <c>onHand</c> or <c>wasted:broken</c>.</param>
/// <param name="Doses">Doses, above 0; 0 only of a count that found what the books had.</param>
/// <param name="Kind">What made it.</param>
/// <param name="OccurredAt">When it happened, in UTC.</param>
/// <param name="RecordedAt">When it was learned of, in UTC.</param>
/// <param name="RecordedBy">Who asked for it.</param>
/// <param name="Cause">The request or event that it follows from.</param>
/// <param name="Reason">Why, in words, or null.</param>
/// <param name="WastageKind">For wastage: what the vials were, or null when it was not said.</param>
/// <param name="Reverses">The entry that this one takes back, or null.</param>
/// <param name="ShipmentId">The shipment, or null.</param>
internal sealed record EntryView(
    string EntryId, string FacilityId, string VaccineId, string? LotNumber, string From, string To, long Doses,
    [ValuesOf(typeof(EntryKind))] string Kind,
    DateTimeOffset OccurredAt, DateTimeOffset RecordedAt, string RecordedBy, string Cause, string? Reason,
    [ValuesOf(typeof(WastageKind))] string? WastageKind,
    string? Reverses, string? ShipmentId)
{
    public static EntryView Of(LedgerEntry entry) => new(
        entry.EntryId, entry.FacilityId, entry.VaccineId, entry.LotNumber, entry.From, entry.To, entry.Doses,
        entry.Kind.ToString().ToLowerInvariant(), entry.OccurredAt.ToUniversalTime(), entry.RecordedAt, entry.RecordedBy, entry.Cause,
        entry.Reason, entry.WastageKind, entry.Reverses, entry.ShipmentId);
}

/// <summary>Entries of the ledger by facility, in the order in which they were recorded.</summary>
internal static class ListEntries
{
    private const int PageDocumentsMax = 500;

    public static void Map(RouteGroupBuilder ledger) => ledger.MapGet("/entries", Handle)
        .WithName("ListEntries").Needs(Right.StockRead).IsDear()
            .WithSummary("Ledger entries by facility, in the order of recording, of a place with all below it, or that place only; from "
                + "and to are days of occurrence, both included.")
        .Produces<Page<EntryView>>();

    internal static async Task<IResult> Handle(
        InventoryStore store, Places places, Caller caller, CancellationToken cancel,
        string? facilityId = null, bool? only = null, string? vaccineId = null, string? lotNumber = null, DateOnly? from = null,
        DateOnly? to = null, string? after = null, int? limit = null)
    {
        lotNumber = lotNumber?.Trim(' ');
        if (Paging.Check(limit, out var items) is { } invalid) return invalid.ToResult();
        await places.CatchUp(store, cancel);
        var scope = PlaceScope.Of(places.Tree, facilityId, only, caller.ReachOf(Right.StockRead));
        var afterFacility = after is null ? null : EntryIds.FacilityOf(after);
        if (after is not null && (afterFacility is null || !scope.Contains(afterFacility)))
            return Refusal.Field("after", "must be the next of an earlier page").ToResult();
        var at = after is null ? (DocumentAddress?)null : new DocumentAddress(afterFacility!, after);
        var found = new List<EntryView>();
        for (var looked = 0; ;)
        {
            var (page, next) = await scope.Read(store, Names.Entries, at, PageDocumentsMax, cancel);
            foreach (var document in page)
            {
                var entry = document.As<LedgerEntry>();
                if ((vaccineId is not null && entry.VaccineId != vaccineId) || (lotNumber is not null && entry.LotNumber != lotNumber)
                    || entry.Day < from || entry.Day > to) continue;
                found.Add(EntryView.Of(entry));
                if (found.Count == items) return Results.Ok(new Page<EntryView>(found, document.Id));
            }

            if (next is not { } end) return Results.Ok(new Page<EntryView>(found, null));
            (at, looked) = (end, looked + PageDocumentsMax);
            if (looked >= Paging.DocumentsMax)
                return Results.Ok(new Page<EntryView>(found, end.Id == PlaceScope.End ? EntryIds.Last(end.Partition) : end.Id));
        }
    }
}
