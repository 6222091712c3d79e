using Distribution.Access.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Access.Features;

/// <summary>Hears from the gateways, and from nobody else, which shares were used.</summary>
internal static class HearUsedShares
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(ShareUses.Path, Handle)
        .ExcludeFromDescription().Needs(Right.AccessRead);

    private static async Task<IResult> Handle(string[] shareIds, Caller caller, AccessStore store, CancellationToken cancel)
    {
        if (caller.Subject != Caller.Gateway.Subject) return Refusal.NoRight("Only a gateway says what was used.").ToResult();
        if (shareIds.Length > ShareUses.TellMax) return Refusal.Field("body", $"has more than {ShareUses.TellMax} ids").ToResult();
        await store.TellUsed(shareIds, cancel);
        return Results.NoContent();
    }
}
