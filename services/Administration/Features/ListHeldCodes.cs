using System.ComponentModel;
using Distribution.Administration.Held;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>Lines that name their vaccine by the same codes, none of which is any vaccine's yet.</summary>
/// <param name="Codes">The codes. Putting one of them into a vaccine's codes counts the lines.</param>
/// <param name="Lines">How many lines there are in the caller's places, up to 10,000.</param>
/// <param name="Contradiction">Why they wait though codes of them are those of vaccines; else null.</param>
internal sealed record HeldCodesView(IReadOnlyList<VaccineCode> Codes, long Lines, string? Contradiction);

/// <summary>Lists the codes that a person is to map, once each.</summary>
internal static class ListHeldCodes
{
    private const int PageDocumentsMax = 1_000;
    private const int LinesMax = 10_000;

    /// <summary>Codes looked at for one page at most.</summary>
    private const int LookedMax = 2_000;

    public static void Map(RouteGroupBuilder routes) => routes.MapGet("/held/codes", Handle)
        .WithName("ListHeldCodes").Needs(Right.LinesRead).IsDear()
        .WithSummary("The codes by which lines wait for a vaccine, with how many lines. Go on until next is null.")
        .Produces<Page<HeldCodesView>>()
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        [Description("The codes after which the page begins: next of the page before.")] string? after, int? limit,
        AdministrationStore store, ReferenceData reference, Caller caller, CancellationToken cancel)
    {
        if (Paging.Check(limit, out var items) is { } invalid) return invalid.ToResult();
        var reach = caller.ReachOf(Right.LinesRead);
        await reference.CatchUp(store, cancel);
        var found = new List<HeldCodesView>();
        var looked = 0;
        await foreach (var codes in HeldSettlement.WaitingCodes(store, after, cancel))
        {
            var lines = await LinesOf(codes);
            if (lines > 0)
                found.Add(new HeldCodesView(Domain.VaccineCodes.In(codes)!, lines, reference.MeantBy(codes).Contradiction));
            if (found.Count == items || ++looked == LookedMax) return Results.Ok(new Page<HeldCodesView>(found, codes));
        }

        return Results.Ok(new Page<HeldCodesView>(found, null));

        async ValueTask<long> LinesOf(string codes)
        {
            long lines = 0, seen = 0;
            for (string? last = null; seen < LinesMax;)
            {
                var page = await store.Scan(Collections.HeldMissing, MissingReference.Codes(codes), last, PageDocumentsMax, cancel);
                lines += reach.IsEverywhere
                    ? page.Count
                    : page.Count(line => reference.Tree.IsIn(reach, line.As<HeldPointer>().FacilityId));
                seen += page.Count;
                if (page.Count < PageDocumentsMax) break;
                last = page[^1].Id;
            }

            return lines;
        }
    }
}
