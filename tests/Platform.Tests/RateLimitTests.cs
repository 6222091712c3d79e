using Distribution.Platform.Identity;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Distribution.Platform.Tests;

/// <summary>How many requests are answered at once.</summary>
public sealed class RateLimitTests : IDisposable
{
    private const int DearOfCaller = 2;
    private const int DearInAll = 8;
    private const int DearWaiting = 8;
    private const int Streams = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly RateLimits _limits = new(new ConfigurationBuilder().Build());
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging(logs => logs.ClearProviders()).BuildServiceProvider();

    [Fact]
    public async Task Two_dear_reads_of_a_caller_are_answered_at_once_some_wait_and_one_more_is_refused()
    {
        var release = new TaskCompletionSource();
        var running = 0;
        var asked = Enumerable.Range(0, DearOfCaller + DearWaiting).Select(_ => Ask("a", new Cost(_ => true, false), Wait)).ToList();
        await Until(() => Volatile.Read(ref running) == DearOfCaller);
        var refused = Http("a", new Cost(_ => true, false));
        await _limits.Check(refused, Wait);
        Assert.Equal(StatusCodes.Status429TooManyRequests, refused.Response.StatusCode);
        Assert.Equal("1", refused.Response.Headers.RetryAfter);
        Assert.Equal(DearOfCaller, running);
        // Others are not kept waiting, nor is what costs little.
        Assert.Equal(200, (await Ask("b", new Cost(_ => true, false), _ => Task.CompletedTask)).Response.StatusCode);
        Assert.Equal(200, (await Ask("a", new Cost(_ => false, false), _ => Task.CompletedTask)).Response.StatusCode);
        Assert.Equal(200, (await Ask("a", null, _ => Task.CompletedTask)).Response.StatusCode);
        release.SetResult();
        await Task.WhenAll(asked).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(DearOfCaller + DearWaiting, running);

        async Task Wait(HttpContext http)
        {
            Interlocked.Increment(ref running);
            await release.Task;
        }
    }

    [Fact]
    public async Task Eight_dear_reads_are_answered_at_once_whoever_asks()
    {
        var release = new TaskCompletionSource();
        var running = 0;
        var asked = Enumerable.Range(0, DearInAll + 1).Select(caller => Ask($"c{caller}", new Cost(_ => true, false), async _ =>
        {
            Interlocked.Increment(ref running);
            await release.Task;
        })).ToList();
        await Until(() => Volatile.Read(ref running) == DearInAll);
        Assert.DoesNotContain(asked, one => one.IsCompleted);
        Assert.Equal(DearInAll, running);
        release.SetResult();
        await Task.WhenAll(asked).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_caller_has_so_many_streams_and_another_when_one_ends()
    {
        var ends = Enumerable.Range(0, Streams).Select(_ => new TaskCompletionSource()).ToList();
        var open = ends.Select(end => Ask("a", new Cost(null, true), _ => end.Task)).ToList();
        Assert.Equal(429, (await Ask("a", new Cost(null, true), _ => Task.CompletedTask)).Response.StatusCode);
        ends[0].SetResult();
        await open[0];
        Assert.Equal(200, (await Ask("a", new Cost(null, true), _ => Task.CompletedTask)).Response.StatusCode);
        foreach (var end in ends.Skip(1)) end.SetResult();
        await Task.WhenAll(open);
    }

    public void Dispose()
    {
        _limits.Dispose();
        _services.Dispose();
    }

    private async Task<HttpContext> Ask(string caller, Cost? cost, RequestDelegate answer)
    {
        var http = Http(caller, cost);
        await _limits.Check(http, answer);
        return http;
    }

    private DefaultHttpContext Http(string caller, Cost? cost)
    {
        var http = new DefaultHttpContext { RequestServices = _services };
        http.Features.Set(new Caller(caller, []));
        http.SetEndpoint(new Endpoint(null, cost is null ? [] : new EndpointMetadataCollection(cost), "a route"));
        return http;
    }

    private static async Task Until(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!holds()) await Task.Delay(5, limit.Token);
    }
}
