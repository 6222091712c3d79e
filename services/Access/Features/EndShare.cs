using Distribution.Access.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Access.Features;

/// <summary>Ends a share: within a second the ally sees nothing through it, also in open streams.</summary>
internal static class EndShare
{
    public static void Map(RouteGroupBuilder shares) => shares.MapPost("/{shareId}/end", Handle)
        .WithName("EndShare")
        .WithSummary("Ends a share at once. Its owner alone can; it cannot be taken up again, and the ally reads the reason.")
        .WithExample("""
            {"requestId": "end-it-si-2021", "reason": "the joint campaign is over"}
            """, ("shareId", "it-si-2021"))
        .Needs(Right.ShareWrite)
        .Produces<ShareView>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string shareId, EndBody body, HttpContext http, AccessStore store, SecurityLog log, Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.RequireId(shareId, "shareId");
        errors.RequireReasoned(body.RequestId, body.Reason);
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();
        // Before the commit, for a repeat gets its first answer unasked.
        if (await store.Find<StoredShare>(AccessStore.Shares, AccessStore.One, shareId, cancel) is not { } found
            || !ListShares.IsSeenBy(caller, found))
            return Refusal.NotFound("share", shareId).ToResult();
        if (!caller.ReachOf(Right.ShareWrite).Covers([found.Owner])) return caller.Lacks(Right.ShareWrite, found.Owner).ToResult();
        var lastUse = await store.LastUse(shareId, cancel);
        // A request's id is one for the country that it is of.
        var committed = await store.Commit<ShareView>($"end-share:{shareId}:{body.RequestId}", body, async tx =>
        {
            var share = (await tx.Find<StoredShare>(AccessStore.Shares, AccessStore.One, shareId))!;
            if (share.EndedAt is not null)
                return Refusal.Conflict($"The share '{shareId}' was ended before, by {share.EndedBy}: {share.EndReason}");
            var ended = share with { EndedAt = tx.Now, EndedBy = caller.Subject, EndReason = body.Reason };
            await AccessStore.Put(tx, ended);
            return ShareView.Of(ended, lastUse);
        }, cancel);
        if (committed is { Refusal: null, Repeated: false }) log.Tell(http, "share ended", shareId);
        return committed.ToResult();
    }
}
