using Distribution.Access.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Access.Features;

/// <summary>Hears from the gateways, and from nobody else, which access keys and shares were used.</summary>
internal static class HearUses
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(AccessUses.Path, Handle)
        .ExcludeFromDescription().Needs(Right.AccessRead);

    private static async Task<IResult> Handle(UsedAccess used, Caller caller, AccessStore store, CancellationToken cancel)
    {
        if (caller.Subject != Caller.Gateway.Subject) return Refusal.NoRight("Only a gateway says what was used.").ToResult();
        if (used.KeyIds.Count > AccessUses.TellMax || used.ShareIds.Count > AccessUses.TellMax)
            return Refusal.Field("body", $"has more than {AccessUses.TellMax} ids of a kind").ToResult();
        await store.TellUsed(used, cancel);
        return Results.NoContent();
    }
}
