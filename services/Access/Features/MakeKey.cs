using System.ComponentModel.DataAnnotations;
using Distribution.Access.Domain;
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

/// <summary>An access key as it is asked for.</summary>
/// <param name="KeyId">The caller's id of it; never used again for another.</param>
/// <param name="Name">Whose it is: a device, a person, a system, 1 to 200 characters.</param>
/// <param name="Role">What its holder may do.</param>
/// <param name="PlaceId">Where it holds: a place's code, with all below it by the tree as it then is; the place need not be known yet. Null
/// for the whole system, which is to be said; access administrators and operators have no other.</param>
/// <param name="Rights">For the role <c>integration</c>: the rights that it is given. Others have those of their role.</param>
/// <param name="Until">When it ends: at most a year from now, which is also what holds where it is left out.</param>
internal sealed record KeyBody(
    [Required] string? KeyId, [Required] string? Name, [Required, ValuesOf(typeof(Role))] string? Role, Stated<string?>? PlaceId,
    IReadOnlyList<string?>? Rights, DateTimeOffset? Until);

/// <summary>Makes an access key. It is shown once; a repeat of the request shows all but the key.</summary>
internal static class MakeKey
{
    public static void Map(RouteGroupBuilder access) => access.MapPost("/keys", Handle)
        .WithName("MakeAccessKey")
        .WithSummary("Makes an access key for a device, a person or a system. The key is in this answer and never shown again.")
        .WithExample("""
            {"keyId": "warehouse-rome", "name": "Hub regionale, Roma: scanner", "role": "logistics", "placeId": "IT-LAZ"}
            """)
        .Needs(Right.AccessWrite)
        .Produces<KeyView>(StatusCodes.Status201Created).Produces<KeyView>()
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        KeyBody body, HttpContext http, AccessStore store, SecurityLog log, TimeProvider clock, Caller caller, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var given = new RoleTerms(body.Role, body.PlaceId is not null, body.PlaceId?.Value, body.Rights, body.Until);
        var errors = new FieldErrors();
        foreach (var (field, problem) in new KeyTerms(body.KeyId, body.Name, given).Problems(now)) errors.Add(field, problem);
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();
        if (Giving.Refuse(caller, given) is { } beyond) return beyond.ToResult();
        var key = AccessKey.New(body.KeyId!);
        var stored = new StoredKey(
            body.KeyId!, body.Name!.Trim(), body.Role!, given.Granted(), AccessKey.HashOf(key), now, given.End(now), caller.Subject,
            PlaceId: body.PlaceId?.Value);
        var committed = await store.Commit<KeyView>($"make-key:{body.KeyId}", body, async tx =>
        {
            if (await tx.Find(AccessStore.Keys, AccessStore.One, stored.KeyId) is not null)
                return Refusal.Conflict($"The keyId '{stored.KeyId}' is taken: choose another.");
            await AccessStore.Put(tx, stored);
            return KeyView.Of(stored, null);
        }, cancel);
        if (committed.Refusal is { } refusal) return refusal.ToResult();
        if (committed.Repeated) return Results.Ok(committed.Shown());
        log.Tell(http, "key made", stored.KeyId);
        return Results.Created($"/api/v1/access/keys/{stored.KeyId}", committed.Answer! with { Key = key });
    }
}
