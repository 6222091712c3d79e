using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Distribution.Demo;

/// <summary>The server did not do what the demo expects of it.</summary>
internal sealed class DemoFailure(string message) : Exception(message);

/// <summary>The public API, as any client of it would use it.</summary>
internal sealed class DemoClient(Uri server) : IDisposable
{
    private const int AttemptsMax = 5;
    private static readonly TimeSpan RetryWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SettleMax = TimeSpan.FromMinutes(2);
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue Ndjson = new("application/x-ndjson");

    private static readonly JsonSerializerOptions Options = new(JsonSerializerOptions.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly HttpClient _http = new(
        new SocketsHttpHandler { UseProxy = false, UseCookies = false })
    { BaseAddress = new Uri(server, "/api/v1/") };

    /// <summary>Reads; the path is below <c>/api/v1</c>.</summary>
    public Task<JsonElement> Get(string path, CancellationToken cancel) => Send(HttpMethod.Get, path, null, Json, cancel);

    /// <summary>Puts a body.</summary>
    public Task<JsonElement> Put(string path, object body, CancellationToken cancel) =>
        Send(HttpMethod.Put, path, JsonSerializer.SerializeToUtf8Bytes(body, Options), Json, cancel);

    /// <summary>Posts a body.</summary>
    public Task<JsonElement> Post(string path, object body, CancellationToken cancel) =>
        Send(HttpMethod.Post, path, JsonSerializer.SerializeToUtf8Bytes(body, Options), Json, cancel);

    /// <summary>Posts NDJSON.</summary>
    public Task<JsonElement> PostLines<T>(string path, IEnumerable<T> lines, CancellationToken cancel)
    {
        using var body = new MemoryStream();
        foreach (var line in lines)
        {
            JsonSerializer.Serialize(body, line, Options);
            body.WriteByte((byte)'\n');
        }

        return Send(HttpMethod.Post, path, body.ToArray(), Ndjson, cancel);
    }

    /// <summary>Posts NDJSON of which no line may be refused.</summary>
    /// <exception cref="DemoFailure">One is.</exception>
    public async Task PostAll<T>(string path, IEnumerable<T> lines, CancellationToken cancel)
    {
        var answer = await PostLines(path, lines, cancel);
        if (answer.TryGetProperty("rejected", out var rejected) && rejected.GetArrayLength() > 0)
            throw new DemoFailure($"POST {path} rejects {rejected.GetArrayLength()} lines, first {rejected[0]}");
    }

    /// <summary>Waits until the services have told each other everything.</summary>
    public async Task Settled(CancellationToken cancel)
    {
        var until = DateTime.UtcNow + SettleMax;

        // An event that is being consumed may bring another: twice nothing is nothing.
        for (var quiet = 0; quiet < 2;)
        {
            var ready = await Send(HttpMethod.Get, "/health/ready", null, Json, cancel);
            var unsent = ready.GetProperty("checks").EnumerateObject().Sum(check =>
                check.Value.GetProperty("data").TryGetProperty("outboxUnsent", out var count) ? count.GetInt64() : 0);
            quiet = unsent == 0 ? quiet + 1 : 0;
            if (DateTime.UtcNow > until)
                throw new DemoFailure($"{unsent} events are still to be delivered after {SettleMax.TotalMinutes} minutes");
            await Task.Delay(PollWait, cancel);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> Send(HttpMethod method, string path, byte[]? body, MediaTypeHeaderValue type, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null)
            {
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.ContentType = type;
            }

            using var response = await _http.SendAsync(request, cancel);
            var answer = await response.Content.ReadAsByteArrayAsync(cancel);
            if (response.IsSuccessStatusCode) return answer.Length == 0 ? default : JsonElement.Parse(answer);
            if (response.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests) || attempt == AttemptsMax)
                throw new DemoFailure($"{method} {path} is answered {(int)response.StatusCode}: {Detail(answer)}");
            await Task.Delay(RetryWait, cancel);
        }
    }

    private static string Detail(byte[] answer)
    {
        try
        {
            var problem = JsonElement.Parse(answer);
            return problem.TryGetProperty("detail", out var detail) ? detail.ToString() : problem.ToString();
        }
        catch (JsonException)
        {
            return $"{answer.Length} bytes that are no problem details";
        }
    }
}
