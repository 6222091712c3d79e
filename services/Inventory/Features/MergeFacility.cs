using System.ComponentModel.DataAnnotations;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Registration;
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

/// <summary>Into which facility another is merged.</summary>
/// <param name="RequestId">The caller's id of this request: a repeat of it gets the first answer.</param>
/// <param name="Into">The code of the facility that takes it over: of the same country, and not merged into another itself.</param>
internal sealed record MergeBody([Required] string? RequestId, [Required] string? Into);

/// <summary>That a facility was merged into another.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="FacilityId">The facility that is a part of the other now; its code goes on to be understood.</param>
/// <param name="MergedInto">The facility that took it over.</param>
/// <param name="MergedAt">The moment from which its stock is the other's, in UTC.</param>
/// <param name="Entries">The entries that carried its stock over, one on each side.</param>
internal sealed record MergeAnswer(
    string RequestId, string FacilityId, string MergedInto, DateTimeOffset MergedAt, IReadOnlyList<string> Entries) : RepeatableAnswer;

/// <summary>
/// Merges a facility into another: it becomes a part of it, with all that was ever counted there, and its stock is on the other's shelf
/// from now on.
/// </summary>
internal static class MergeFacility
{
    private const string Level = "facility";
    private const int PageCardsMax = 100;

    public static void Map(RouteGroupBuilder facilities) => facilities.MapPost("/{facilityId}/merge", Handle)
        .WithName("MergeFacility").Needs(Right.ReferenceWrite).WithSummary(
            "Merges a facility into another: its history, stock and target populations count there, and its code goes on to be understood.")
        .WithExample("""
            {"requestId": "merge-2021-06-30", "into": "IT-LAZ-0101"}
            """, ("facilityId", "IT-LAZ-0100"))
        .Produces<MergeAnswer>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static async Task<IResult> Handle(
        string facilityId, MergeBody body, InventoryStore store, Places places, Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.RequireId(facilityId, "facilityId");
        errors.RequireId(body.RequestId, "requestId");
        errors.RequireId(body.Into, "into");
        errors.Require(body.Into != facilityId, "into", "is the facility itself: name the one that takes it over");
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();

        await places.CatchUp(store, cancel);
        if ((caller.RefuseAt(Right.ReferenceWrite, places.Tree, facilityId)
            ?? caller.RefuseAt(Right.ReferenceWrite, places.Tree, body.Into!, NoInto(body.Into!))) is { } hidden) return hidden.ToResult();
        var cause = $"merge:{body.RequestId}";
        var committed = await store.Commit<MergeAnswer>(
            cause, new { FacilityId = facilityId, body.Into }, tx => Decide(tx, places, facilityId, body, cause, caller), cancel);
        await places.CatchUp(store, cancel);
        return committed.ToResult();
    }

    private static async ValueTask<Decision<MergeAnswer>> Decide(
        ITransaction tx, Places places, string facilityId, MergeBody body, string cause, Caller caller)
    {
        var into = body.Into!;
        tx.Concerns(facilityId);
        tx.Concerns(into);
        if (await tx.Find<Facility>(Names.Facilities, Names.One, facilityId) is not { } facility)
            return Refusal.NotFound("facility", facilityId);
        if (await tx.Find<Facility>(Names.Facilities, Names.One, into) is not { } other)
            return NoInto(into);
        if (Check(facility, other) is { } refusal) return refusal;
        var cards = await Cards(tx, facilityId);
        if (Reserved(cards) is { } reserved) return reserved;

        await Reparenting.Move(tx, await places.TreeIn(tx), facilityId, into);
        var tables = new List<CardTable>();
        foreach (var card in cards) tables.Add(await places.Tables.Load(tx, card, card.Stamp));
        var at = Merging.MomentAfter(TimeZoneInfo.ConvertTime(tx.Now, places.ZoneOf(into)), tables);
        facility = facility with
        {
            ParentId = into,
            MergedInto = into,
            MergedAt = at.OccurredAt,
            RecordedAt = tx.Now,
            RecordedBy = caller.Subject,
        };
        var version = await tx.Put(Names.Facilities, Names.One, facilityId, facility);
        await StoredTree.Changed(tx, facility.ToPlace(version));
        tx.Publish(facility.ToEvent(version), $"facility:{facilityId}");

        // What is on its cards goes on to the other's with any change of them.
        var change = new LedgerChange(tx, places, cause, caller.Subject);
        foreach (var card in cards) await change.Card(facilityId, card.VaccineId);
        var entries = (await change.Finish()).Where(entry => entry.Kind == EntryKind.Merge).Select(entry => entry.EntryId);
        return new MergeAnswer(body.RequestId!, facilityId, into, at.OccurredAt.ToUniversalTime(), [.. entries]);
    }

    private static Refusal NoInto(string into) => Refusal.Field("into", $"no facility has the id '{into}': send it first");

    private static Refusal? Check(Facility facility, Facility into)
    {
        var (id, other) = (facility.FacilityId, into.FacilityId);
        if (facility.MergedInto is { } before)
            return Refusal.Conflict($"facilityId: '{id}' was merged into '{before}' before, which cannot be undone: merge '{before}'.");
        if (into.MergedInto is { } beyond) return Refusal.Conflict($"into: '{other}' was merged into '{beyond}': name '{beyond}'.");
        if (facility.Level != Level) return Refusal.Field("facilityId", $"'{id}' is a {facility.Level}: only facilities are merged");
        if (into.Level != Level) return Refusal.Field("into", $"'{other}' is a {into.Level}: name a facility");
        return facility.Country == into.Country ? null
            : Refusal.Field("into", $"'{other}' lies in {into.Country}, '{id}' in {facility.Country}: name a facility of the same country");
    }

    private static Refusal? Reserved(IReadOnlyList<StockCard> cards)
    {
        var reserved = cards.SelectMany(card => card.Lots.Where(lot => lot.Reserved != 0)
            .Select(lot => $"{lot.Reserved} doses of {card.VaccineId} {StockLines.Name(lot.Lot)}")).ToList();
        return reserved.Count == 0 ? null : Refusal.Conflict(
            $"facilityId: '{cards[0].FacilityId}' has stock that is promised to shipments and has not left yet "
            + $"({string.Join(", ", reserved.Take(5))}): dispatch or cancel these shipments first.");
    }

    private static async ValueTask<IReadOnlyList<StockCard>> Cards(ITransaction tx, string facilityId)
    {
        var cards = new List<StockCard>();
        for (string? after = null; ;)
        {
            var page = await tx.Scan(Names.Cards, facilityId, after, PageCardsMax);
            cards.AddRange(page.Select(document => document.As<StockCard>()));
            if (page.Count < PageCardsMax) return cards;
            after = page[^1].Id;
        }
    }
}
