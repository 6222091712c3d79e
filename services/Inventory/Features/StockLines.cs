using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Distribution.Contracts;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Http;

namespace Distribution.Inventory.Features;

/// <summary>Doses of one vaccine and lot.</summary>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">The lot. Left out, a count is of all of the vaccine, whatever its lots; what is taken off or set apart goes
/// first expiry first; what is added has no lot number.</param>
/// <param name="Doses">Doses, up to 1,000,000,000. Of an adjustment below 0 for doses that are gone, and not 0; of a count 0 or more; else
/// at least 1.</param>
/// <param name="Found">Of a count or an adjustment: that a lot which was never known at the facility was found there.</param>
internal sealed record StockLine(
    [Required] string? VaccineId, [property: JsonConverter(typeof(LotNumberText))] string? LotNumber, [Required] long? Doses,
    bool? Found = null);

/// <summary>A command about a facility's stock.</summary>
/// <param name="RequestId">The caller's id of this request: a repeat of it gets the first answer.</param>
/// <param name="FacilityId">The facility that has the stock.</param>
/// <param name="OccurredAt">When it happened, such as <c>2021-01-31T08:00:00+02:00</c>: from 1900 on and not in the future. The day on
/// which it counts is that of this clock. Without an offset it is a time of the facility's zone.</param>
/// <param name="Reason">Why, in a person's words, 1 to 500 characters.</param>
/// <param name="Lines">1 to 1,000 lines, no two of the same vaccine and lot.</param>
/// <param name="Kind">Of wastage: what the vials were, one that had been opened or one that had not.</param>
/// <param name="Before">Of a count: counted before the doses of its day were given; else after them.</param>
internal sealed record StockRequest(
    [Required] string? RequestId, [Required] string? FacilityId,
    [Required] Moment? OccurredAt, [Required] string? Reason,
    [Required] IReadOnlyList<StockLine?>? Lines, [ValuesOf(typeof(WastageKind))] string? Kind = null,
    bool? Before = null);

/// <summary>A line of a count: what the books had, and what was found.</summary>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">The lot, or null when all of the vaccine was counted.</param>
/// <param name="Books">Doses that the books had at that moment; below 0 for doses given or sent beyond the known stock.</param>
/// <param name="Counted">Doses counted: what is on hand from then on.</param>
/// <param name="Difference">Counted less what the books had.</param>
/// <param name="Day">The day from which it holds.</param>
internal sealed record CountedLine(string VaccineId, string? LotNumber, long Books, long Counted, long Difference, DateOnly Day);

/// <summary>What a command did; a repeat gets the same answer.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Entries">The entries that it made, by which it can be reversed.</param>
/// <param name="Counts">Of a count: its lines, in their order; else null.</param>
internal sealed record StockAnswer(
    string RequestId, IReadOnlyList<string> Entries, IReadOnlyList<CountedLine>? Counts = null) : RepeatableAnswer;

/// <summary>What the commands about stock share: the checks, and the commit of all lines or none.</summary>
internal static class StockLines
{
    /// <summary>Applies one line, or the part of it that falls on one lot, to a card: a refusal when it cannot be.</summary>
    public delegate ValueTask<Refusal?> Apply(
        LedgerChange change, CardWork work, LotStock lot, long doses, EntryNote note, string field);

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
    /// <param name="isTry">Whether it is only said what would come of it, where it has not been done before.</param>
    public static async Task<IResult> Run(
        InventoryStore store, Places places, StockRequest request, EntryKind kind, long dosesMin, Apply apply, TimeProvider clock,
        Caller caller, CancellationToken cancel, bool isTry = false)
    {
        // First of all: what a time without an offset means tells where a place is.
        if (request.FacilityId is { } facilityId && Ids.IsId(facilityId)
            && await places.RefuseAt(caller, Right.StockWrite, facilityId, store, cancel) is { } hidden) return hidden.ToResult();
        // A time with an offset needs no zone: what else is known of the place is looked up where it is decided.
        if (request.OccurredAt is { Offset: null }) await places.CatchUp(store, cancel);
        var at = request.OccurredAt?.In(places.ZoneOf(request.FacilityId));
        if (Check(request, at, kind, dosesMin, clock.GetUtcNow()) is { } invalid) return invalid.ToResult();
        var cause = $"{kind.ToString().ToLowerInvariant()}:{request.RequestId}";
        if (isTry)
        {
            var (kept, tried) = await store.Try(cause, Decided, cancel);
            if (!kept.Repeated) return tried.Refusal is { } refused ? refused.ToResult() : TypedResults.Ok(tried.Answer);
        }

        var committed = await store.Commit<StockAnswer>(cause, request, Decided, cancel);
        return committed.ToResult();

        ValueTask<Decision<StockAnswer>> Decided(ITransaction tx) =>
            Decide(tx, places, request, new FactTime(at!.Value), kind, apply, cause, caller);
    }

