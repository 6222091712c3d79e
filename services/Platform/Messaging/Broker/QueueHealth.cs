using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>
/// What waits for a module at the broker. A broker that is away makes it degraded, not unhealthy: requests are taken
/// all the same, and their events wait in the outbox. So do events that could not be consumed: a person should look.
/// </summary>
/// <param name="queues">Looks at the queue.</param>
/// <param name="queue">Its name.</param>
/// <param name="errored">The module's errored events, or null for a queue that is the process's own, and closed to others.</param>
internal sealed class QueueHealth(BrokerQueues queues, string queue, ErroredEvents? errored) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (consuming, consumed) = queues.Taken(queue);
        var data = new Dictionary<string, object> { ["consuming"] = consuming, ["consumed"] = consumed };
        if (errored is null) return HealthCheckResult.Healthy(data: data);
        var kept = await errored.Count(cancellationToken);
        data["errored"] = kept;
        var waiting = await queues.Waiting(queue, cancellationToken);
        if (waiting is null)
            return HealthCheckResult.Degraded(
                "The broker or this queue does not answer: requests are taken, and their events wait in the outbox.", data: data);
        data["queueWaiting"] = waiting;
        return kept == 0
            ? HealthCheckResult.Healthy(data: data)
            : HealthCheckResult.Degraded($"{kept} events could not be consumed and are kept for an operator.", data: data);
    }
}
