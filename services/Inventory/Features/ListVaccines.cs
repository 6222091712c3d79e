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

/// <summary>Vaccines by id, and one vaccine.</summary>
internal static class ListVaccines
{
    public static void Map(RouteGroupBuilder vaccines)
    {
        vaccines.MapGet("/", Handle).WithName("ListVaccines").Needs(Right.ReferenceRead)
            .WithSummary("Vaccines by id.").Produces<Page<VaccineView>>();
        vaccines.MapGet("/{vaccineId}", HandleOne).WithName("GetVaccine").Needs(Right.ReferenceRead).WithSummary("One vaccine.")
            .Produces<VaccineView>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    internal static async Task<IResult> Handle(
        InventoryStore store, CancellationToken cancel, string? after = null, int? limit = null)
    {
        if (Paging.Check(limit, out var items) is { } invalid) return invalid.ToResult();
        var page = await store.Scan(Names.Vaccines, Names.One, after, items, cancel);
        return Results.Ok(new Page<VaccineView>(
            [.. page.Select(document => document.As<StoredVaccine>().Vaccine)], page.Count == items ? page[^1].Id : null));
    }

    private static async Task<IResult> HandleOne(
        string vaccineId, InventoryStore store, CancellationToken cancel) =>
        await store.Find<StoredVaccine>(Names.Vaccines, Names.One, vaccineId, cancel) is { } vaccine
            ? Results.Ok(vaccine.Vaccine)
            : Refusal.NotFound("vaccine", vaccineId).ToResult();
}
