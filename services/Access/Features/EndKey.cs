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

/// <summary>Ends an access key before its time: within a second nobody can use it.</summary>
internal static class EndKey
{
    public static void Map(RouteGroupBuilder access) => access.MapPost("/keys/{keyId}/end", Handle)
        .WithName("EndAccessKey").WithSummary("Ends an access key at once, as when a device is lost.")
        .WithExample("""
            {"requestId": "end-2021-05-07", "reason": "the scanner was lost"}
            """, ("keyId", "warehouse-rome"))
        .Needs(Right.AccessWrite)
        .Produces<KeyView>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string keyId, EndBody body, HttpContext http, AccessStore store, SecurityLog log, Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.RequireId(keyId, "keyId");
        errors.RequireReasoned(body.RequestId, body.Reason);
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();
        var lastUse = await store.LastUseOfKey(keyId, cancel);
        var committed = await store.Commit<KeyView>($"end-key:{body.RequestId}", new { KeyId = keyId, Body = body }, async tx =>
        {
            if (await tx.Find<StoredKey>(AccessStore.Keys, AccessStore.One, keyId) is not { } key)
                return Refusal.NotFound("access key", keyId);
            if (key.EndedAt is not null)
                return Refusal.Conflict($"The access key '{keyId}' was ended before, by {key.EndedBy}: {key.Reason}");
            if (await Administrators.RefuseToEnd(tx, key) is { } last) return last;
            var ended = key with { EndedAt = tx.Now, EndedBy = caller.Subject, Reason = body.Reason };
            await AccessStore.Put(tx, ended);
            return KeyView.Of(ended, lastUse);
        }, cancel);
        if (committed is { Refusal: null, Repeated: false }) log.Tell(http, "key ended", keyId);
        return committed.ToResult();
    }
}
