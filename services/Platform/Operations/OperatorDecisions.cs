using System.ComponentModel.DataAnnotations;
using Distribution.Platform.Identity;
using Distribution.Platform.Messaging;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Platform.Operations;

/// <summary>What an operator decides about an event that went astray: each decision is kept with its reason, then carried out.</summary>
internal static class OperatorDecisions
{
    private const string Collection = "operator-decisions";

    /// <summary>The route by which the decisions of a service are read back.</summary>
    public static void MapOperatorDecisions(this IEndpointRouteBuilder routes, string service, IStore store) => routes
        .MapGet($"/api/v1/operations/{service}/decisions", (string? after, int? limit, CancellationToken cancel) =>
            List(store, after, limit, cancel))
        .WithTags("Operations").WithName($"ListOperatorDecisions-{service}").Needs(Right.Operate)
        .WithSummary("What was decided about events that went astray, and why, by requestId.").Produces<Page<DecidedItem>>();

    /// <summary>Keeps a decision and carries it out. Repeated, also after a crash, it is carried out again and does no harm. One about what
    /// is not there is refused and not kept.</summary>
    /// <param name="store">The service's store.</param>
    /// <param name="action">What is done: <c>replay</c> or <c>discard</c>, of what.</param>
    /// <param name="id">Names the event.</param>
    /// <param name="request">The decision.</param>
    /// <param name="caller">Who decides.</param>
    /// <param name="isThere">Whether there is such an event.</param>
    /// <param name="carryOut">Does it; false where there is no such event.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<IResult> Decide(
        IStore store, string action, string id, OperatorDecision request, Func<ValueTask<bool>> isThere, Func<Task<bool>> carryOut,
        Caller caller, CancellationToken cancel)
    {
        if (new FieldErrors().RequireReasoned(request.RequestId, request.Reason).ToRefusal() is { } refusal) return refusal.ToResult();

        var decision = new Decided(action, id, request.Reason!);
        var cause = $"operator:{request.RequestId}";
        if (await store.FindAnswer(cause, cancel) is null && !await isThere()) return Refusal.NotFound("event", id).ToResult();
        var kept = await store.Commit<Decided>(cause, content: null, async tx =>
        {
            await tx.Put(Collection, "", request.RequestId!,
                new DecidedItem(request.RequestId!, action, id, request.Reason!, tx.Now, caller.Subject));
            return decision;
        }, cancel);
        if (kept.Answer != decision)
            return Refusal.Conflict($"The requestId '{request.RequestId}' was used for another decision. Give this one an id of its own.")
                .ToResult();
        try
        {
            return await carryOut() || kept.Repeated ? Results.NoContent() : Refusal.NotFound("event", id).ToResult();
        }
        catch (BrokerUnavailableException unavailable)
        {
            return new Refusal(StatusCodes.Status503ServiceUnavailable, "Broker unavailable",
                $"{unavailable.Message} The event is still kept: send the decision again, with the same requestId.").ToResult();
        }
    }

    private static Task<IResult> List(IStore store, string? after, int? limit, CancellationToken cancel) =>
        store.PageOf(Collection, "", after, limit, document => document.As<DecidedItem>(), cancel);
}

/// <summary>A decision as it was kept.</summary>
/// <param name="RequestId">The caller's id of it.</param>
/// <param name="Action">What was done, of what: <c>replay parked</c>, <c>discard errored</c> and so on.</param>
/// <param name="Id">The event, as it is named there.</param>
/// <param name="Reason">Why it was done, in a person's words.</param>
/// <param name="DecidedAt">When it was decided.</param>
/// <param name="DecidedBy">Who decided it.</param>
internal sealed record DecidedItem(string RequestId, string Action, string Id, string Reason, DateTimeOffset DecidedAt, string DecidedBy);

/// <summary>What was decided under one request id.</summary>
internal sealed record Decided(string Action, string Id, string Reason);

/// <summary>What to do with an event that went astray, and why.</summary>
/// <param name="RequestId">The caller's id of this decision.</param>
/// <param name="Reason">Why, 1 to 500 characters.</param>
internal sealed record OperatorDecision([Required] string? RequestId, [Required] string? Reason);
