using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Distribution.Gateway.Caching;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.SharedKernel.Access;
using Microsoft.Extensions.Logging;

namespace Distribution.Gateway.Services;

/// <summary>
/// Asks the services. One that does not answer in time is stood in for by its last good answer to the same query.
/// </summary>
internal sealed class ServiceClient(
    IHttpClientFactory clients, ServiceAddresses addresses, CallerTokens tokens, ILogger<ServiceClient> log)
{
    /// <summary>The name of the HTTP client's registration.</summary>
    public const string HttpName = "distribution-services";

    /// <summary>The longest answer that is read, in bytes.</summary>
    public const int AnswerBytesMax = 64 * 1024 * 1024;

    // Little is asked of each, and the answer that people wait for is asked for after it.
    private static readonly TimeSpan EachTimeout = TimeSpan.FromMilliseconds(500);

    // Where nothing stands in for an answer it is worth waiting for, as when all of the system has just been started.
    private const int PatienceWithoutEarlier = 4;

    private const int KeptAnswersMax = 1_000;
    private const long KeptBytesMax = 48 * 1024 * 1024;

    private readonly BoundedCache<byte[]> _lastGood = new(KeptAnswersMax, KeptBytesMax);
    private readonly ConcurrentDictionary<string, bool> _down = new();

    /// <summary>How long a service may take. It is part of an answer that people wait for; four times as long where there is no earlier
    /// answer, and it is not known to be down.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Asks one service.</summary>
    /// <param name="caller">For whom. An earlier answer to another stands in where both see the coverage of the same places.</param>
    /// <param name="service">Whom.</param>
    /// <param name="pathAndQuery">What, from below the base address.</param>
    /// <param name="keep">Whether the answer may stand in for a later one that fails.</param>
    /// <param name="timeout">How long it may take; by default as <see cref="Timeout"/> says.</param>
    /// <param name="shown">What else of the caller the answer depends on, as text.</param>
    public async Task<Part<T>> Get<T>(
        Caller caller, string service, string pathAndQuery, bool keep = true, TimeSpan? timeout = null, string shown = "") where T : class
    {
        var key = $"{caller.ReachOf(Right.CoverageRead).Key} {service} {pathAndQuery} {shown}";
        var earlier = _lastGood.Find(key);
        var patience = earlier is null && !_down.ContainsKey(service) ? Timeout * PatienceWithoutEarlier : Timeout;
        try
        {
            using var limit = new CancellationTokenSource(timeout ?? patience);
            using var http = ClientOf(caller, service);
            using var response = await Ask(http, service, pathAndQuery, limit.Token);
            if (IsRefusal(response.StatusCode)) return new(service, null, false, await RefusalOf(response, limit.Token));
            response.EnsureSuccessStatusCode();
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token);
            var value = JsonSerializer.Deserialize<T>(body, JsonSerializerOptions.Web) ?? throw new JsonException("null");
            if (keep) _lastGood.Put(key, body, body.Length);
            if (_down.TryRemove(service, out _)) log.LogInformation("{Service} answers again", service);
            return new(service, value, false);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or JsonException
            or IOException or InvalidOperationException or NotSupportedException)
        {
            if (_down.TryAdd(service, true))
                log.LogWarning("{Service} does not answer {Query}: {Reason}", service, pathAndQuery, failure.Message);
            return new(
                service, earlier is null ? null : JsonSerializer.Deserialize<T>(earlier, JsonSerializerOptions.Web), true);
        }
    }

    /// <summary>Whether a service is known to have several instances.</summary>
    public bool HasSeveral(string service) => addresses.AreSeveral(service);

    /// <summary>Asks every instance of a service; null for each that does not answer in time.</summary>
    /// <param name="service">Whom.</param>
    /// <param name="pathAndQuery">What, from below the base address.</param>
    public async Task<IReadOnlyList<T?>> GetFromEach<T>(string service, string pathAndQuery) where T : class
    {
        using var limit = new CancellationTokenSource(EachTimeout);
        using var http = ClientOf(Caller.Gateway, service);
        return await Task.WhenAll(addresses.Of(service).Select(async instance =>
        {
            try
            {
                return await http.GetFromJsonAsync<T>(new Uri(instance, pathAndQuery), limit.Token);
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or JsonException)
            {
                return null;
            }
        }));
    }

    /// <summary>A path with the parameters that are given.</summary>
    public static string Query(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var separator = '?';
        foreach (var (name, value) in parameters)
        {
            if (value is null) continue;
            path += $"{separator}{name}={Uri.EscapeDataString(value)}";
            separator = '&';
        }

        return path;
    }

    /// <summary>Calls in a caller's name.</summary>
    private HttpClient ClientOf(Caller caller, string service)
    {
        var http = clients.CreateClient(HttpName);
        if (tokens.AreNeeded) http.DefaultRequestHeaders.Authorization = new("Bearer", tokens.Of(caller, service));
        return http;
    }

    /// <summary>Asks an instance, and the next one where it cannot be reached.</summary>
    private async Task<HttpResponseMessage> Ask(HttpClient http, string service, string pathAndQuery, CancellationToken cancel)
    {
        var instances = addresses.Of(service);
        for (var at = 0; ; at++)
        {
            try
            {
                return await http.GetAsync(new Uri(instances[at], pathAndQuery), cancel);
            }
            catch (HttpRequestException) when (at < instances.Count - 1)
            {
            }
        }
    }

    private static bool IsRefusal(HttpStatusCode status) => status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound
        or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity or HttpStatusCode.TooManyRequests;

    private static async Task<Refusal> RefusalOf(HttpResponseMessage response, CancellationToken cancel)
    {
        var status = (int)response.StatusCode;
        try
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancel);
            var problem = JsonSerializer.Deserialize<ProblemBody>(body, JsonSerializerOptions.Web);
            return new Refusal(status, problem?.Title ?? "Refused", problem?.Detail ?? "The service gave no reason.", problem?.Errors);
        }
        catch (JsonException)
        {
            return new Refusal(status, "Refused", $"The service answered {status} without a reason.");
        }
    }

    private sealed record ProblemBody(string? Title, string? Detail, Dictionary<string, string[]>? Errors);
}
