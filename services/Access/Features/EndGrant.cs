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

/// <summary>Ends a grant before its time: within a second nobody has it.</summary>
internal static class EndGrant
{
    public static void Map(RouteGroupBuilder access) => access.MapPost("/grants/{grantId}/end", Handle)
        .WithName("EndGrant").WithSummary("Ends a grant at once, as when a person has other work.")
        .WithExample("""
            {"requestId": "end-2021-06-30", "reason": "has left the regional store"}
            """, ("grantId", "rossi-lazio"))
        .Needs(Right.AccessWrite)
        .Produces<GrantView>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string grantId, EndBody body, HttpContext http, AccessStore store, SecurityLog log, Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.RequireId(grantId, "grantId");
        errors.RequireReasoned(body.RequestId, body.Reason);
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();
        var committed = await store.Commit<GrantView>($"end-grant:{body.RequestId}", new { GrantId = grantId, Body = body }, async tx =>
        {
            if (await tx.Find<StoredGrant>(AccessStore.Grants, AccessStore.One, grantId) is not { } grant)
                return Refusal.NotFound("grant", grantId);
            if (grant.EndedAt is not null)
                return Refusal.Conflict($"The grant '{grantId}' was ended before, by {grant.EndedBy}: {grant.EndReason}");
            if (await Administrators.RefuseToEnd(tx, grant) is { } last) return last;
            var ended = grant with { EndedAt = tx.Now, EndedBy = caller.Subject, EndReason = body.Reason };
            await AccessStore.Put(tx, ended);
            return GrantView.Of(ended);
        }, cancel);
        if (committed is { Refusal: null, Repeated: false }) log.Tell(http, "grant ended", grantId);
        return committed.ToResult();
    }
}
