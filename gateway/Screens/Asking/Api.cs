using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Distribution.Screens.Asking;

/// <summary>
/// Asks the public API of this very program in the name of whoever looks at a page: with what they signed in with, at the same address and
/// by the same rights, limits and kept answers as everybody. So a page cannot show more than its reader could ask for.
/// </summary>
/// <param name="clients">Makes the HTTP client.</param>
/// <param name="own">The address of this program.</param>
/// <param name="log">Told of what went wrong.</param>
internal sealed class Api(IHttpClientFactory clients, OwnAddress own, ILogger<Api> log)
{
    private const string Base = "/api/v1/";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly JsonSerializerOptions Written =
        new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Asks something.</summary>
    /// <param name="http">The request for a page.</param>
    /// <param name="path">What is asked for, from below <c>/api/v1/</c>.</param>
    /// <param name="parameters">Its parameters; those that are null are left out.</param>
    public async Task<Asked<T>> Get<T>(HttpContext http, string path, params (string Name, string? Value)[] parameters) where T : class
    {
        var question = Base + path + QueryString.Create(parameters.Where(parameter => parameter.Value is not null)
            .Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)));
        return await Ask<T>(http, HttpMethod.Get, question, null);
    }

    /// <summary>Has something done. What is sent twice is done once, by the ids and times that are in it.</summary>
    /// <param name="http">The request for a page.</param>
    /// <param name="path">What is to be done, from below <c>/api/v1/</c>.</param>
    /// <param name="body">What is said of it.</param>
    public Task<Asked<T>> Post<T>(HttpContext http, string path, object body) where T : class =>
        Ask<T>(http, HttpMethod.Post, Base + path, body);

    /// <summary>Ends the session of whoever asks; the browser is told to forget its cookie.</summary>
    public async Task SignOut(HttpContext http)
    {
        using var response = await Send(http, HttpMethod.Delete, Base + "session");
        if (response.Headers.TryGetValues("Set-Cookie", out var cookies)) http.Response.Headers.SetCookie = cookies.ToArray();
    }

    private async Task<Asked<T>> Ask<T>(HttpContext http, HttpMethod method, string question, object? body) where T : class
    {
        try
        {
            using var response = await Send(http, method, question, body);
            if (response.IsSuccessStatusCode)
                return new(question, await response.Content.ReadFromJsonAsync<T>(JsonSerializerOptions.Web, http.RequestAborted));
            var problem = await response.Content.ReadFromJsonAsync<ProblemBody>(JsonSerializerOptions.Web, http.RequestAborted);
            return new(question, null, new((int)response.StatusCode, problem?.Detail, problem?.TraceId, problem?.Errors));
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or TaskCanceledException
            && !http.RequestAborted.IsCancellationRequested)
        {
            log.LogWarning("{Question} is not answered: {Reason}", question, failure.Message);
            return new(question, null, new(StatusCodes.Status503ServiceUnavailable));
        }
    }

    private async Task<HttpResponseMessage> Send(HttpContext http, HttpMethod method, string question, object? body = null)
    {
        using var client = clients.CreateClient(own.HttpName);
        client.Timeout = Timeout;
        using var request = new HttpRequestMessage(method, new Uri(own.Find(), question));
        request.Headers.Accept.ParseAdd("application/json");
        if (body is not null) request.Content = JsonContent.Create(body, options: Written);
        foreach (var name in (string[])["Authorization", "Cookie"])
            if (http.Request.Headers[name] is { Count: > 0 } value) request.Headers.TryAddWithoutValidation(name, value.AsEnumerable());
        return await client.SendAsync(request, http.RequestAborted);
    }

    private sealed record ProblemBody(string? Detail, string? TraceId, IReadOnlyDictionary<string, string[]>? Errors);
}

/// <summary>Where this program serves, and by which HTTP client it is called.</summary>
/// <param name="HttpName">The name of the client's registration.</param>
/// <param name="Find">The address, which is known once the program serves.</param>
public sealed record OwnAddress(string HttpName, Func<Uri> Find);
