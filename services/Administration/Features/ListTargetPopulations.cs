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
        AdministrationStore store, ReferenceData reference, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var itemsMax = Paging.Limit(limit, errors);
        var cursor = after?.Split('|', 2) is [var afterVaccine, var afterId]
            ? new DocumentAddress(afterVaccine, afterId)
            : (DocumentAddress?)null;
        errors.Require(after is null || cursor is not null, "after", "must be what an earlier page gave as next");
        if (errors.ToRefusal() is { } refusal) return refusal.ToResult();

        if (facilityId is not null) return Results.Ok(new Page<TargetPopulationView>(OfFacility(reference, facilityId, vaccineId), null));
        var page = vaccineId is null
            ? await store.ScanAll(Collections.TargetPopulations, cursor, itemsMax, cancel)
            : await store.Scan(Collections.TargetPopulations, vaccineId, cursor?.Id, itemsMax, cancel);
        var next = page.Count < itemsMax ? null : $"{page[^1].Partition}|{page[^1].Id}";
        return Results.Ok(new Page<TargetPopulationView>(
            [.. page.Select(document => TargetPopulationView.Of(document.As<TargetPopulationDocument>()))], next));
    }

    /// <summary>Those of one place: one for each vaccine, year and dose number, at most.</summary>
    private static List<TargetPopulationView> OfFacility(ReferenceData reference, string facilityId, string? vaccineId) =>
        [.. reference.TargetPopulationsOf(facilityId)
            .Where(document => vaccineId is null || document.VaccineId == vaccineId)
            .OrderBy(document => document.VaccineId, StringComparer.Ordinal).ThenBy(document => document.Target.Year)
            .ThenBy(document => document.Target.DoseNumber, StringComparer.Ordinal)
            .Select(TargetPopulationView.Of)];
}
