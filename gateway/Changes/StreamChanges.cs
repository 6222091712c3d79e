using System.ComponentModel;
using System.Text;
using System.Text.Json;
using Distribution.Contracts;
using Distribution.Gateway.Coverage;
using Distribution.Gateway.Services;
using Distribution.Gateway.Sharing;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Distribution.Gateway.Changes;

/// <summary>Says what changed, as server-sent events, so that a view knows when to ask again.</summary>
internal static class StreamChanges
{
    /// <summary>The media type of the stream.</summary>
    public const string MediaType = "text/event-stream";

    private static readonly TimeSpan HeartbeatWait = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LookWait = TimeSpan.FromMilliseconds(500);
    private static readonly byte[] Heartbeat = ": still here\n\n"u8.ToArray();

    public static void Map(RouteGroupBuilder routes) => routes.MapGet("stream", Handle)
        .WithName("StreamCoverageChanges").Needs(Right.CoverageRead).Stays()
        .WithSummary("What changed, as server-sent events")
        .WithDescription("First `hello`, then `changed` with {country, vaccineIds, at}: ask for the coverage again. "
            + "A null country or null vaccineIds may be any. At most one message a country every 250 ms.")
        .Produces<string>(StatusCodes.Status200OK, MediaType)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> Handle(
        [Description("Only changes in this country, by its code.")] string? country,
        HttpContext http, Caller caller, [FromServices] ReferenceData reference, [FromServices] ChangeHub hub,
        [FromServices] TimeProvider clock, [FromServices] IHostApplicationLifetime host,
        [FromServices] SignInSettings signIn, [FromServices] IEnumerable<ICallerSource> callers, [FromServices] SharedViews views)
    {
        country = GetCoverage.NullIfBlank(country);
        if (country is not null && !Ids.IsId(country)) return Refusal.Field("country", Ids.Rule).ToResult();
        var reach = caller.ReachOf(Right.CoverageRead);
        // Which places lie in it must be known, or it would be told of none.
        if (!reach.IsEverywhere && await reference.Places().AsTask().WaitAsync(http.RequestAborted) is null)
            return CoverageQuery.Unavailable("inventory, which knows the places, does not answer. Try again.").ToResult();
        var hearing = new Hearing(reach, await views.Through(caller).AsTask().WaitAsync(http.RequestAborted));
        if (hub.Join(country, hearing) is not { } listener)
        {
            http.Response.Headers.RetryAfter = "30";
            return CoverageQuery.Unavailable($"{ChangeHub.ListenersMax} streams are open, which is the limit. Try again later.").ToResult();
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping);
        try
        {
            await Stream(http.Response, country, listener, clock, signIn.Required ? IsStillIn : null, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The client went away, or the host stops: either is how a stream ends.
        }
        finally
        {
            hub.Leave(listener);
        }

        return Results.Empty;

        // With what is shared a stream ends too: whoever listens asks again, and hears what is shared then.
        async ValueTask<bool> IsStillIn() => callers.Any(source => source.StillHolds(http, caller))
            && new Hearing(reach, await views.Through(caller)).Key == hearing.Key;
    }

    private static async Task Stream(
        HttpResponse response, string? country, Listener listener, TimeProvider clock, Func<ValueTask<bool>>? isStillIn,
        CancellationToken cancel)
    {
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await Write(response, Event("hello", new { country, at = clock.GetUtcNow() }), cancel);
        var saidAt = clock.GetTimestamp();
        while (true)
        {
            var changes = await listener.Take(isStillIn is null ? HeartbeatWait : LookWait, clock, cancel);
            // It ends with the key, the session or the grants that it was opened with.
            if (isStillIn is not null && !await isStillIn()) return;
            if (changes.Count == 0 && clock.GetElapsedTime(saidAt) < HeartbeatWait) continue;
            saidAt = clock.GetTimestamp();
            if (changes.Count == 0) await Write(response, Heartbeat, cancel);
            foreach (var change in changes) await Write(response, Event("changed", change), cancel);
        }
    }

    private static byte[] Event<T>(string name, T data) =>
        Encoding.UTF8.GetBytes($"event: {name}\ndata: {JsonSerializer.Serialize(data, JsonSerializerOptions.Web)}\n\n");

    private static async Task Write(HttpResponse response, byte[] bytes, CancellationToken cancel)
    {
        await response.Body.WriteAsync(bytes, cancel);
        await response.Body.FlushAsync(cancel);
    }
}
