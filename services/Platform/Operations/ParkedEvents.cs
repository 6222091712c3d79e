using System.Text;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Platform.Operations;

/// <summary>For the operator: the events of a service that could not be delivered, and what to do with each.</summary>
internal static class ParkedEvents
{
    public static void MapParkedEvents(this IEndpointRouteBuilder routes, string service, IStore store)
    {
        var group = routes.MapGroup($"/api/v1/operations/{service}/parked").WithTags("Operations");
        group.MapGet("", (long? after, int? limit, CancellationToken cancel) => List(store, after, limit, cancel))
            .WithName($"ListParkedEvents-{service}").Needs(Right.Operate).WithSummary("Events that could not be delivered, oldest first.")
                .Produces<ParkedPage>();
        group.MapPost("/{position:long}/replay", (long position, OperatorDecision request, Caller caller, CancellationToken cancel) =>
                OperatorDecisions.Decide(
                    store, "replay parked", $"{position}", request, () => IsThere(store, position, cancel),
                    () => store.Outbox.Replay(position, cancel).AsTask(), caller, cancel))
            .WithName($"ReplayParkedEvent-{service}").Needs(Right.Operate).WithSummary("Delivers a parked event again.")
            .WithExample("""
                {"requestId": "replay-parked-2021-05-07", "reason": "the service that could not take it is mended"}
                """, ("position", 42))
            .Produces(StatusCodes.Status204NoContent);
        group.MapPost("/{position:long}/discard", (long position, OperatorDecision request, Caller caller, CancellationToken cancel) =>
                OperatorDecisions.Decide(
                    store, "discard parked", $"{position}", request, () => IsThere(store, position, cancel),
                    () => store.Outbox.Discard(position, cancel).AsTask(), caller, cancel))
            .WithName($"DiscardParkedEvent-{service}").Needs(Right.Operate).WithSummary("Gives a parked event up.")
            .WithExample("""
                {"requestId": "discard-parked-2021-05-07", "reason": "the vaccine was made for a test"}
                """, ("position", 42))
            .Produces(StatusCodes.Status204NoContent);
    }

    private static async ValueTask<bool> IsThere(IStore store, long position, CancellationToken cancel) =>
        await store.Outbox.Parked(position - 1, 1, cancel) is [var first] && first.Event.Position == position;

    private static async Task<IResult> List(IStore store, long? after, int? limit, CancellationToken cancel)
    {
        if (Paging.Check(limit, out var size) is { } refusal) return refusal.ToResult();
        var parked = await store.Outbox.Parked(after ?? 0, size, cancel);
        return Results.Ok(new ParkedPage(
            [.. parked.Select(
                row => new ParkedItem(row.Event.Position, row.Event.EventId, row.Event.WireName, row.Event.RecordedAt, row.Reason,
                Encoding.UTF8.GetString(row.Event.Body.Span)))],
            parked.Count == size ? parked[^1].Event.Position : null));
    }
}

/// <summary>A parked event.</summary>
/// <param name="Position">Names it here.</param>
/// <param name="EventId">The event's id.</param>
/// <param name="WireName">Its type.</param>
/// <param name="RecordedAt">When it was committed.</param>
/// <param name="Failure">Why it could not be delivered.</param>
/// <param name="Body">The event as JSON text.</param>
internal sealed record ParkedItem(long Position, Guid EventId, string WireName, DateTimeOffset RecordedAt, string Failure, string Body);

/// <summary>A page of events that could not be delivered.</summary>
/// <param name="Items">The oldest first.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; null at the end.</param>
internal sealed record ParkedPage(IReadOnlyList<ParkedItem> Items, long? Next);
