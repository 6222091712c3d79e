using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Http;

namespace Distribution.Inventory.Features;

/// <summary>Doses of one vaccine and lot; without a lot number, of the stock that has none.</summary>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">The lot; left out for stock that was received without a lot number.</param>
/// <param name="Doses">Doses, up to 1,000,000,000. Of an adjustment below 0 for doses that are gone, and not 0; of a count 0 or more; else
/// at least 1.</param>
internal sealed record StockLine(
    [Required] string? VaccineId, [property: JsonConverter(typeof(LotNumberText))] string? LotNumber, [Required] long? Doses);

/// <summary>A command about a facility's stock.</summary>
/// <param name="RequestId">The caller's id of this request: a repeat of it gets the first answer.</param>
/// <param name="FacilityId">The facility that has the stock.</param>
/// <param name="OccurredAt">When it happened, in UTC such as <c>2021-01-31T08:00:00Z</c>: from 1900 on and not in the future.</param>
/// <param name="Reason">Why, in a person's words, 1 to 500 characters.</param>
/// <param name="Lines">1 to 1,000 lines, no two of the same vaccine and lot.</param>
/// <param name="Kind">Of wastage: what the vials were, one that had been opened or one that had not.</param>
internal sealed record StockRequest(
    [Required] string? RequestId, [Required] string? FacilityId,
    [Required][property: JsonConverter(typeof(UtcInstant))] DateTimeOffset? OccurredAt, [Required] string? Reason,
    [Required] IReadOnlyList<StockLine?>? Lines, [ValuesOf(typeof(WastageKind))] string? Kind = null);

/// <summary>What a command did; a repeat gets the same answer.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Entries">The entries that it made, by which it can be reversed.</param>
internal sealed record StockAnswer(string RequestId, IReadOnlyList<string> Entries);

/// <summary>What the commands about stock share: the checks, and the commit of all lines or none.</summary>
internal static class StockLines
{
    /// <summary>Applies one line to a card: a refusal when it cannot be.</summary>
    public delegate Refusal? Apply(LedgerChange change, CardWork work, LotStock lot, long doses, EntryNote note, string field);

