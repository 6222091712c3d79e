using System.Net;
using System.Net.Http.Json;
using Distribution.Gateway.Services;
using Distribution.Platform.Identity;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Gateway.Callers;

/// <summary>Keeps the list of who has access as the Access service has it, several times a second.</summary>
internal sealed class FollowAccess(
    IHttpClientFactory clients, ServiceAddresses addresses, CallerTokens tokens, AccessList list, TimeProvider clock,
    ILogger<FollowAccess> log) : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(400);

    private bool _down;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (tokens.AreNeeded && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Ask(stoppingToken);
                if (_down) log.LogWarning("Access answers again");
                _down = false;
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or System.Text.Json.JsonException
                && !stoppingToken.IsCancellationRequested)
            {
                if (!_down) log.LogWarning("Access does not say who has access: {Reason}", failure.Message);
                _down = true;
            }

            await Task.Delay(AccessList.LookWait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Asks one instance, and the next where that one does not answer soon.</summary>
    private async Task Ask(CancellationToken stopping)
    {
        var instances = addresses.Of(ServiceNames.Access);
        for (var at = 0; ; at++)
        {
            try
            {
                await Ask(instances[at], stopping);
                return;
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException
                && at < instances.Count - 1 && !stopping.IsCancellationRequested)
            {
            }
        }
    }

    private async Task Ask(Uri instance, CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(Timeout);
        using var http = clients.CreateClient(ServiceClient.HttpName);
        http.DefaultRequestHeaders.Authorization = new("Bearer", tokens.Of(Caller.Gateway));
        var query = ServiceClient.Query(AccessList.Path.TrimStart('/'), ("known", list.Version?.ToString()));
        using var response = await http.GetAsync(new Uri(instance, query), limit.Token);
        response.EnsureSuccessStatusCode();
        if (response.StatusCode == HttpStatusCode.NoContent) list.Holds();
        else if (await response.Content.ReadFromJsonAsync<AccessKeys>(limit.Token) is { } keys) list.Take(keys);
    }
}
