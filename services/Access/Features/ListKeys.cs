using Distribution.Access.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Access.Features;

/// <summary>Who has been given access, and to what: also what has ended.</summary>
internal static class ListKeys
{
    public static void Map(RouteGroupBuilder access) => access.MapGet("/keys", Handle)
        .WithName("ListAccessKeys").WithSummary("Access keys by id, those that have ended among them; never the keys themselves.")
        .Needs(Right.AccessRead)
        .Produces<Page<KeyView>>();

    private static async Task<IResult> Handle(AccessStore store, CancellationToken cancel, string? after = null, int? limit = null)
    {
        if (Paging.Check(limit, out var items) is { } invalid) return invalid.ToResult();
        var uses = await store.LastUsesOfKeys(after, items, cancel);
        return await store.PageOf(AccessStore.Keys, AccessStore.One, after, limit, document => KeyView.Of(
            document.As<StoredKey>(), uses.TryGetValue(document.Id, out var at) ? at : null), cancel);
    }
}
