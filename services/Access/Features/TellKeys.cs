using Distribution.Access.Store;
using Distribution.Platform.Identity;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Access.Features;

/// <summary>Tells the gateways which keys and grants hold, and what is shared. They ask several times a second, and mostly hear that
/// nothing has changed.</summary>
internal static class TellKeys
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(AccessList.Path, Handle)
        .ExcludeFromDescription().Needs(Right.AccessRead);

    private static async Task<IResult> Handle(long? known, AccessStore store, CancellationToken cancel) =>
        await store.Newer(known, cancel) is { } newer ? Results.Ok(newer) : Results.NoContent();
}
