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

    // By address.
    private readonly PartitionedRateLimiter<string> _strangers;
    private readonly PartitionedRateLimiter<string> _failed;

    // By caller.
    private readonly PartitionedRateLimiter<string> _requests;
    private readonly PartitionedRateLimiter<string> _streams;
    private readonly PartitionedRateLimiter<string> _dear;
    private readonly ConcurrencyLimiter _dearInAll = new(AtOnce(DearInAll, DearInAll * DearWaiting));

    /// <summary>Limits as they are set.</summary>
    /// <param name="settings">The settings.</param>
    /// <exception cref="InvalidOperationException">One is below 1.</exception>
    public RateLimits(IConfiguration settings)
    {
        var (ofCaller, ofStranger) = (Of(settings, CallerSetting, CallerDefault), Of(settings, StrangerSetting, StrangerDefault));
        _strangers = Each(address => RateLimitPartition.GetTokenBucketLimiter(address, _ => Bucket(ofStranger)));
        _failed = Each(address => RateLimitPartition.GetFixedWindowLimiter(
            address, _ => new() { PermitLimit = FailedTriesAMinute, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 }));
        _requests = Each(caller => RateLimitPartition.GetTokenBucketLimiter(caller, _ => Bucket(ofCaller)));
        _streams = Each(caller => RateLimitPartition.GetConcurrencyLimiter(caller, _ => AtOnce(StreamsOfCaller, waiting: 0)));
        _dear = Each(caller => RateLimitPartition.GetConcurrencyLimiter(caller, _ => AtOnce(DearOfCaller, DearWaiting)));
    }

    /// <summary>Keeps the limits of who has been let in.</summary>
    public Task Check(HttpContext http, RequestDelegate next)
    {
        if (Caller.Of(http) is not { Subject: { } caller, IsPassedOn: var isPassedOn }) return next(http);
        // What the gateway passes on was counted there.
        var isOutside = !isPassedOn;
        if (isOutside && _requests.AttemptAcquire(caller) is { IsAcquired: false } refused)
            return Refuse(http, refused, "You send more requests than are taken");
        return http.GetEndpoint()?.Metadata.GetMetadata<Cost>() switch
        {
            { Stays: true } when isOutside => Stay(http, next, caller),
            { IsDear: { } isDear } when isDear(http) => AnswerDear(http, next, caller),
            _ => next(http),
        };
    }

    /// <summary>Whether a request that nobody signed is one too many of its address; null where it is not.</summary>
    /// <param name="http">The request.</param>
    /// <param name="tried">Whether it came with something that was to sign it, and does not hold.</param>
    public Task? RefuseStranger(HttpContext http, bool tried)
    {
        var lease = (tried ? _failed : _strangers).AttemptAcquire(AddressOf(http));
        return lease.IsAcquired ? null : Refuse(http, lease, tried
            ? "Too many keys that do not hold come from your address"
            : "Your address sends more requests than are taken without signing in");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _strangers.Dispose();
        _failed.Dispose();
        _requests.Dispose();
        _streams.Dispose();
        _dear.Dispose();
        _dearInAll.Dispose();
    }

    private async Task Stay(HttpContext http, RequestDelegate next, string caller)
    {
        using var lease = _streams.AttemptAcquire(caller);
        if (lease.IsAcquired) await next(http);
        else await Refuse(http, lease, $"You have {StreamsOfCaller} streams open, which is the limit");
    }

    private async Task AnswerDear(HttpContext http, RequestDelegate next, string caller)
    {
        using var ofCaller = await _dear.AcquireAsync(caller, cancellationToken: http.RequestAborted);
        using var inAll = ofCaller.IsAcquired ? await _dearInAll.AcquireAsync(cancellationToken: http.RequestAborted) : ofCaller;
        if (inAll.IsAcquired) await next(http);
        else await Refuse(http, inAll, "Much is being read for you, or for others, already");
    }

    private static PartitionedRateLimiter<string> Each(Func<string, RateLimitPartition<string>> limiter) =>
        PartitionedRateLimiter.Create(limiter);

    private static Task Refuse(HttpContext http, RateLimitLease lease, string what)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : 1;
        http.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        return new Refusal(StatusCodes.Status429TooManyRequests, "Too many requests",
            $"{what}: wait {wait} s, and send the same request again.").ToResult().ExecuteAsync(http);
    }

    private static int Of(IConfiguration settings, string name, int otherwise) => settings.GetValue(name, otherwise) is >= 1 and var set
        ? set
        : throw new InvalidOperationException($"{name} must be 1 or more.");

    // Of an IPv6 address the network: who has one has all of it.
    private static string AddressOf(HttpContext http)
    {
        const int NetworkBytes = 8;
        if (http.Connection.RemoteIpAddress is not { } address) return "";
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
internal sealed record Cost(Func<HttpContext, bool>? IsDear, bool Stays);

/// <summary>Says of routes what they cost.</summary>
public static class Costs
{
    /// <summary>A request may read much: few are answered at once.</summary>
    /// <param name="route">The route.</param>
    /// <param name="when">Which requests do; all where it is left out.</param>
    public static TRoute IsDear<TRoute>(this TRoute route, Func<HttpContext, bool>? when = null)
        where TRoute : IEndpointConventionBuilder => route.WithMetadata(new Cost(when ?? (_ => true), Stays: false));

    /// <summary>The answer goes on until the caller leaves.</summary>
    public static TRoute Stays<TRoute>(this TRoute route) where TRoute : IEndpointConventionBuilder =>
        route.WithMetadata(new Cost(null, Stays: true));
}
