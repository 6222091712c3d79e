using RabbitMQ.Client;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>
/// The connection of this process for what the bus does not do: declaring the topology, looking at queues, sending an
/// errored event back. Opened when first needed, and again after it was lost.
/// </summary>
/// <param name="nodes">The nodes of the broker, as <c>amqp://user:password@host:port/</c>.</param>
internal sealed class BrokerConnection(IReadOnlyList<Uri> nodes) : IAsyncDisposable
{
    /// <summary>After two of these without a sign of life a connection is given up.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    /// <summary>How long the broker may take for an answer.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _opening = new(1, 1);
    private IConnection? _connection;

    /// <summary>
    /// The connection that is open now, or null. Whatever was seen of the broker over it still is so: a broker that loses
    /// its state, or is another one, ends its connections.
    /// </summary>
    public object? Current => _connection is { IsOpen: true } open ? open : null;

    /// <summary>Opens a channel. The caller disposes it.</summary>
    /// <param name="confirms">Whether a publish returns only when the broker has confirmed it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="BrokerUnavailableException">No node of the broker answers.</exception>
    public async Task<IChannel> Channel(bool confirms, CancellationToken cancel)
    {
        try
        {
            var connection = await Open(cancel);
            return await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: confirms, publisherConfirmationTrackingEnabled: confirms), cancel);
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            throw new BrokerUnavailableException(failure);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync();
        _opening.Dispose();
    }

    private async ValueTask<IConnection> Open(CancellationToken cancel)
    {
        if (_connection is { IsOpen: true } open) return open;
        await _opening.WaitAsync(cancel);
        try
        {
            if (_connection is { IsOpen: true } opened) return opened;
            if (_connection is not null) await _connection.DisposeAsync();
            _connection = null;
            // It is opened anew by whoever needs it next, to whichever node answers.
            var factory = new ConnectionFactory
            {
                Uri = nodes[0],
                AutomaticRecoveryEnabled = false,
                RequestedHeartbeat = Heartbeat,
                RequestedConnectionTimeout = AnswerLimit,
                HandshakeContinuationTimeout = AnswerLimit,
                ContinuationTimeout = AnswerLimit,
            };
            return _connection = await factory.CreateConnectionAsync([.. nodes.Select(node => new AmqpTcpEndpoint(node))], cancel);
        }
        finally
        {
            _opening.Release();
        }
    }
}
