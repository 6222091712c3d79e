using Distribution.Access.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Access.Features;

/// <summary>What the caller's countries share, and what is shared with them: also what has ended.</summary>
internal static class ListShares
{
    public static void Map(RouteGroupBuilder shares) => shares.MapGet("", Handle)
        .WithName("ListShares")
        .WithSummary("Shares by id, also those that have ended: what the caller's countries let allies see, and what they are let see.")
        .Needs(Right.CoverageRead)
        .Produces<Page<ShareView>>();

    private static async Task<IResult> Handle(
        AccessStore store, Caller caller, CancellationToken cancel, string? after = null, int? limit = null)
    {
        if (Paging.Check(limit, out var items) is { } invalid) return invalid.ToResult();
        var from = after is null ? (DocumentAddress?)null : new DocumentAddress(AccessStore.One, after);
        var seen = new List<ShareView>();
        await foreach (var document in store.All(AccessStore.Shares, from, cancel))
        {
            var share = document.As<StoredShare>();
            if (!IsSeenBy(caller, share)) continue;
            seen.Add(ShareView.Of(share, await store.LastUse(share.ShareId, cancel)));
            if (seen.Count == items) return Results.Ok(new Page<ShareView>(seen, share.ShareId));
        }

        return Results.Ok(new Page<ShareView>(seen, null));
    }

    /// <summary>Whether the caller sees the coverage of the whole of one of the two countries of a share.</summary>
    public static bool IsSeenBy(Caller caller, StoredShare share) =>
        caller.ReachOf(Right.CoverageRead) is var reach && (reach.Covers([share.Owner]) || reach.Covers([share.Ally]));
}