    /// <summary>
    /// A refusal when what a command took makes some day's stock, as far as it is known, fall below zero, or takes what is promised to a
    /// shipment; else null.
    /// </summary>
    /// <param name="change">The change, with what the command took.</param>
    /// <param name="work">The card.</param>
    /// <param name="lot">The lot.</param>
    /// <param name="doses">The doses that were taken.</param>
    /// <param name="field">The line, for people.</param>
    public static async ValueTask<Refusal?> CheckEnough(LedgerChange change, CardWork work, LotStock lot, long doses, string field)
    {
        var settled = await change.Settled(work);
        long net = settled.End[lot.Lot], onHand = Math.Max(0, net);
        var first = settled.Changes.Where(day => day.OwedMore > 0).Select(day => (DayChange?)day).FirstOrDefault();
        var could = Math.Max(0, doses - settled.Changes.Select(day => day.OwedMore).DefaultIfEmpty().Max());
        if (first is null && (onHand >= lot.Reserved || onHand >= lot.OnHand)) return null;

        var what = $"{work.Card.VaccineId} {Name(lot.Lot)}";
        if (first is { } day && (day.Day < settled.Day || day.Day > work.From))
        {
            return Refusal.Conflict(
                $"{field}: at the end of {day.Day:yyyy-MM-dd} {work.Card.FacilityId} would have {day.OwedMore} doses of {what} fewer than "
                + $"none by what is known; {could} of the {doses} could go. Correct the doses or the day, or count the stock first.");
        }

        var available = Math.Max(0, net + doses - lot.Reserved);
        var others = work.Card.Lots.Where(other => other != lot && other.Available > 0).Take(5)
            .Select(other => $"{Name(other.Lot)}: {other.Available}").ToList();
        return Refusal.Conflict(
            $"{field}: {work.Card.FacilityId} has {available} doses of {what} available " +
            $"({Math.Max(0, net + doses)} on hand, {lot.Reserved} reserved), {doses} were requested." +
            (others.Count == 0 ? "" : $" Other stock: {string.Join(", ", others)}.") + " Correct the doses, or count the stock first.");
    }

    /// <summary>A refusal when less than nothing of a lot would be set apart on some day, by what is known; else null.</summary>
    public static async ValueTask<Refusal?> CheckSetApart(LedgerChange change, CardWork work, LotStock lot, string field)
    {
        var known = await change.Transaction.Counters(Names.CardApart, Names.Pair(work.Card.FacilityId, work.Card.VaccineId));
        var days = known.Where(sum => Names.Last(sum.Key) == lot.Lot).Select(sum => (Day: Names.Day(sum.Key), Doses: sum.Value))
            .Concat(work.SetApart.Where(apart => apart.Lot == lot.Lot).Select(apart => (apart.Day, apart.Doses)))
            .GroupBy(apart => apart.Day).OrderBy(day => day.Key);
        var sum = 0L;
        foreach (var day in days)
        {
            sum += day.Sum(apart => apart.Doses);
            if (sum >= 0) continue;
            return Refusal.Conflict($"{field}: at the end of {day.Key:yyyy-MM-dd} {work.Card.FacilityId} would have {-sum} doses of "
                + $"{work.Card.VaccineId} {Name(lot.Lot)} fewer than none in quarantine. Correct the doses or the day.");
        }

        return null;
    }

