using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Distribution.Tests.Support;

/// <summary>The public API as a client sees it.</summary>
/// <param name="address">Where it is.</param>
/// <param name="key">The access key, or the token, to sign in with; null where nobody is asked.</param>
/// <param name="from">The address of this machine from which it calls, or null for any: strangers are counted by it.</param>
public sealed class ApiClient(Uri address, string? key = null, IPAddress? from = null) : IDisposable
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan StandstillLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(20);
    private const int QuietReads = 3;

    private readonly Written _written = Written.To(address);

    public HttpClient Http { get; } = new(Written.To(address).Noting(Handler(from)))
    {
        BaseAddress = new Uri(address, "/"),
        Timeout = TimeSpan.FromMinutes(5),
        DefaultRequestHeaders = { Authorization = key is null ? null : new("Bearer", key) },
    };

    public static string NdjsonOf(IEnumerable<JsonNode> lines) => string.Join('\n', lines.Select(line => line.ToJsonString()));

    public Task<Answer> Send(HttpMethod method, string path, string? body = null, string mediaType = "application/json") =>
        SendTo(method, "api/v1/" + path.TrimStart('/'), body, mediaType);

    /// <summary>Sends to a path of the whole address, which may be of a standard.</summary>
    public async Task<Answer> SendTo(
        HttpMethod method, string path, string? body = null, string mediaType = "application/json",
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, mediaType);
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return new Answer(response.StatusCode, isJson && text.Length > 0 ? JsonNode.Parse(text) : null, text,
            response.Content.Headers.ContentType?.MediaType)
        {
            Location = response.Headers.Location?.OriginalString,
        };
    }

    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path);

    public Task<Answer> Put(string path, JsonNode body) => Send(HttpMethod.Put, path, body.ToJsonString());

    public Task<Answer> Post(string path, JsonNode body) => Send(HttpMethod.Post, path, body.ToJsonString());

    public Task<Answer> PostNdjson(string path, IEnumerable<JsonNode> lines) =>
        Send(HttpMethod.Post, path, NdjsonOf(lines), "application/x-ndjson");

    /// <summary>
    /// Waits until no outbox holds an event, no queue a message, and nobody is consuming, over several looks between which
    /// nothing was consumed either. Fails when some are parked or errored.
    /// </summary>
    public async Task Drained()
    {
        var until = DateTime.UtcNow + DrainLimit;
        var standsStillAt = DateTime.UtcNow + StandstillLimit;
        long consumedBefore = -1;
        for (var quiet = 0; quiet < QuietReads;)
        {
            var ready = await Ready();
            var astray = Sum(ready, "outboxParked") + Sum(ready, "errored");
            if (astray > 0) throw new InvalidOperationException($"{astray} events are parked or errored: {ready.ToJsonString()}");
            var pending = Sum(ready, "outboxUnsent") + Sum(ready, "queueWaiting") + Sum(ready, "consuming");
            var consumed = Sum(ready, "consumed");
            quiet = pending == 0 && consumed == consumedBefore && IsWhole(ready) ? quiet + 1 : 0;
            if (consumed != consumedBefore) standsStillAt = DateTime.UtcNow + StandstillLimit;
            consumedBefore = consumed;
            if (DateTime.UtcNow > until || DateTime.UtcNow > standsStillAt)
                throw new TimeoutException($"not drained: {ready.ToJsonString()}");
            await Task.Delay(PollWait);
        }

        _written.NoteTakenIn();

        // A system whose parts are just being started again does not answer, or says that it is not ready.
        async Task<JsonNode> Ready()
        {
            try
            {
                using var response = await Http.GetAsync("health/ready");
                return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
            }
            catch (HttpRequestException failure)
            {
                return new JsonObject { ["status"] = failure.Message, ["checks"] = new JsonObject() };
            }
        }

        static long Sum(JsonNode ready, string name) => ready["checks"]!.AsObject().Sum(check => (long?)check.Value!["data"]?[name] ?? 0);

        // A part that does not answer, or whose broker does not, says nothing of what it holds.
        static bool IsWhole(JsonNode ready) => (string?)ready["status"] == "Healthy";
    }

    /// <summary>
    /// Coverage with every part of it, composed now or later. A service that is late with its answer is left out, or stood in for by its
    /// last one, and an answer of a moment ago is given again, each of which the answer says: whoever needs all of it asks again.
    /// </summary>
    /// <param name="query">What is asked for, such as <c>country=ATL&amp;vaccineId=MR</c>.</param>
    public async Task<JsonNode> WholeCoverage(string query)
    {
        JsonNode coverage = new JsonObject();
        var since = _written.Since;
        await Condition.Until($"coverage?{query} is whole", StandstillLimit, async () =>
        {
            coverage = (await Get($"coverage?{query}")).Body;
            var parts = coverage["parts"]!.AsObject();
            // Administration's part is as of when it was asked; Inventory's is a while behind where a broker is between.
            return parts.Any(part => (bool)part.Value!["stale"]!) || (DateTimeOffset?)parts["administration"]!["asOf"] < since
                ? parts.ToJsonString()
                : null;
        });
        return coverage;
    }

    public void Dispose() => Http.Dispose();

    private static SocketsHttpHandler Handler(IPAddress? from)
    {
        var handler = new SocketsHttpHandler();
        if (from is null) return handler;
        handler.ConnectCallback = async (context, cancel) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.Bind(new IPEndPoint(from, 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        };
        return handler;
    }
}

/// <summary>A response: its status, and its body as JSON where it is JSON.</summary>
public sealed record Answer(HttpStatusCode Status, JsonNode? Json, string Text, string? MediaType)
{
    public int Code => (int)Status;

    /// <summary>Where it points to, or null.</summary>
    public string? Location { get; init; }

    /// <summary>The body as text, without the word that it is that of an earlier time.</summary>
    public string FirstText => Text.Replace(",\"repeated\":true", "", StringComparison.Ordinal);

    /// <summary>The body of a response that must be a success.</summary>
    public JsonNode Body => Code is >= 200 and < 300 && Json is not null ? Json : throw new InvalidOperationException($"{Code}: {Text}");
}