    /// <summary>Checks a request and commits it.</summary>
    /// <param name="store">The store.</param>
    /// <param name="places">The reference data.</param>
    /// <param name="request">The request.</param>
    /// <param name="kind">What kind of entries it makes.</param>
    /// <param name="dosesMin">The fewest doses of a line; below 0 for signed doses, of which 0 is none.</param>
    /// <param name="apply">What a line does.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static async Task<IResult> Run(
        InventoryStore store, Places places, StockRequest request, EntryKind kind, long dosesMin, Apply apply, TimeProvider clock,
        Caller caller, CancellationToken cancel)
    {
        if (Check(request, dosesMin, clock.GetUtcNow()) is { } invalid) return invalid.ToResult();
        var cause = $"{kind.ToString().ToLowerInvariant()}:{request.RequestId}";
        var committed = await store.Commit<StockAnswer>(
            cause, request, tx => Decide(tx, places, request, kind, apply, cause, caller), cancel);
        return committed.ToResult();
    }

    /// <summary>A refusal of taking more than there is, or null.</summary>
    public static Refusal? CheckAvailable(CardWork work, LotStock lot, long doses, string field)
    {
        var settlement = Settlement.Of(work.Card);
        var available = Allocation.Available(lot, settlement);
        if (doses <= available) return null;
        var others = work.Card.Lots.Where(other => other != lot && Allocation.Available(other, settlement) > 0).Take(5)
            .Select(other => $"{Name(other.Lot)}: {Allocation.Available(other, settlement)}").ToList();
        return Refusal.Conflict(
            $"{field}: {work.Card.FacilityId} has {available} doses of {work.Card.VaccineId} {Name(lot.Lot)} available " +
            $"({settlement.Of(lot.Lot).OnHand} on hand, {lot.Reserved} reserved), {doses} were requested." +
            (others.Count == 0 ? "" : $" Other stock: {string.Join(", ", others)}.") + " Correct the doses, or count the stock first.");
    }

    /// <summary>A lot by name, for people.</summary>
    public static string Name(string lot) => lot.Length == 0 ? "without a lot number" : $"lot {lot}";

    private static async ValueTask<Decision<StockAnswer>> Decide(
        ITransaction tx, Places places, StockRequest request, EntryKind kind, Apply apply, string cause, Caller caller)
    {
        var change = new LedgerChange(tx, places, cause, caller.Subject);
        if (!await change.Knows(Named.Facility(request.FacilityId!)))
            return Refusal.Field("facilityId", $"no facility has the id '{request.FacilityId}'");
        var note = new EntryNote(kind, request.OccurredAt!.Value) { Reason = request.Reason, WastageKind = request.Kind };
        var lines = new List<(CardWork Work, LotStock Lot, long Doses, string Field)>();
        for (var i = 0; i < request.Lines!.Count; i++)
        {
            var line = request.Lines[i]!;
            if (!await change.Knows(Named.Vaccine(line.VaccineId!)))
                return Refusal.Field($"lines[{i}].vaccineId", $"no vaccine has the id '{line.VaccineId}'");
            var work = await change.Card(request.FacilityId!, line.VaccineId!);
            // Stock that is there from before the rule can still be written off.
            if (line.LotNumber is { } named && !LotNumber.Is(named) && !work.Card.Lots.Any(known => known.Lot == named))
                return Refusal.Field($"lines[{i}].lotNumber", LotNumber.Rule);
            work.Happened(note.OccurredAt);
            lines.Add((work, await change.Lot(work, line.LotNumber ?? ""), line.Doses!.Value, $"lines[{i}]"));
        }

        // What a count sets on hand of a lot can only be drawn on by lots that come after it, so counting first expiry
        // first leaves every counted lot at what was counted.
        if (kind == EntryKind.Count) lines = [.. lines.OrderBy(line => line.Work.Card.Lots.IndexOf(line.Lot))];
        foreach (var (work, lot, doses, field) in lines)
        {
            if (apply(change, work, lot, doses, note, field) is { } refusal) return refusal;
        }

        var entries = await change.Finish();
        return new StockAnswer(request.RequestId!, [.. entries.Where(entry => entry.Kind == kind).Select(entry => entry.EntryId)]);
    }

    private static Refusal? Check(StockRequest request, long dosesMin, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        errors.RequireId(request.RequestId, "requestId");
        errors.RequireId(request.FacilityId, "facilityId");
        if (Limits.TimeProblem(request.OccurredAt, now) is { } badTime) errors.Add("occurredAt", badTime);
        if (Limits.ReasonProblem(request.Reason) is { } badReason) errors.Add("reason", badReason);
        errors.Require(request.Lines is { Count: >= 1 and <= Limits.LinesMax }, "lines", $"1 to {Limits.LinesMax} lines are required");
        var seen = new HashSet<(string?, string?)>();
        for (var i = 0; i < Math.Min(request.Lines?.Count ?? 0, Limits.LinesMax); i++)
        {
            var line = request.Lines![i];
            errors.RequireId(line?.VaccineId, $"lines[{i}].vaccineId");
            var doses = line?.Doses;
            errors.Require(doses >= dosesMin && doses <= Limits.DosesMax && (dosesMin >= 0 || doses != 0), $"lines[{i}].doses",
                dosesMin < 0
                    ? $"is required: −{Limits.DosesMax:N0} to {Limits.DosesMax:N0}, and not 0"
                    : $"is required: {dosesMin} to {Limits.DosesMax:N0}");
            errors.Require(seen.Add((line?.VaccineId, line?.LotNumber)), $"lines[{i}]",
                "names a vaccine and lot that an earlier line names: make one line of them");
        }

        return errors.ToRefusal();
    }
}