    /// <summary>A lot by name, for people.</summary>
    public static string Name(string lot) => lot.Length == 0 ? "without a lot number" : $"lot {lot}";

    private static async ValueTask<Decision<StockAnswer>> Decide(
        ITransaction tx, Places places, StockRequest request, FactTime at, EntryKind kind, Apply apply, string cause, Caller caller)
    {
        tx.Concerns(request.FacilityId!);
        var change = new LedgerChange(tx, places, cause, caller.Subject);
        if (!await change.Knows(Named.Facility(request.FacilityId!)))
            return Refusal.Field("facilityId", $"no facility has the id '{request.FacilityId}'");
        if (await change.TakenOverBy(request.FacilityId!) is { } other)
            return Refusal.Conflict($"facilityId: '{request.FacilityId}' was merged into '{other}', where its stock is: name '{other}'.");
        var note = new EntryNote(kind, at)
        {
            Reason = request.Reason,
            WastageKind = request.Kind,
        };
        var counted = new List<(CardWork Work, StockCount Count)>();
        for (var i = 0; i < request.Lines!.Count; i++)
        {
            var line = request.Lines[i]!;
            if (!await change.Knows(Named.Vaccine(line.VaccineId!)))
                return Refusal.Field($"lines[{i}].vaccineId", $"no vaccine has the id '{line.VaccineId}'");
            var work = await change.Card(request.FacilityId!, line.VaccineId!);
            // Stock that is there from before the rule can still be written off.
            if (line.LotNumber is { } named && !LotNumber.Is(named) && work.Card.Find(named) is null)
                return Refusal.Field($"lines[{i}].lotNumber", LotNumber.Rule);
            if (line.LotNumber is { } more && change.IsFull(work.Card) && work.Card.Find(more) is null)
            {
                return Refusal.Field($"lines[{i}].lotNumber", $"{request.FacilityId} has {work.Card.Lots.Count:N0} lots of "
                    + $"{line.VaccineId} already, the most that one place may have: is '{more}' the maker's lot number?");
            }

            if ((kind == EntryKind.Count || (kind == EntryKind.Adjustment && line.Doses > 0)) && Unknown(work.Card, line) is { } lots)
                return Refusal.Field($"lines[{i}].lotNumber", lots);
            foreach (var (lot, doses) in await ByLot(change, work, kind, line, at.Day))
            {
                if (await apply(change, work, lot, doses, note, $"lines[{i}]") is { } refusal) return refusal;
            }

            if (kind == EntryKind.Count) counted.Add((work, work.Recounts[^1].Count));
        }

        var found = kind == EntryKind.Count ? await Compare(change, counted, note.At.Day) : null;
        var entries = await change.Finish();
        return new StockAnswer(request.RequestId!, [.. entries.Where(entry => entry.Kind == kind).Select(entry => entry.EntryId)], found);
    }

    /// <summary>What the books had, line by line, when it was counted.</summary>
    private static async ValueTask<IReadOnlyList<CountedLine>> Compare(
        LedgerChange change, List<(CardWork Work, StockCount Count)> counted, DateOnly day)
    {
        var lines = new List<CountedLine>(counted.Count);
        foreach (var (work, count) in counted)
        {
            var off = (await change.Settled(work)).Changes.SelectMany(known => known.ToBook.Counted)
                .Where(line => line.Key.CountId == count.CountId && (count.Lot is null || line.Key.Lot == count.Lot))
                .Sum(line => line.Value);
            lines.Add(new CountedLine(work.Card.VaccineId, count.Lot, count.Doses + off, count.Doses, -off, day));
        }

        return lines;
    }

