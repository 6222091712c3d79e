using System.ComponentModel.DataAnnotations;
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

/// <summary>A request with a reason.</summary>
internal sealed record ReasonBody([Required] string? RequestId, [Required] string? Reason);

/// <summary>That an entry was reversed, and by which.</summary>
internal sealed record Reversed(string EntryId, string ReversedBy);

/// <summary>Takes an entry back by another that moves the same doses the other way.</summary>
internal static class ReverseEntry
{
    public static void Map(RouteGroupBuilder ledger) => ledger.MapPost("/entries/{entryId}/reverse", Handle)
        .WithName("ReverseEntry").Needs(Right.StockReverse).WithSummary("Takes back an adjustment, wastage, count or quarantine entry.")
        .WithExample("""
            {"requestId": "reversal-2021-05-05", "reason": "the vial had been counted twice"}
            """, ("entryId", "IT-LAZ-0101.0190c2a47f6e7b3c9a513f6f0a9d2c11"))
        .Produces<StockAnswer>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static async Task<IResult> Handle(
        string entryId, ReasonBody body, InventoryStore store, Places places, Caller caller, CancellationToken cancel)
    {
        if (new FieldErrors().RequireReasoned(body.RequestId, body.Reason).ToRefusal() is { } invalid) return invalid.ToResult();
        if (EntryIds.FacilityOf(entryId) is not { } facilityId) return Refusal.NotFound("ledger entry", entryId).ToResult();
        if (await places.RefuseAt(
            caller, Right.StockReverse, facilityId, store, cancel, Refusal.NotFound("ledger entry", entryId)) is { } hidden)
            return hidden.ToResult();
        var cause = $"reverse:{body.RequestId}";
        var committed = await store.Commit<StockAnswer>(cause, new { EntryId = entryId, Body = body }, async tx =>
        {
            tx.Concerns(facilityId);
            if (await tx.Find<LedgerEntry>(Names.Entries, facilityId, entryId) is not { } entry)
                return Refusal.NotFound("ledger entry", entryId);
            if (await tx.Find<Reversed>(Names.Reversals, facilityId, Reversal(entry)) is { } before)
                return Refusal.Conflict($"{entryId} was reversed before, by {before.ReversedBy}.");
            if (Remedy(entry.Kind) is { } remedy) return Refusal.Conflict($"{entryId} cannot be reversed: {remedy}");

            var change = new LedgerChange(tx, places, cause, caller.Subject);
            var work = await change.Card(facilityId, entry.VaccineId);
            var note = new EntryNote(EntryKind.Reversal, new FactTime(entry.OccurredAt))
            {
                Reason = body.Reason,
                Reverses = entryId,
                WastageKind = entry.WastageKind,
            };
            if (entry.CountId is not null) await Uncount(tx, work, entry, note);
            else if (await TakeBack(change, work, entry, note) is { } refusal) return refusal;
            var reversals = (await change.Finish()).Where(made => made.Kind == EntryKind.Reversal).Select(made => made.EntryId).ToList();
            await tx.Put(Names.Reversals, facilityId, Reversal(entry), new Reversed(entryId, reversals[0]));
            return new StockAnswer(body.RequestId!, reversals);
        }, cancel);
        return committed.ToResult();
    }

    /// <summary>Under what a reversal is kept: all entries of a line of a count are taken back together.</summary>
    private static string Reversal(LedgerEntry entry) => entry.CountId ?? entry.EntryId;

    private static async ValueTask Uncount(ITransaction tx, CardWork work, LedgerEntry entry, EntryNote note)
    {
        var pair = Names.Pair(work.Card.FacilityId, work.Card.VaccineId);
        var stored = await tx.Find<StoredCount>(Names.CardCounts, pair, entry.CountId!)
            ?? throw new InvalidOperationException($"the count of {entry.EntryId} is not there");
        work.Remove(stored.Count, note);
    }

    private static async ValueTask<Refusal?> TakeBack(LedgerChange change, CardWork work, LedgerEntry entry, EntryNote note)
    {
        Account from = Account.Parse(entry.From, work.Path), to = Account.Parse(entry.To, work.Path);
        var lot = await change.Lot(work, entry.LotNumber ?? "");
        var apart = (from.Kind == AccountKind.Quarantined ? entry.Doses : 0) - (to.Kind == AccountKind.Quarantined ? entry.Doses : 0);
        if (lot.Quarantined + apart < 0)
            return Refusal.Conflict(
                $"{entry.EntryId} cannot be reversed: only {lot.Quarantined} of its {entry.Doses} doses are still in quarantine.");
        lot.Quarantined += apart;
        if (apart != 0) work.SetApart.Add((note.At.Day, lot.Lot, apart));
        if (apart < 0 && await StockLines.CheckSetApart(change, work, lot, entry.EntryId) is { } negative) return negative;
        var back = from.Kind == AccountKind.OnHand ? entry.Doses : -entry.Doses;
        work.Add(note.At.Day, StockRow.Firm(note.At, lot.Lot, back));
        if (back < 0 && await StockLines.CheckEnough(change, work, lot, -back, "entry") is not null)
        {
            return Refusal.Conflict($"{entry.EntryId} cannot be reversed: its doses are no longer on hand of {work.Card.VaccineId} "
                + $"{StockLines.Name(lot.Lot)}. Count the stock instead.");
        }

        change.Post(work.Card.FacilityId, entry.VaccineId, lot.Lot, to, from, entry.Doses, note);
        return null;
    }

    private static string? Remedy(EntryKind kind) => kind switch
    {
        EntryKind.Adjustment or EntryKind.Wastage or EntryKind.Count or EntryKind.Quarantine or EntryKind.Release => null,
        EntryKind.Reversal => "it is itself a reversal. Record the original adjustment, wastage or count anew.",
        EntryKind.Dispatch or EntryKind.Receipt =>
            "it follows from a shipment. Mark the shipment as entered in error, or send the doses back with another one.",
        EntryKind.Administration => "it follows from reported doses. Retract the administration, or count the stock.",
        _ => "it follows from other facts. Correct those, or count the stock.",
    };
}
