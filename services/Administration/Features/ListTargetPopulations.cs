using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>Lists target populations.</summary>
internal static class ListTargetPopulations
{
    public static void Map(RouteGroupBuilder routes) => routes.MapGet("", Handle)
        .WithName("ListTargetPopulations").Needs(Right.ReferenceRead)
        .WithSummary("Target populations, by vaccine, then place, year and dose number.")
        .Produces<Page<TargetPopulationView>>()
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string? facilityId, string? vaccineId, string? after, int? limit,
        AdministrationStore store, ReferenceData reference, Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var itemsMax = Paging.Limit(limit, errors);
        var cursor = after?.Split('|', 2) is [var afterVaccine, var afterId]
            ? new DocumentAddress(afterVaccine, afterId)
            : (DocumentAddress?)null;
        errors.Require(after is null || cursor is not null, "after", "must be what an earlier page gave as next");
        if (errors.ToRefusal() is { } refusal) return refusal.ToResult();

        var reach = caller.ReachOf(Right.ReferenceRead);
        // What is listed from memory is also what other instances have committed.
        if (facilityId is not null || !reach.IsEverywhere) await reference.CatchUp(store, cancel);
        if (facilityId is not null)
        {
            var seen = reference.Tree.IsIn(reach, facilityId) ? OfFacility(reference, facilityId, vaccineId) : [];
            return Results.Ok(new Page<TargetPopulationView>([.. seen.Select(TargetPopulationView.Of)], null));
        }

        if (!reach.IsEverywhere) return Results.Ok(OfPlaces(reference, reference.Tree.Within(reach), vaccineId, cursor, itemsMax));
        var page = vaccineId is null
            ? await store.ScanAll(Collections.TargetPopulations, cursor, itemsMax, cancel)
            : await store.Scan(Collections.TargetPopulations, vaccineId, cursor?.Id, itemsMax, cancel);
        var next = page.Count < itemsMax ? null : Next(page[^1].Partition, page[^1].Id);
        return Results.Ok(new Page<TargetPopulationView>(
            [.. page.Select(document => TargetPopulationView.Of(document.As<TargetPopulationDocument>()))], next));
    }

    private static string Next(string vaccineId, string id) => $"{vaccineId}|{id}";

    /// <summary>A page of those of some places, in the order of the whole list.</summary>
    private static Page<TargetPopulationView> OfPlaces(
        ReferenceData reference, IReadOnlyList<string> places, string? vaccineId, DocumentAddress? after, int itemsMax)
    {
        var page = places.SelectMany(place => OfFacility(reference, place, vaccineId))
            .Select(target => (At: new DocumentAddress(
                target.VaccineId, TargetPopulationDocument.Id(target.FacilityId, target.Target)), Target: target))
            .Where(each => after is not { } end || IsAfter(each.At, end))
            .OrderBy(each => each.At.Partition, StringComparer.Ordinal).ThenBy(each => each.At.Id, StringComparer.Ordinal)
            .Take(itemsMax).ToList();
        return new(
            [.. page.Select(each => TargetPopulationView.Of(each.Target))],
            page.Count < itemsMax ? null : Next(page[^1].At.Partition, page[^1].At.Id));

        static bool IsAfter(DocumentAddress at, DocumentAddress end) => string.CompareOrdinal(at.Partition, end.Partition) is var vaccine
            && (vaccine > 0 || (vaccine == 0 && string.CompareOrdinal(at.Id, end.Id) > 0));
    }

    /// <summary>Those of one place: one for each vaccine, year and dose number, at most.</summary>
    private static IEnumerable<TargetPopulationDocument> OfFacility(ReferenceData reference, string facilityId, string? vaccineId) =>
        reference.TargetPopulationsOf(facilityId)
            .Where(document => vaccineId is null || document.VaccineId == vaccineId)
            .OrderBy(document => document.VaccineId, StringComparer.Ordinal).ThenBy(document => document.Target.Year)
            .ThenBy(document => document.Target.DoseNumber, StringComparer.Ordinal);
}
