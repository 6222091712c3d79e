using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Distribution.Access.Domain;
using Distribution.Access.Store;
using Distribution.Contracts;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Access.Features;

/// <summary>A grant as it is asked for.</summary>
/// <param name="Caller">Who gets it: a person as <c>ISSUER|SUBJECT</c>, or all of a group as <c>group:ISSUER|NAME</c>, where the issuer is
/// written as its tokens say it. Neither need have signed in before.</param>
/// <param name="Role">What they may do.</param>
/// <param name="PlaceId">Where: a place's code, with all below it by the tree as it then is; the place need not be known yet. Null for the
/// whole system, which is to be said; access administrators and operators have no other.</param>
/// <param name="Rights">For the role <c>integration</c>: the rights that are given. Others have those of their role.</param>
/// <param name="From">From when it holds; from now where it is left out, or has passed.</param>
/// <param name="Until">When it ends: at most a year after it begins, which is also what holds where it is left out.</param>
/// <param name="Reason">Why it is given, 1 to 500 characters.</param>
internal sealed record GrantBody(
    [Required] string? Caller, [Required, ValuesOf(typeof(Role))] string? Role, Stated<string?>? PlaceId, IReadOnlyList<string?>? Rights,
    DateTimeOffset? From, DateTimeOffset? Until, [Required] string? Reason);

/// <summary>
/// Gives people whom a provider signs in a role at a place. A grant is never changed, and one that was ended stays so: another has an id of
/// its own.
/// </summary>
internal static class PutGrant
{
    public static void Map(RouteGroupBuilder access) => access.MapPut("/grants/{grantId}", Handle)
        .WithName("PutGrant")
        .WithSummary("Gives a person, or all of a group, whom a provider signs in a role at a place. It holds within a second.")
        .WithExample("""
            {"caller": "https://login.example.org|4711", "role": "logistics", "placeId": "IT-LAZ",
             "reason": "Runs the regional store, ticket 812"}
            """, ("grantId", "rossi-lazio"))
        .Needs(Right.AccessWrite)
        .Produces<GrantView>(StatusCodes.Status201Created).Produces<GrantView>()
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string grantId, GrantBody body, HttpContext http, AccessStore store, SecurityLog log, Caller caller, CancellationToken cancel)
    {
        if (!Ids.IsId(grantId)) return Refusal.Field("grantId", Ids.Rule).ToResult();
        var terms = new GrantTerms(
            body.Caller, body.From, body.Reason,
            new RoleTerms(body.Role, body.PlaceId is not null, body.PlaceId?.Value, body.Rights, body.Until));
        var asked = Convert.ToHexStringLower(SHA256.HashData(StoreJson.BytesOf(body)));
        var decided = await store.Change<(GrantView View, bool IsNew)>(async tx =>
        {
            // Before its terms: what made sense when it was given is still the same after its end.
            if (await tx.Find<StoredGrant>(AccessStore.Grants, AccessStore.One, grantId) is { } known)
            {
                return known.Asked == asked
                    ? (GrantView.Of(known).AsRepeat(), false)
                    : Refusal.Conflict($"The grant '{grantId}' is another, and a grant is not changed: end it, and give one with an id of "
                        + "its own.");
            }

            var errors = new FieldErrors();
            foreach (var (field, problem) in terms.Problems(tx.Now)) errors.Add(field, problem);
            if (errors.ToRefusal() is { } invalid) return invalid;
            if (Giving.Refuse(caller, terms.Given) is { } beyond) return beyond;
            var begin = terms.Begin(tx.Now);
            var grant = new StoredGrant(
                grantId, body.Caller!, body.Role!, body.PlaceId?.Value, terms.Given.Granted(), begin, terms.Given.End(begin),
                body.Reason!.Trim(), caller.Subject, tx.Now, asked);
            await AccessStore.Put(tx, grant);
            return (GrantView.Of(grant), true);
        }, cancel);
        if (decided.Refusal is { } refusal) return refusal.ToResult();
        var (view, isNew) = decided.Answer;
        if (!isNew) return Results.Ok(view);
        log.Tell(http, "grant given", grantId);
        return Results.Created($"/api/v1/access/grants/{grantId}", view);
    }
}
