using System.Threading.Channels;
using Distribution.Platform.Auditing;
using Distribution.Platform.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Platform.Web;

/// <summary>
/// Writes refusals for want of a right into the audit, as they come and many together: whoever is refused need not wait for it, and has
/// changed nothing.
/// </summary>
internal sealed class RefusalAudit(ILogger<RefusalAudit> log) : BackgroundService
{
    private const int WaitingMax = 10_000;
    private const int TogetherMax = 256;

    private readonly Channel<(IStore Store, AuditedRequest Request)> _waiting =
        Channel.CreateBounded<(IStore, AuditedRequest)>(new BoundedChannelOptions(WaitingMax) { SingleReader = true });

    /// <summary>Tells of a request that was refused.</summary>
    public void Tell(HttpContext http)
    {
        if (RequestAudit.Refused(http) is { } refused && !_waiting.Writer.TryWrite(refused))
            log.LogError("A refusal is missing in the audit: {WaitingMax} others wait to be written.", WaitingMax);
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What was told of is written before the stores are closed.
        _waiting.Writer.TryComplete();
        if (ExecuteTask is { } writing) await writing.WaitAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var together = new List<Task>();
            while (together.Count < TogetherMax && _waiting.Reader.TryRead(out var refused))
                together.Add(Write(refused.Store, refused.Request));
            await Task.WhenAll(together);
        }
    }

    private async Task Write(IStore store, AuditedRequest request)
    {
        try
        {
            await store.Record(request, CancellationToken.None);
        }
        catch (StoreUnavailableException unavailable)
        {
            log.LogError(unavailable, "A refusal of {Action} to {Caller} is missing in the audit.", request.Action, request.Caller);
        }
    }
}
