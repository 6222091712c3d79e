using Distribution.Contracts.Administration.V1;
using Distribution.Gateway.Coverage;
using Distribution.Gateway.Services;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Gateway.Reviews;

/// <summary>
/// Lists doses that were taken and that a person should look at: first what inventory finds, of lots, places and vaccines; then what
/// administration finds, of single doses beside the others of their recipients. That part is for who may see lines.
/// </summary>
internal static class ListReviews
{
    // How cursors of the second part begin: those of the first never hold the colon.
    private const string OfDoses = "doses:";

    // A page may be looked for on a thousand cards: it is dear where that is done, and holds nobody's place while it waits.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/administrations/reviews", Handle)
        .WithTags("Administrations").WithName("ListReviews").Needs(Right.StockRead)
        .WithSummary("Doses that were counted and that a person should look at: of an expired or recalled lot, at a closed place, before "
            + "the vaccine was introduced; and, for who may see lines, out of the order of the series, or of a number that the same "
            + "recipient was given before. Go on until next is null.")
        .Produces<Page<ReviewView>>().ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> Handle(
        string? facilityId, bool? only, string? country, string? vaccineId, string? after, int? limit, ServiceClient services,
        Caller caller)
    {
        if (Paging.Check(limit, out var items) is { } tooMany) return tooMany.ToResult();
        var mayReadLines = caller.May(Right.LinesRead);
        IReadOnlyList<ReviewView> found = [];
        if (after?.StartsWith(OfDoses, StringComparison.Ordinal) != true)
        {
            var stock = await Ask(ServiceNames.Inventory, "api/v1/inventory/reviews", after, items);
            if (stock.Refusal is { } refused) return refused.ToResult();
            if (stock.Value is not { } page) return Unavailable(stock.Service);
            if (page.Next is not null || !mayReadLines) return Results.Ok(page);
            if (page.Items.Count == items) return Results.Ok(page with { Next = OfDoses });
            (found, after) = (page.Items, OfDoses);
        }

        if (!mayReadLines) return Refusal.Field("after", "must be the next of an earlier page").ToResult();
        var from = after![OfDoses.Length..];
        var doses = await Ask(
            ServiceNames.Administration, "api/v1/administrations/dose-reviews", from.Length == 0 ? null : from, items - found.Count);
        if (doses.Refusal is { } wrong) return wrong.ToResult();
        if (doses.Value is { } rest)
            return Results.Ok(new Page<ReviewView>([.. found, .. rest.Items], rest.Next is { } next ? OfDoses + next : null));
        // The page after this one will say that something is missing.
        return found.Count == 0 ? Unavailable(doses.Service) : Results.Ok(new Page<ReviewView>(found, OfDoses));

        Task<Part<Page<ReviewView>>> Ask(string service, string path, string? begin, int count) =>
            services.Get<Page<ReviewView>>(caller, service, ServiceClient.Query(
                path, ("facilityId", facilityId), ("only", only is true ? "true" : null), ("country", country), ("vaccineId", vaccineId),
                ("after", begin), ("limit", $"{count}")), keep: false, Patience);
    }

    private static IResult Unavailable(string service) => CoverageQuery.Unavailable($"{service} does not answer. Try again.").ToResult();
}
