using Distribution.SharedKernel.Access;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols;

namespace Distribution.Gateway.Callers;

/// <summary>Reads what a provider says of itself: over TLS, or from this machine.</summary>
/// <param name="clients">Makes the HTTP client.</param>
internal sealed class ProviderDocuments(IHttpClientFactory clients) : IDocumentRetriever
{
    private const string HttpName = "distribution-providers";
    private const int BytesMax = 1024 * 1024;

    /// <summary>Registers the HTTP client.</summary>
    public static void AddServices(IServiceCollection services) => services
        .AddHttpClient(HttpName, http => http.MaxResponseContentBufferSize = BytesMax)
        .UseSocketsHttpHandler((handler, _) =>
        {
            handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
            handler.UseCookies = false;
            // To where that leads was not configured.
            handler.AllowAutoRedirect = false;
        })
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
        .RemoveAllLoggers();

    /// <inheritdoc/>
    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !Person.IsSafe(uri))
            throw new InvalidDataException($"'{address}' is no address with https");
        using var http = clients.CreateClient(HttpName);
        return await http.GetStringAsync(uri, cancel);
    }
}
