using System.ComponentModel.DataAnnotations;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>Lists what a facility reported for a day: its doses, then its tally lines, whatever became of them.</summary>
internal static class ListAdministrations
{
    public static void Map(RouteGroupBuilder routes) => routes.MapGet("", Handle)
        .WithName("ListAdministrations").Needs(Right.LinesRead).IsDear()
        .WithSummary("The doses and tally lines of a facility and a day, in the order in which they came. Go on until next is null.")
        .Produces<Page<AdministrationView>>()
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        [Required] string? facilityId, [Required] DateOnly? occurredOn, string? after, int? limit,
        AdministrationStore store, ReferenceData reference, Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var itemsMax = Paging.Limit(limit, errors);
        errors.Require(!string.IsNullOrEmpty(facilityId), "facilityId", "say which facility");
        errors.Require(occurredOn is not null, "occurredOn", "say which day, as yyyy-MM-dd");
        var cursor = (after ?? $"{LineId.Doses}:").Split(':', 2);
        errors.Require(cursor is [LineId.Doses or LineId.Tallies, _], "after", "must be what an earlier page gave as next");
        if (errors.ToRefusal() is { } refusal) return refusal.ToResult();

        var reach = caller.ReachOf(Right.LinesRead);
        await reference.CatchUp(reach, store, cancel);
        if (!reference.Tree.IsIn(reach, facilityId!)) return Results.Ok(new Page<AdministrationView>([], null));
        var label = LineId.Label(facilityId!, occurredOn!.Value);
        var items = new List<AdministrationView>();
        try
        {
            for (var (space, from) = (cursor[0], cursor[1]); ; (space, from) = (LineId.Tallies, ""))
            {
                var page = await store.KeysLabelled(space, label, from.Length == 0 ? null : from, itemsMax - items.Count, cancel);
                foreach (var key in page.Keys.Where(key => DoseRecord.StateOf(key.Value.Span) != DoseState.Awaited))
                    items.Add(await GetAdministration.View(store, LineId.OfKey(space, key.Key), key.Value, cancel));
                if (page.Next is not null) return Results.Ok(new Page<AdministrationView>(items, $"{space}:{page.Next}"));
                if (space == LineId.Tallies) return Results.Ok(new Page<AdministrationView>(items, null));
                if (items.Count == itemsMax) return Results.Ok(new Page<AdministrationView>(items, $"{LineId.Tallies}:"));
            }
        }
        catch (FormatException)
        {
            return Refusal.Field("after", "must be what an earlier page gave as next").ToResult();
        }
    }
}
