using System.Collections.Concurrent;
using MassTransit;
using RabbitMQ.Client.Exceptions;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>How far a module is behind: what waits in its queue, and what it has taken and not finished.</summary>
internal sealed class BrokerQueues(BrokerConnection broker) : IReceiveObserver
{
    // Health is asked for by those who wait: what is not known soon is not known.
    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Counts> _byQueue = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<long?>> _looks = [];

    /// <summary>The messages that wait in a queue and were given to nobody, or null when the broker or the queue is not there.</summary>
    public async Task<long?> Waiting(string queue, CancellationToken cancel)
    {
        try
        {
            // A look that is given up goes on until its own limit, so all who ask meanwhile share it.
            return await SharedLook(queue).WaitAsync(LookLimit, cancel);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>The messages of a queue that are being consumed here now, and those that have been since the start.</summary>
    public (long Consuming, long Consumed) Taken(string queue) => _byQueue.TryGetValue(queue, out var counts)
        ? (Interlocked.Read(ref counts.Consuming), Interlocked.Read(ref counts.Consumed))
        : (0, 0);

    /// <inheritdoc />
    public Task PreReceive(ReceiveContext context)
    {
        Interlocked.Increment(ref CountsOf(context).Consuming);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task PostReceive(ReceiveContext context) => Finished(context);

    /// <inheritdoc />
    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) where T : class => Task.CompletedTask;

    /// <inheritdoc />
    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) where T : class =>
        Task.CompletedTask;

    /// <inheritdoc />
    public Task ReceiveFault(ReceiveContext context, Exception exception) => Finished(context);

    private Task<long?> SharedLook(string queue)
    {
        lock (_gate)
        {
            if (!_looks.TryGetValue(queue, out var look) || look.IsCompleted) _looks[queue] = look = Look(queue);
            return look;
        }
    }

    private async Task<long?> Look(string queue)
    {
        using var limit = new CancellationTokenSource(BrokerConnection.AnswerLimit);
        try
        {
            await using var channel = await broker.Channel(confirms: false, limit.Token);
            return (await channel.QueueDeclarePassiveAsync(queue, limit.Token)).MessageCount;
        }
        catch (Exception failure) when (failure is BrokerUnavailableException or OperationInterruptedException or AlreadyClosedException
            or IOException or TimeoutException or OperationCanceledException)
        {
            return null;
        }
    }

    private Task Finished(ReceiveContext context)
    {
        var counts = CountsOf(context);
        Interlocked.Increment(ref counts.Consumed);
        Interlocked.Decrement(ref counts.Consuming);
        return Task.CompletedTask;
    }

    private Counts CountsOf(ReceiveContext context) => _byQueue.GetOrAdd(context.InputAddress.Segments[^1], _ => new Counts());

    private sealed class Counts
    {
        public long Consuming;
        public long Consumed;
    }
}
