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

    internal static Task<IResult> Handle(InventoryStore store, CancellationToken cancel, string? after = null, int? limit = null) =>
        store.PageOf(Names.Vaccines, Names.One, after, limit, document => document.As<StoredVaccine>().Vaccine, cancel);

    private static async Task<IResult> HandleOne(
        string vaccineId, InventoryStore store, CancellationToken cancel) =>
        await store.Find<StoredVaccine>(Names.Vaccines, Names.One, vaccineId, cancel) is { } vaccine
            ? Results.Ok(vaccine.Vaccine)
            : Refusal.NotFound("vaccine", vaccineId).ToResult();
}