    /// <summary>What to say of a line that counts, or adds to, a lot which was never here, where others are; else null.</summary>
    private static string? Unknown(StockCard card, StockLine line)
    {
        if (line.LotNumber is null || line.Found is true || card.Find(line.LotNumber) is not null) return null;
        var known = card.Lots.Where(lot => lot.Lot.Length > 0 || lot.Net > 0).OrderByDescending(lot => lot.Net).Take(5).ToList();
        return known.Count == 0
            ? null
            : $"'{line.LotNumber}' was never at {card.FacilityId}, where there are "
                + $"{string.Join(", ", known.Select(lot => $"{lot.OnHand} {Name(lot.Lot)}"))}: "
                + "correct it, or say \"found\": true when it was found there";
    }

    /// <summary>A line by lot. One that takes doses off and leaves the lot open takes what expires first, as far as there is any.</summary>
    private static async ValueTask<IReadOnlyList<(LotStock Lot, long Doses)>> ByLot(
        LedgerChange change, CardWork work, EntryKind kind, StockLine line, DateOnly day)
    {
        var doses = line.Doses!.Value;
        var takes = kind is EntryKind.Wastage or EntryKind.Quarantine or EntryKind.Release || (kind == EntryKind.Adjustment && doses < 0);
        if (line.LotNumber is { } named) return [(await change.Lot(work, named), doses)];
        if (!takes || !work.Card.Lots.Any(lot => lot.Lot.Length > 0)) return [(await change.Lot(work, ""), doses)];

        var now = work.HasChanged ? (await change.Settled(work)).End : null;
        // Of a day gone by, what was there then and has not gone since.
        var since = day < work.Card.Day ? (await change.Table(work)).LeastFrom(day, work.Card.Terms) : null;
        var parts = new List<(LotStock Lot, long Doses)>();
        var left = Math.Abs(doses);
        foreach (var lot in work.Card.Lots)
        {
            var onHand = since?.GetValueOrDefault(lot.Lot) ?? now?.OnHand(lot.Lot) ?? lot.OnHand;
            var there = kind == EntryKind.Release ? lot.Quarantined : Math.Max(0, onHand - lot.Reserved);
            var part = Math.Min(left, there);
            if (part == 0) continue;
            parts.Add((lot, part * Math.Sign(doses)));
            left -= part;
        }

        if (left > 0) parts.Add((await change.Lot(work, ""), left * Math.Sign(doses)));
        return parts;
    }

    private static Refusal? Check(StockRequest request, DateTimeOffset? at, EntryKind kind, long dosesMin, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        errors.RequireId(request.RequestId, "requestId");
        errors.RequireId(request.FacilityId, "facilityId");
        if (Limits.TimeProblem(at, now) is { } badTime) errors.Add("occurredAt", badTime);
        if (Limits.ReasonProblem(request.Reason) is { } badReason) errors.Add("reason", badReason);
        errors.Require(request.Kind is null || kind == EntryKind.Wastage, "kind", "is for wastage alone");
        errors.Require(request.Before is null || kind == EntryKind.Count, "before", "is for counts alone");
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
            errors.Require(line?.Found is null || kind is EntryKind.Count or EntryKind.Adjustment, $"lines[{i}].found",
                "is for counts and adjustments alone");
            errors.Require(seen.Add((line?.VaccineId, line?.LotNumber)), $"lines[{i}]",
                "names a vaccine and lot that an earlier line names: make one line of them");
        }

        foreach (var vaccine in kind == EntryKind.Count ? seen.GroupBy(line => line.Item1).Where(lines => lines.Count() > 1) : [])
        {
            errors.Require(vaccine.All(line => line.Item2 is not null), "lines",
                $"count {vaccine.Key} by lot, or all of it by one line without a lot number, not both");
        }

        return errors.ToRefusal();
    }
}
