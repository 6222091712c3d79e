using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Distribution.Command.Calls;

/// <summary>The public API of a running system, asked with the caller's own key.</summary>
internal sealed class Api : IDisposable
{
    private const int PageItems = 1_000;

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(100);

    // A file may be long, and the way slow.
    private static readonly TimeSpan UploadLimit = TimeSpan.FromHours(2);

    private readonly HttpClient _http;

    /// <summary>Gets ready to ask; nothing is sent yet.</summary>
    /// <exception cref="Failure">The key cannot be used, or would be read on the way.</exception>
    public Api(ApiSettings settings)
    {
        var address = settings.Address;
        var key = KeyFile.Read(settings.KeyFile);
        if (key is not null && address.Scheme != Uri.UriSchemeHttps && !address.IsLoopback)
        {
            throw new Failure(
                $"{address} is asked without TLS, and others on the way would read the key: give --url an address with https.");
        }

        // A proxy of the environment is for elsewhere, and a key is for the address that was given.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = !address.IsLoopback, AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri(address, "api/v1/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (key is not null) _http.DefaultRequestHeaders.Authorization = new("Bearer", key);
    }

    /// <summary>One thing.</summary>
    public Task<JsonElement> Get(string path, CancellationToken cancel) => Send(HttpMethod.Get, path, null, cancel);

    /// <summary>One thing; null where there is none that the caller may see.</summary>
    public async Task<JsonElement?> Find(string path, CancellationToken cancel)
    {
        using var response = await Answer(HttpMethod.Get, path, null, AnswerLimit, cancel);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await Content(response, cancel);
    }

    /// <summary>All of a list, page by page to its end.</summary>
    public async Task<IReadOnlyList<JsonElement>> All(string path, CancellationToken cancel)
    {
        var all = new List<JsonElement>();
        string? next = null;
        do
        {
            var after = next is null ? "" : $"&after={Uri.EscapeDataString(next)}";
            var page = await Get($"{path}?limit={PageItems}{after}", cancel);
            all.AddRange(page.GetProperty("items").EnumerateArray());
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
        return all;
    }

    /// <summary>Asks for a change.</summary>
    public async Task<JsonElement> Send(HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        using var content = body is null ? null : JsonContent.Create(body, body.GetType());
        using var response = await Answer(method, path, content, AnswerLimit, cancel);
        return await Content(response, cancel);
    }

    /// <summary>Sends a file.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="file">The file.</param>
    /// <param name="mediaType">What it is.</param>
    /// <param name="sent">Is told the bytes that have been sent; or null.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<JsonElement> Upload(string path, FileStream file, string mediaType, Action<long>? sent, CancellationToken cancel)
    {
        using var content = new CountedContent(file, sent);
        content.Headers.ContentType = new(mediaType);
        using var response = await Answer(HttpMethod.Post, path, content, UploadLimit, cancel);
        return await Content(response, cancel);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> Answer(
        HttpMethod method, string path, HttpContent? content, TimeSpan within, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(within);
        try
        {
            return await _http.SendAsync(request, limit.Token);
        }
        catch (HttpRequestException failure)
        {
            throw new Failure($"{_http.BaseAddress!.GetLeftPart(UriPartial.Authority)} does not answer ({failure.Message.TrimEnd('.')}): "
                + "start the system, or say with --url where it is.");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new Failure(
                $"No answer within {within.TotalSeconds} s: what was asked for may have been done. Look, then ask again.");
        }
    }

    private static async Task<JsonElement> Content(HttpResponseMessage response, CancellationToken cancel)
    {
        if (!response.IsSuccessStatusCode) throw await Problem.Of(response, cancel);
        try
        {
            return await response.Content.ReadFromJsonAsync<JsonElement>(cancel);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new Failure($"{response.RequestMessage!.RequestUri} answers something else than this program asks for: say with --url "
                + "where the system is.");
        }
    }
}
