using Distribution.Access.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Access.Features;

/// <summary>Tells the gateways which keys hold and what is shared, and hears from them which shares were used. They ask several times a
/// second, and mostly hear that nothing has changed.</summary>
internal static class TellKeys
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(AccessList.Path, Handle)
        .ExcludeFromDescription().Needs(Right.AccessRead);

    private static async Task<IResult> Handle(long? known, string? used, AccessStore store, CancellationToken cancel)
    {
        var usedShares = used?.Split(',') ?? [];
        if (usedShares.Length > ShareUses.TellMax) return Refusal.Field("used", $"are more than {ShareUses.TellMax}").ToResult();
        return await store.Newer(known, usedShares, cancel) is { } newer ? Results.Ok(newer) : Results.NoContent();
    }
}
