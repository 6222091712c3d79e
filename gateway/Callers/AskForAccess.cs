using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Distribution.Gateway.Services;
using Distribution.Platform.Identity;

namespace Distribution.Gateway.Callers;

/// <summary>Asks the Access service who has access.</summary>
internal sealed class AskForAccess(IHttpClientFactory clients, ServiceAddresses addresses, CallerTokens tokens) : IAccessSource
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(400);

    /// <summary>Asks one instance, and the next where that one does not answer soon.</summary>
    public ValueTask<AccessKeys?> Newer(long? known, CancellationToken cancel) =>
        OfOne(instance => Ask(instance, known, cancel), cancel);

    /// <inheritdoc/>
    public async ValueTask TellUsed(UsedAccess used, CancellationToken cancel) =>
        await OfOne(instance => Tell(instance, used, cancel), cancel);

    private async ValueTask<T> OfOne<T>(Func<Uri, Task<T>> ask, CancellationToken cancel)
    {
        var instances = addresses.Of(ServiceNames.Access);
        for (var at = 0; ; at++)
        {
            try
            {
                return await ask(instances[at]);
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or JsonException
                && !cancel.IsCancellationRequested)
            {
                if (at == instances.Count - 1) throw new IdentityUnavailableException($"access does not say: {failure.Message}");
            }
        }
    }

    private async Task<AccessKeys?> Ask(Uri instance, long? known, CancellationToken stopping)
    {
        using var limit = Limit(stopping);
        using var http = Client();
        var query = ServiceClient.Query(AccessList.Path.TrimStart('/'), ("known", known?.ToString()));
        using var response = await http.GetAsync(new Uri(instance, query), limit.Token);
        response.EnsureSuccessStatusCode();
        return response.StatusCode == HttpStatusCode.NoContent
            ? null
            : await response.Content.ReadFromJsonAsync<AccessKeys>(limit.Token) ?? throw new JsonException("null");
    }

    private async Task<bool> Tell(Uri instance, UsedAccess used, CancellationToken stopping)
    {
        using var limit = Limit(stopping);
        using var http = Client();
        using var response = await http.PostAsJsonAsync(new Uri(instance, AccessUses.Path.TrimStart('/')), used, limit.Token);
        response.EnsureSuccessStatusCode();
        return true;
    }

    private HttpClient Client()
    {
        var http = clients.CreateClient(ServiceClient.HttpName);
        http.DefaultRequestHeaders.Authorization = new("Bearer", tokens.Of(Caller.Gateway, ServiceNames.Access));
        return http;
    }

    private static CancellationTokenSource Limit(CancellationToken stopping)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(Timeout);
        return limit;
    }
}
