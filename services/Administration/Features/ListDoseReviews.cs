using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>
/// Lists doses that were taken and that a person should look at, as far as the doses of their recipients tell: the second part of the
/// gateway's list. Who they are is told to nobody, nor what else they got.
/// </summary>
internal static class ListDoseReviews
{
    private const int ScanDocuments = 500;

    // Of each a line is looked up.
    private const int ScannedMax = 2_000;

    public static void Map(RouteGroupBuilder routes) => routes.MapGet("/dose-reviews", Handle)
        .WithName("ListDoseReviews").Needs(Right.LinesRead).IsDear().ExcludeFromDescription();

    private static async Task<IResult> Handle(
        string? facilityId, bool? only, string? country, string? vaccineId, string? after, int? limit,
        AdministrationStore store, ReferenceData reference, Caller caller, CancellationToken cancel)
    {
        if (Paging.Check(limit, out var itemsMax) is { } invalid) return invalid.ToResult();
        var cursor = Cursor(after);
        if (after is not null && cursor is null) return Refusal.Field("after", "must be the next of an earlier page").ToResult();
        await reference.CatchUp(store, cancel);
        var scope = PlaceScope.Of(reference.Tree, facilityId, only, caller.ReachOf(Right.LinesRead));
        if (cursor is { } at && !scope.Contains(at.Partition)) return Refusal.Field("after", "is of another facility").ToResult();

        var items = new List<ReviewView>();
        for (var scanned = 0; scanned < ScannedMax; scanned += ScanDocuments)
        {
            var (page, next) = await scope.Read(store, Collections.Reviews, cursor, ScanDocuments, cancel);
            foreach (var document in page)
            {
                cursor = new DocumentAddress(document.Partition, document.Id);
                if (country is not null && reference.Tree.Find(document.Partition)?.Country != country) continue;
                if (await View(store, ReviewedDose.At(document.Id), vaccineId, cancel) is not { } view) continue;
                items.Add(view);
                if (items.Count == itemsMax) return Results.Ok(new Page<ReviewView>(items, Text(cursor.Value)));
            }

            if (next is null) return Results.Ok(new Page<ReviewView>(items, null));
            cursor = next;
        }

        return Results.Ok(new Page<ReviewView>(items, Text(cursor!.Value)));
    }

    /// <summary>What is told of a dose; null where it is of another vaccine, or was taken back meanwhile.</summary>
    private static async ValueTask<ReviewView?> View(
        AdministrationStore store, ReviewedDose reviewed, string? vaccineId, CancellationToken cancel)
    {
        var id = LineId.Parse(reviewed.DoseId)!.Value;
        var dose = DoseRecord.Read((await store.FindKey(id.Space, id.Key, cancel))!.Value.Span);
        return dose.State == DoseState.Counted && (vaccineId is null || dose.Sum.VaccineId == vaccineId)
            ? new(dose.Sum.FacilityId, dose.Sum.VaccineId, dose.Sum.LotNumber, dose.Sum.OccurredOn, dose.Sum.Doses, reviewed.Why, null,
                reviewed.DoseId)
            : null;
    }

    private static string Text(DocumentAddress at) => $"{at.Partition}|{at.Id}";

    private static DocumentAddress? Cursor(string? after) =>
        after?.Split('|', 2) is [var facility, var id] ? new DocumentAddress(facility, id) : null;
}
