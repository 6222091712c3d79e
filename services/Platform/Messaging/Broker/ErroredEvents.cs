using System.Security.Cryptography;
using Distribution.Contracts;
using Distribution.Platform.Storage;
using MassTransit;
using RabbitMQ.Client;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>
/// The events that a service was given and could not consume. They are kept in the service's own store, with the
/// reason, before the broker is told to forget them; a person sends them back or gives them up.
/// </summary>
internal sealed class ErroredEvents(IStore store, BrokerConnection broker, string service)
{
    private const string Collection = "errored-events";
    private const int CountedMax = 1000;
    private const string UnreadableName = "unreadable";

    /// <summary>Keeps a message that a consumer failed at, or that nobody here consumes.</summary>
    public async Task Keep(ReceiveContext context, string failure)
    {
        var body = context.Body.GetBytes();
        // A message without an id still is the same one when it comes again.
        var id = context.GetMessageId() ?? new Guid(SHA256.HashData(body).AsSpan(0, 16));
        var name = context.TransportHeaders.Get<string>(EventHeaders.WireName)
            ?? (context.TryGetPayload(out RabbitMqBasicConsumeContext? basic) && (WireNames.Find(basic.Exchange) is not null)
                ? basic.Exchange : UnreadableName);
        var errored = new ErroredEvent(id, name, context.ContentType?.ToString(), failure, body);
        // Under no cause: an event that was sent back and fails again is kept again.
        await store.Change<long>(
            async tx => await tx.Put(Collection, "", $"{id}", errored with { ErroredAt = tx.Now }), CancellationToken.None);
    }

    /// <summary>The events after an id, in the order of their ids.</summary>
    public async ValueTask<IReadOnlyList<ErroredEvent>> List(string? after, int limit, CancellationToken cancel) =>
        [.. (await store.Scan(Collection, "", after, limit, cancel)).Select(document => document.As<ErroredEvent>())];

    /// <summary>Whether there is one of this id.</summary>
    public async ValueTask<bool> Has(Guid id, CancellationToken cancel) => await store.Find(Collection, "", $"{id}", cancel) is not null;

    /// <summary>How many there are; counted up to 1,000.</summary>
    public async ValueTask<int> Count(CancellationToken cancel) => (await store.Scan(Collection, "", null, CountedMax, cancel)).Count;

    /// <summary>Sends an event back to the service's queue under its own id, so that nothing is done twice; false where there is
    /// none.</summary>
    /// <exception cref="BrokerUnavailableException">The broker did not take it. It is still kept.</exception>
    public async Task<bool> Replay(Guid id, CancellationToken cancel)
    {
        if (await store.Find(Collection, "", $"{id}", cancel) is not { } kept) return false;
        await Send(kept.As<ErroredEvent>(), cancel);
        // It may have failed again by now, and then is kept anew.
        await Forget(id, kept.Version, cancel);
        return true;
    }

    /// <summary>Gives an event up; false where there is none.</summary>
    public Task<bool> Discard(Guid id, CancellationToken cancel) => Forget(id, null, cancel);

    private async Task<bool> Forget(Guid id, long? version, CancellationToken cancel)
    {
        var forgotten = await store.Change<bool>(async tx =>
        {
            var found = await tx.Find(Collection, "", $"{id}") is { } kept && (version is null || kept.Version == version);
            if (found) await tx.Delete(Collection, "", $"{id}");
            return found;
        }, cancel);
        return forgotten.Answer;
    }

    private async Task Send(ErroredEvent errored, CancellationToken cancel)
    {
        await using var channel = await broker.Channel(confirms: true, cancel);
        try
        {
            var properties = new BasicProperties
            {
                MessageId = $"{errored.EventId}",
                ContentType = errored.ContentType,
                Persistent = true,
                Headers = new Dictionary<string, object?> { [EventHeaders.WireName] = errored.WireName },
            };
            await channel.BasicPublishAsync("", BrokerTopology.QueueOf(service), mandatory: true, properties, errored.Body, cancel);
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            throw new BrokerUnavailableException(failure);
        }
    }
}

/// <summary>An event that a service could not consume.</summary>
/// <param name="EventId">The event's id; for a message without one, derived from its content.</param>
/// <param name="WireName">Its type, or <c>unreadable</c> when nothing says it.</param>
/// <param name="ContentType">How the body is to be read, or null.</param>
/// <param name="Failure">Why it could not be consumed.</param>
/// <param name="Body">The message as it came.</param>
/// <param name="ErroredAt">When it was kept.</param>
/// <param name="SchemaVersion">The form of this document.</param>
internal sealed record ErroredEvent(
    Guid EventId, string WireName, string? ContentType, string Failure, byte[] Body, DateTimeOffset ErroredAt = default,
    int SchemaVersion = 1);
