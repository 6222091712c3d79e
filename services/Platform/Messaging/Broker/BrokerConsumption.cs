using MassTransit;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>
/// How far the services of this process are with what the broker has for them: the oldest event in work, and whether
/// more wait. A queue hands out events in the order in which they came to it, which is nearly that of their commits.
/// </summary>
internal sealed class BrokerConsumption(BrokerQueues queues, TimeProvider time) : IConsumption
{
    // What the broker has handed out may still be on its way to us, and is neither waiting nor in work.
    private static readonly TimeSpan HandingOver = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AskLimit = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, InWork> _byService = [];

    /// <summary>What notes the events of a service while they are in work, retries included.</summary>
    public IFilter<ConsumeContext> Noting(string service) => Of(service);

    public async ValueTask<DateTimeOffset?> UpTo(string service, CancellationToken cancel)
    {
        var work = Of(service);
        var now = time.GetUtcNow();
        var waiting = await Waiting(service, cancel);
        var drained = waiting == 0 && queues.Taken(BrokerTopology.QueueOf(service)).Consuming == 0;
        return work.UpTo(drained ? now - HandingOver : null, known: waiting is not null);
    }

    public async ValueTask<long?> Waiting(string service, CancellationToken cancel)
    {
        try
        {
            // Not by cancelling: a broker that hangs would not let go of the channel either.
            return await queues.Waiting(BrokerTopology.QueueOf(service), cancel).WaitAsync(AskLimit, time, cancel);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private InWork Of(string service)
    {
        lock (_byService)
        {
            if (!_byService.TryGetValue(service, out var work)) _byService[service] = work = new InWork();
            return work;
        }
    }

    /// <summary>The events of one service that are in work.</summary>
    private sealed class InWork : IFilter<ConsumeContext>
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<long, DateTimeOffset> _recordedAt = [];
        private long _begun;
        private DateTimeOffset? _newestBegun;
        private DateTimeOffset? _lastSaid;

        public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
        {
            if (context.EventRecordedAt() is not { } recordedAt)
            {
                await next.Send(context);
                return;
            }

            var ticket = Begin(recordedAt);
            try
            {
                await next.Send(context);
            }
            finally
            {
                lock (_gate) _recordedAt.Remove(ticket);
            }
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("in-work");

        /// <summary>The moment up to which everything has been consumed.</summary>
        /// <param name="drained">That of the look at the queue, when nothing waited and nothing was in work; else null.</param>
        /// <param name="known">Whether the queue could be looked at. When not, what was said last still holds.</param>
        public DateTimeOffset? UpTo(DateTimeOffset? drained, bool known)
        {
            lock (_gate)
            {
                if (!known) return _lastSaid;
                // What waits came after what was begun; and what is in work is not consumed.
                var upTo = drained ?? _newestBegun;
                foreach (var recordedAt in _recordedAt.Values)
                    if (upTo is null || recordedAt < upTo) upTo = recordedAt;
                return _lastSaid = upTo ?? _lastSaid;
            }
        }

        private long Begin(DateTimeOffset recordedAt)
        {
            lock (_gate)
            {
                if (_newestBegun is null || recordedAt > _newestBegun) _newestBegun = recordedAt;
                _recordedAt[++_begun] = recordedAt;
                return _begun;
            }
        }
    }
}
