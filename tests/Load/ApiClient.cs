using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Distribution.Load;

/// <summary>The run cannot go on.</summary>
internal sealed class LoadFailure(string message) : Exception(message);

/// <summary>The public API over plain HTTP/1.1, without what <see cref="HttpClient"/> adds to the handler's cost.</summary>
internal sealed class ApiClient : IDisposable
{
    public static readonly MediaTypeHeaderValue Json = new("application/json");
    public static readonly MediaTypeHeaderValue Ndjson = new("application/x-ndjson");

    private readonly Door _server;

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
    });

    public ApiClient(Door server) => _server = server;

    /// <summary>Sends bytes as they are. The answer's status says what came of it.</summary>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    public async Task<(HttpStatusCode Status, byte[] Body)> Send(
        HttpMethod method, string path, ReadOnlyMemory<byte> body, MediaTypeHeaderValue type, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri(_server.Address, path));
        if (_server.Key is { } key) request.Headers.Authorization = new("Bearer", key);
        if (method != HttpMethod.Get)
        {
            request.Content = new ReadOnlyMemoryContent(body);
            request.Content.Headers.ContentType = type;
        }

        using var response = await _http.SendAsync(request, cancel);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancel));
    }

    /// <summary>Reads an answer whole.</summary>
    public Task<(HttpStatusCode Status, byte[] Body)> Get(string path, CancellationToken cancel) =>
        Send(HttpMethod.Get, path, default, Json, cancel);

    /// <summary>Sets something up.</summary>
    /// <exception cref="LoadFailure">The server refuses; the message has its reason.</exception>
    public async Task<JsonElement> Must(HttpMethod method, string path, string body, MediaTypeHeaderValue type, CancellationToken cancel)
    {
        var (status, answer) = await Send(method, path, Encoding.UTF8.GetBytes(body), type, cancel);
        if ((int)status is < 200 or > 299)
            throw new LoadFailure($"{method} {path} is answered {(int)status}: {Encoding.UTF8.GetString(answer)}");
        return answer.Length == 0 ? default : JsonElement.Parse(answer);
    }

    /// <summary>Sets up many things, one a line.</summary>
    /// <exception cref="LoadFailure">The server refuses one of them.</exception>
    public async Task Bulk(string path, IEnumerable<string> lines, CancellationToken cancel)
    {
        var answer = await Must(HttpMethod.Post, path, string.Join('\n', lines) + "\n", Ndjson, cancel);
        if (answer.TryGetProperty("rejected", out var rejected) && rejected.ValueKind == JsonValueKind.Array
            && rejected.GetArrayLength() > 0)
            throw new LoadFailure($"POST {path} rejects: {rejected[0]}");
    }

    public void Dispose() => _http.Dispose();
}
