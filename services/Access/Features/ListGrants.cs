using Distribution.Access.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Access.Features;

/// <summary>What people have been granted: also what has ended.</summary>
internal static class ListGrants
{
    public static void Map(RouteGroupBuilder access) => access.MapGet("/grants", Handle)
        .WithName("ListGrants").WithSummary("Grants by id, those that have ended among them.")
        .Needs(Right.AccessRead)
        .Produces<Page<GrantView>>();

    private static Task<IResult> Handle(AccessStore store, CancellationToken cancel, string? after = null, int? limit = null) =>
        store.PageOf(
            AccessStore.Grants, AccessStore.One, after, limit, document => GrantView.Of(document.As<StoredGrant>()), cancel);
}
