using Distribution.Inventory.Domain;
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

/// <summary>The lots of a vaccine by number.</summary>
internal static class ListLots
{
    public static void Map(RouteGroupBuilder vaccines) => vaccines.MapGet("/{vaccineId}/lots", Handle)
        .WithName("ListLots").Needs(Right.ReferenceRead).WithSummary("The known lots of a vaccine by number.").Produces<Page<LotView>>()
        .ProducesProblem(StatusCodes.Status404NotFound);

    internal static async Task<IResult> Handle(
        string vaccineId, InventoryStore store, CancellationToken cancel,
        string? after = null, int? limit = null)
    {
        if (Paging.Check(limit, out var items) is { } invalid) return invalid.ToResult();
        if (await store.Find(Names.Vaccines, Names.One, vaccineId, cancel) is null)
            return Refusal.NotFound("vaccine", vaccineId).ToResult();
        var page = await store.Scan(Names.Lots, vaccineId, after, items, cancel);
        return Results.Ok(new Page<LotView>(
            [.. page.Select(document => LotView.Of(document.As<Lot>(), document.Version))], page.Count == items ? page[^1].Id : null));
    }
}
