using System.Globalization;
using System.Threading.RateLimiting;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Distribution.Platform.Web;

/// <summary>
/// How much one caller, or one address of which nobody knows who is there, may ask for: beyond it the answer is 429 with the seconds to
/// wait. Only where people sign in: who needs no key has this machine to themselves.
/// </summary>
internal sealed class RateLimits : IDisposable
{
    /// <summary>The setting of how many requests a second a caller may send, over some time.</summary>
    public const string CallerSetting = "Limits:RequestsPerSecond";

    /// <summary>The setting of how many a second an address may send without signing in.</summary>
    public const string StrangerSetting = "Limits:StrangerRequestsPerSecond";

    private const int CallerDefault = 200;
    private const int StrangerDefault = 20;
    private const int BurstSeconds = 5;
    private const int FailedTriesAMinute = 10;
    private const int DearOfCaller = 2;
    private const int DearInAll = 8;
    private const int DearWaiting = 8;
    private const int StreamsOfCaller = 10;
    private const string Nobody = "";

    private readonly PartitionedRateLimiter<HttpContext> _strangers;
    private readonly PartitionedRateLimiter<HttpContext> _failed;
    private readonly PartitionedRateLimiter<HttpContext> _callers;

    /// <summary>Limits as they are set.</summary>
    /// <param name="settings">The settings.</param>
    /// <exception cref="InvalidOperationException">One is below 1.</exception>
    public RateLimits(IConfiguration settings)
    {
        var (ofCaller, ofStranger) = (Of(settings, CallerSetting, CallerDefault), Of(settings, StrangerSetting, StrangerDefault));
        _strangers = PartitionedRateLimiter.Create<HttpContext, string>(
            http => RateLimitPartition.GetTokenBucketLimiter(AddressOf(http), _ => Bucket(ofStranger)));
        _failed = PartitionedRateLimiter.Create<HttpContext, string>(http => RateLimitPartition.GetFixedWindowLimiter(
            AddressOf(http), _ => new() { PermitLimit = FailedTriesAMinute, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 }));
        _callers = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(http => Outside(http) is { } caller
                ? RateLimitPartition.GetTokenBucketLimiter(caller, _ => Bucket(ofCaller))
                : RateLimitPartition.GetNoLimiter(Nobody)),
            PartitionedRateLimiter.Create<HttpContext, string>(http => Outside(http) is { } caller && Cost.Of(http)?.Stays == true
                ? RateLimitPartition.GetConcurrencyLimiter(caller, _ => AtOnce(StreamsOfCaller, waiting: 0))
                : RateLimitPartition.GetNoLimiter(Nobody)),
            PartitionedRateLimiter.Create<HttpContext, string>(http => IsDear(http)
                ? RateLimitPartition.GetConcurrencyLimiter(Caller.Of(http)?.Subject ?? Nobody, _ => AtOnce(DearOfCaller, DearWaiting))
                : RateLimitPartition.GetNoLimiter(Nobody)),
            PartitionedRateLimiter.Create<HttpContext, string>(http => IsDear(http)
                ? RateLimitPartition.GetConcurrencyLimiter("all", _ => AtOnce(DearInAll, DearInAll * DearWaiting))
                : RateLimitPartition.GetNoLimiter(Nobody)));
    }

    /// <summary>Keeps the limits of who has been let in.</summary>
    public async Task Check(HttpContext http, RequestDelegate next)
    {
        using var lease = await _callers.AcquireAsync(http, cancellationToken: http.RequestAborted);
        if (lease.IsAcquired) await next(http);
        else await Refuse(http, lease, "you send");
    }

    /// <summary>Whether a request that nobody signed is one too many of its address; null where it is not.</summary>
    /// <param name="http">The request.</param>
    /// <param name="tried">Whether it came with something that was to sign it, and does not hold.</param>
    public Task? RefuseStranger(HttpContext http, bool tried)
    {
        var lease = (tried ? _failed : _strangers).AttemptAcquire(http);
        return lease.IsAcquired ? null : Refuse(http, lease, tried ? "keys that do not hold come from your address" : "your address sends");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _strangers.Dispose();
        _failed.Dispose();
        _callers.Dispose();
    }

    private static bool IsDear(HttpContext http) => Cost.Of(http)?.IsDear?.Invoke(http) == true;

    // What the gateway passes on was counted there.
    private static string? Outside(HttpContext http) =>
        BearerToken.Of(http.Request) is { } token && !AccessKey.Is(token) ? null : Caller.Of(http)?.Subject;

    private static Task Refuse(HttpContext http, RateLimitLease lease, string who)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : 1;
        http.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        return new Refusal(StatusCodes.Status429TooManyRequests, "Too many requests",
            $"More than {who} is not taken now: wait {wait} s, and send the same request again.").ToResult().ExecuteAsync(http);
    }

    private static int Of(IConfiguration settings, string name, int otherwise) => settings.GetValue(name, otherwise) is >= 1 and var set
        ? set
        : throw new InvalidOperationException($"{name} must be 1 or more.");

    // Of an IPv6 address the network: who has one has all of it.
    private static string AddressOf(HttpContext http)
    {
        const int NetworkBytes = 8;
        if (http.Connection.RemoteIpAddress is not { } address) return Nobody;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.GetAddressBytes() is { Length: > 4 } bytes
            ? Convert.ToHexString(bytes.AsSpan(0, NetworkBytes))
            : address.ToString();
    }

    private static TokenBucketRateLimiterOptions Bucket(int aSecond) => new()
    {
        TokenLimit = aSecond * BurstSeconds,
        TokensPerPeriod = aSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    };

    private static ConcurrencyLimiterOptions AtOnce(int permits, int waiting) => new() { PermitLimit = permits, QueueLimit = waiting };
}

/// <summary>What a route costs, beyond being asked.</summary>
/// <param name="IsDear">Whether a request to it reads much; null where none does.</param>
/// <param name="Stays">Whether its answer goes on until the caller leaves.</param>
internal sealed record Cost(Func<HttpContext, bool>? IsDear, bool Stays)
{
    /// <summary>That of a request's route; null where it is like others.</summary>
    public static Cost? Of(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<Cost>();
}

/// <summary>Says of routes what they cost.</summary>
public static class Costs
{
    /// <summary>A request may read much: few are answered at once.</summary>
    /// <param name="route">The route.</param>
    /// <param name="when">Which requests do; all where it is left out.</param>
    public static TBuilder IsDear<TBuilder>(this TBuilder route, Func<HttpContext, bool>? when = null)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new Cost(when ?? (_ => true), Stays: false));

    /// <summary>The answer goes on until the caller leaves.</summary>
    public static TBuilder Stays<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new Cost(null, Stays: true));
}
