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
    public async ValueTask<AccessKeys?> Newer(long? known, IReadOnlyList<string> usedShares, CancellationToken cancel)
    {
        var instances = addresses.Of(ServiceNames.Access);
        for (var at = 0; ; at++)
        {
            try
            {
                return await Ask(instances[at], known, usedShares, cancel);
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or JsonException
                && !cancel.IsCancellationRequested)
            {
                if (at == instances.Count - 1) throw new IdentityUnavailableException($"access does not say: {failure.Message}");
            }
        }
    }

    private async Task<AccessKeys?> Ask(Uri instance, long? known, IReadOnlyList<string> usedShares, CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(Timeout);
        using var http = clients.CreateClient(ServiceClient.HttpName);
        http.DefaultRequestHeaders.Authorization = new("Bearer", tokens.Of(Caller.Gateway, ServiceNames.Access));
        var query = ServiceClient.Query(AccessList.Path.TrimStart('/'), ("known", known?.ToString()),
            ("used", usedShares.Count == 0 ? null : string.Join(',', usedShares)));
        using var response = await http.GetAsync(new Uri(instance, query), limit.Token);
        response.EnsureSuccessStatusCode();
        return response.StatusCode == HttpStatusCode.NoContent
            ? null
            : await response.Content.ReadFromJsonAsync<AccessKeys>(limit.Token) ?? throw new JsonException("null");
    }
}
