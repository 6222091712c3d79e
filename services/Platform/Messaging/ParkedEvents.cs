using Distribution.Platform.Hosting;
using Distribution.Platform.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Platform.Messaging;

/// <summary>
/// For the operator: the events of a service that could not be delivered, and what to do with each. Every decision is
/// kept with its reason.
/// </summary>
internal static class ParkedEvents
{
    private const int LimitDefault = 100;
    private const int LimitMax = 1000;
    private const int ReasonCharsMax = 500;
    private const string Decisions = "parked-decisions";

    public static void MapParkedEvents(this IEndpointRouteBuilder routes, string service, IStore store)
    {
        var group = routes.MapGroup($"/api/v1/operations/{service}/parked").WithTags("Operations");
        group.MapGet("", (long? after, int? limit, CancellationToken cancel) => List(store, after, limit, cancel))
            .WithName($"ListParkedEvents-{service}").WithSummary("Events that could not be delivered, oldest first.").Produces<ParkedPage>();
        group.MapPost("/{position:long}/replay", (long position, ParkedDecision request, CancellationToken cancel) =>
                Decide(store, "replay", position, request, cancel))
            .WithName($"ReplayParkedEvent-{service}").WithSummary("Delivers a parked event again.").Produces(StatusCodes.Status204NoContent);
        group.MapPost("/{position:long}/discard", (long position, ParkedDecision request, CancellationToken cancel) =>
                Decide(store, "discard", position, request, cancel))
            .WithName($"DiscardParkedEvent-{service}").WithSummary("Gives a parked event up.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> List(IStore store, long? after, int? limit, CancellationToken cancel)
    {
        if (limit is < 1 or > LimitMax) return Refusal.Field("limit", $"must be 1 to {LimitMax}").ToResult();
        var size = limit ?? LimitDefault;
        var parked = await store.Outbox.Parked(after ?? 0, size, cancel);
        return Results.Ok(new ParkedPage(
            [.. parked.Select(row => new ParkedItem(
                row.Event.Position, row.Event.EventId, row.Event.WireName, row.Event.RecordedAt, row.Reason, Text(row.Event.Body)))],
            parked.Count == size ? parked[^1].Event.Position : null));
    }

    private static async Task<IResult> Decide(IStore store, string action, long position, ParkedDecision request, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.RequireId(request.RequestId, "requestId");
        errors.Require(request.Reason is { Length: >= 1 and <= ReasonCharsMax }, "reason", $"must be 1 to {ReasonCharsMax} characters: say why");
        if (errors.ToRefusal() is { } refusal) return refusal.ToResult();

        // The decision is kept first: repeated after a crash, it is carried out then.
        var kept = await store.Commit($"parked:{request.RequestId}", async change =>
        {
            await change.Put(Decisions, "", request.RequestId!, new { action, position, request.Reason, decidedAt = change.Now, decidedBy = "local" });
            return Decision.Accept();
        }, cancel);
        var found = action == "replay" ? await store.Outbox.Replay(position, cancel) : await store.Outbox.Discard(position, cancel);
        return found || kept.Repeated ? Results.NoContent() : Refusal.NotFound("parked event", $"{position}").ToResult();
    }

    private static string Text(ReadOnlyMemory<byte> body) => System.Text.Encoding.UTF8.GetString(body.Span);
}

/// <summary>What to do with a parked event, and why.</summary>
/// <param name="RequestId">The caller's id of this decision.</param>
/// <param name="Reason">Why, 1 to 500 characters.</param>
internal sealed record ParkedDecision(string? RequestId, string? Reason);

/// <summary>A parked event.</summary>
/// <param name="Position">Names it here.</param>
/// <param name="EventId">The event's id.</param>
/// <param name="WireName">Its type.</param>
/// <param name="RecordedAt">When it was committed.</param>
/// <param name="Failure">Why it could not be delivered.</param>
/// <param name="Body">The event as JSON text.</param>
internal sealed record ParkedItem(long Position, Guid EventId, string WireName, DateTimeOffset RecordedAt, string Failure, string Body);

/// <summary>A page of parked events.</summary>
/// <param name="Items">Oldest first.</param>
/// <param name="Next">What to give as <c>after</c> for the next page, or null.</param>
internal sealed record ParkedPage(IReadOnlyList<ParkedItem> Items, long? Next);
