using System.ComponentModel;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Registration;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
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
            .WithSummary("Vaccines by id, or the one that has a code.").Produces<Page<VaccineView>>();
        vaccines.MapGet("/{vaccineId}", HandleOne).WithName("GetVaccine").Needs(Right.ReferenceRead).WithSummary("One vaccine.")
            .Produces<VaccineView>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    internal static async Task<IResult> Handle(
        InventoryStore store, CancellationToken cancel,
        [Description("With code: only the vaccine that has this code. The code system, such as http://hl7.org/fhir/sid/cvx.")]
        string? system = null,
        [Description("With system: the code in it.")] string? code = null, string? after = null, int? limit = null)
    {
        if (system is null && code is null)
            return await store.PageOf(Names.Vaccines, Names.One, after, limit, document => document.As<StoredVaccine>().Vaccine, cancel);
        if (Coding.SystemProblem(system) is { } wrong) return Refusal.Field("system", wrong).ToResult();
        if (Coding.CodeProblem(code) is { } problem) return Refusal.Field("code", problem).ToResult();
        var known = await store.Find<OwnedCode>(Names.VaccineCodes, Names.One, Coding.Of(system!, code!).ToString(), cancel);
        var vaccine = known is null ? null : await store.Find<StoredVaccine>(Names.Vaccines, Names.One, known.Owner, cancel);
        return Results.Ok(new Page<VaccineView>(vaccine is null ? [] : [vaccine.Vaccine], null));
    }

    private static async Task<IResult> HandleOne(
        string vaccineId, InventoryStore store, CancellationToken cancel) =>
        await store.Find<StoredVaccine>(Names.Vaccines, Names.One, vaccineId, cancel) is { } vaccine
            ? Results.Ok(vaccine.Vaccine)
            : Refusal.NotFound("vaccine", vaccineId).ToResult();
}
