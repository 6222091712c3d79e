using Distribution.Contracts.Audit.V1;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Microsoft.Extensions.Logging;

namespace Distribution.Platform.Operations;

/// <summary>
/// Tells the log and the other services each minute how far a service's audit is, where it has grown: what they keep cannot be changed
/// together with it.
/// </summary>
internal sealed class TellAuditHeads(string service, IStore store, ILoggerFactory logs)
{
    /// <summary>How often.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(1);

    private readonly ILogger _log = logs.CreateLogger(SecurityLog.Category);

    /// <summary>Tells of what has grown.</summary>
    public async Task Tell(CancellationToken cancel)
    {
        foreach (var (chain, head) in await store.Chains(cancel))
        {
            // Another instance, or this one before its last start, may have told it.
            var told = await store.Commit($"audit-head:{chain}:{head.Number}", tx =>
            {
                tx.Publish(new HeadReached(service, chain, head.Number, head.Hash));
                return ValueTask.FromResult(Decision.Accept());
            }, cancel);
            if (!told.Repeated)
                _log.LogWarning("audit of {Service}, chain {Chain}: {Number} records, hash {Hash}", service, chain, head.Number, head.Hash);
        }
    }
}
