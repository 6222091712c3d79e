using System.Text;
using Distribution.Platform.Identity;
using Distribution.Platform.Messaging.Broker;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Platform.Operations;

/// <summary>For the operator: the events that a service could not consume, and what to do with each.</summary>
internal static class ErroredEventRoutes
{
    public static void MapErroredEvents(this IEndpointRouteBuilder routes, string service, IStore store, ErroredEvents errored)
    {
        var group = routes.MapGroup($"/api/v1/operations/{service}/errored").WithTags("Operations");
        group.MapGet("", (string? after, int? limit, CancellationToken cancel) => List(errored, after, limit, cancel))
            .WithName($"ListErroredEvents-{service}").Needs(Right.Operate)
            .WithSummary("Events that this service could not consume, by their ids.")
                .Produces<Page<ErroredItem>>();
        group.MapPost("/{eventId:guid}/replay", (Guid eventId, OperatorDecision request, Caller caller, CancellationToken cancel) =>
                OperatorDecisions.Decide(
                    store, "replay errored", $"{eventId}", request, () => errored.Has(eventId, cancel),
                    () => errored.Replay(eventId, cancel), caller, cancel))
            .WithName($"ReplayErroredEvent-{service}").Needs(Right.Operate)
            .WithSummary("Sends an errored event back to the service's queue.")
            .WithExample("""
                {"requestId": "replay-errored-2021-05-07", "reason": "the service that could not take it is mended"}
                """, ("eventId", "0190c2a4-7f6e-7b3c-9a51-3f6f0a9d2c11"))
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapPost("/{eventId:guid}/discard", (Guid eventId, OperatorDecision request, Caller caller, CancellationToken cancel) =>
                OperatorDecisions.Decide(
                    store, "discard errored", $"{eventId}", request, () => errored.Has(eventId, cancel),
                    () => errored.Discard(eventId, cancel), caller, cancel))
            .WithName($"DiscardErroredEvent-{service}").Needs(Right.Operate).WithSummary("Gives an errored event up.")
            .WithExample("""
                {"requestId": "discard-errored-2021-05-07", "reason": "the vaccine was made for a test"}
                """, ("eventId", "0190c2a4-7f6e-7b3c-9a51-3f6f0a9d2c11"))
            .Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> List(ErroredEvents errored, string? after, int? limit, CancellationToken cancel)
    {
        if (Paging.Check(limit, out var size) is { } refusal) return refusal.ToResult();
        var found = await errored.List(after, size, cancel);
        return Results.Ok(new Page<ErroredItem>(
            [.. found.Select(
                item => new ErroredItem(item.EventId, item.WireName, item.ErroredAt, item.Failure, Encoding.UTF8.GetString(item.Body)))],
            found.Count == size ? $"{found[^1].EventId}" : null));
    }
}

/// <summary>An errored event.</summary>
/// <param name="EventId">The event's id; names it here.</param>
/// <param name="WireName">Its type.</param>
/// <param name="ErroredAt">When it was set aside.</param>
/// <param name="Failure">Why it could not be consumed.</param>
/// <param name="Message">The message as text, envelope and all.</param>
internal sealed record ErroredItem(Guid EventId, string WireName, DateTimeOffset ErroredAt, string Failure, string Message);
