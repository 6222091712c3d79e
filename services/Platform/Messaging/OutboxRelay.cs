using System.Diagnostics;
using System.Text.Json;
using Distribution.Platform.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Platform.Messaging;

/// <summary>
/// Takes the events of one store's outbox to the sink, a bounded page at a time, and forgets them when they have
/// arrived. After a crash a page goes out again: consumers recognise the event ids. An event that fails again and
/// again is parked with its reason, so that it never stops the others, and is never dropped.
/// </summary>
public sealed class OutboxRelay(string name, IOutbox outbox, IEventSink sink, TimeProvider clock, ILogger<OutboxRelay> log)
    : BackgroundService
{
    private const int PageEventsMax = 512;
    private const int ConcurrentEventsMax = 64;
    private const int AttemptsMax = 5;

    // Of larger ones each is worth a delivery, and a page might not fit into memory.
    private const int TogetherBytesMax = 16 * 1024;

    // Events that come one by one go out together: a few milliseconds of freshness for many fewer commits.
    private static readonly TimeSpan GatherWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan FirstRetryWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan OutageWait = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset _started = clock.GetUtcNow();
    private int _inOutage;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var relayed = await RelayPage(stoppingToken);
                if (relayed == 0) await outbox.WaitForEvents(stoppingToken);
                if (relayed < PageEventsMax) await Wait(GatherWait, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                log.LogError(failure, "The outbox of {Store} cannot be relayed now; trying again.", name);
                await Wait(OutageWait, stoppingToken);
            }
        }
    }

    /// <summary>Relays one page and returns how many events it held.</summary>
    public async Task<int> RelayPage(CancellationToken cancel)
    {
        var page = await outbox.Unsent(PageEventsMax, cancel);
        if (page.Count == 0) return 0;
        var sent = new List<long>(page.Count);
        var single = new List<OutboxEvent>();
        foreach (var alike in page.GroupBy(outgoing => MayGoInPage(outgoing) ? outgoing.WireName : null))
        {
            var events = alike.ToList();
            if (alike.Key is { } wireName && events.Count > 1 && await sink.PublishPage(wireName, events, cancel))
                sent.AddRange(events.Select(outgoing => outgoing.Position));
            else single.AddRange(events);
        }

        var parked = new List<PoisonEvent>();
        await Parallel.ForEachAsync(single,
            new ParallelOptions { MaxDegreeOfParallelism = ConcurrentEventsMax, CancellationToken = cancel },
            async (outgoing, token) =>
            {
                var poison = await Deliver(outgoing, token);
                lock (sent)
                {
                    if (poison is null) sent.Add(outgoing.Position);
                    else parked.Add(new PoisonEvent(outgoing.Position, poison));
                }
            });
        await outbox.Settle(sent, parked, cancel);
        return page.Count;
    }

    /// <summary>Null when the event arrived, else why it is poison.</summary>
    private async Task<string?> Deliver(OutboxEvent outgoing, CancellationToken cancel)
    {
        using var span = EventHeaders.StartRelaying(outgoing, name);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await sink.Publish(outgoing, cancel);
                if (Interlocked.Exchange(ref _inOutage, 0) == 1) log.LogWarning("The events of {Store} go out again.", name);
                return null;
            }
            catch (Exception failure) when (!cancel.IsCancellationRequested)
            {
                if (Outages.IsOutage(failure))
                {
                    if (Interlocked.Exchange(ref _inOutage, 1) == 0)
                        log.LogWarning(
                            failure, "The events of {Store} cannot go out now; they wait in the outbox and are tried again.", name);
                    await Wait(OutageWait, cancel);
                    continue;
                }

                if (attempt == AttemptsMax || failure is JsonException)
                {
                    log.LogError(
                        failure, "The event {EventId} ({WireName}) of {Store} is parked.", outgoing.EventId, outgoing.WireName, name);
                    span?.SetStatus(ActivityStatusCode.Error, "parked");
                    return failure.ToString();
                }

                await Wait(FirstRetryWait * Math.Pow(2, attempt - 1), cancel);
            }
        }
    }

    // Of those from before the start some may have been consumed by an older version, which knew each by a cause of its own.
    // In a trace that is recorded every event has spans of its own.
    private bool MayGoInPage(OutboxEvent outgoing) =>
        outgoing.Body.Length <= TogetherBytesMax && outgoing.RecordedAt >= _started && !EventHeaders.IsRecorded(outgoing.TraceParent);

    private Task Wait(TimeSpan wait, CancellationToken cancel) => Task.Delay(wait, clock, cancel);
}
