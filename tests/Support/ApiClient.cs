using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Distribution.Tests.Support;

/// <summary>The public API as a client sees it.</summary>
public sealed class ApiClient(Uri address) : IDisposable
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(20);
    private const int QuietReads = 3;

    public HttpClient Http { get; } = new() { BaseAddress = new Uri(address, "/"), Timeout = TimeSpan.FromMinutes(5) };

    public static string NdjsonOf(IEnumerable<JsonNode> lines) => string.Join('\n', lines.Select(line => line.ToJsonString()));

    public async Task<Answer> Send(HttpMethod method, string path, string? body = null, string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(method, "api/v1/" + path.TrimStart('/'));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, mediaType);
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return new Answer(response.StatusCode, isJson && text.Length > 0 ? JsonNode.Parse(text) : null, text, response.Content.Headers.ContentType?.MediaType);
    }

    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path);

    public Task<Answer> Put(string path, JsonNode body) => Send(HttpMethod.Put, path, body.ToJsonString());

    public Task<Answer> Post(string path, JsonNode body) => Send(HttpMethod.Post, path, body.ToJsonString());

    public Task<Answer> PostNdjson(string path, IEnumerable<JsonNode> lines) =>
        Send(HttpMethod.Post, path, NdjsonOf(lines), "application/x-ndjson");

    /// <summary>Waits until every event has been consumed, and fails when some are parked.</summary>
    public async Task Drained()
    {
        var until = DateTime.UtcNow + DrainLimit;
        for (var quiet = 0; quiet < QuietReads;)
        {
            var ready = await Http.GetFromJsonAsync<JsonNode>("health/ready");
            long unsent = 0, parked = 0;
            foreach (var (_, check) in ready!["checks"]!.AsObject())
            {
                unsent += (long?)check!["data"]?["outboxUnsent"] ?? 0;
                parked += (long?)check["data"]?["outboxParked"] ?? 0;
            }

            if (parked > 0) throw new InvalidOperationException($"{parked} events are parked: {ready.ToJsonString()}");
            quiet = unsent == 0 ? quiet + 1 : 0;
            if (DateTime.UtcNow > until) throw new TimeoutException($"{unsent} events are still unsent");
            await Task.Delay(PollWait);
        }
    }

    public void Dispose() => Http.Dispose();
}

/// <summary>A response: its status, and its body as JSON where it is JSON.</summary>
public sealed record Answer(HttpStatusCode Status, JsonNode? Json, string Text, string? MediaType)
{
    public int Code => (int)Status;

    /// <summary>The body of a response that must be a success.</summary>
    public JsonNode Body => Code is >= 200 and < 300 && Json is not null ? Json : throw new InvalidOperationException($"{Code}: {Text}");
}
