using Distribution.Contracts;
using Distribution.Contracts.Administration.V1;
using Distribution.Platform.Storage;

namespace Distribution.Simulation.Tests;

/// <summary>
/// The relay and what lies between services, at its worst: events come late, again, together and in any order, and the
/// relay dies after it has delivered an event and before it has noted it.
/// </summary>
internal sealed class Network(SimulatedSystem system, Random random, Story story)
{
    private const int PageEventsMax = 512;
    private const int FailuresMax = 50;
    private static readonly string Given = WireNames.Of(typeof(DosesAdministered));
    private readonly Dictionary<Guid, int> _failures = [];
    private readonly List<OutboxEvent> _delivered = [];
    private readonly Lock _gate = new();

    /// <summary>Does one thing to one event of some outbox, or nothing when there is none.</summary>
    public async Task Step()
    {
        var power = system.Power;
        try
        {
            await Carry();
        }
        catch (Exception) when (power.Off)
        {
            // The relay died with its process.
        }
    }

    private async Task Carry()
    {
        var outbox = system.Outboxes[Next(system.Outboxes.Count)];
        var page = await outbox.Unsent(PageEventsMax);
        if (page.Count == 0) return;
        var carried = page[Next(2) == 0 ? 0 : Next(page.Count)];
        switch (Next(10))
        {
            case 0:
                await Deliver(carried);
                break;
            case 1:
                await Task.WhenAll(Deliver(carried), Deliver(carried));
                break;
            case 2:
                await Redeliver();
                break;
            case 3:
                var other = page[Next(page.Count)];
                var arrived = await Task.WhenAll(Deliver(other), other == carried ? Task.FromResult(false) : Deliver(carried));
                if (arrived[0]) await outbox.Settle([other.Position], []);
                if (arrived[1]) await outbox.Settle([carried.Position], []);
                break;
            case 4:
                var alike = page.Where(other => other.WireName == Given).ToList();
                if (alike.Count > 1 && await DeliverTogether(alike) && Next(3) > 0)
                    await outbox.Settle([.. alike.Select(each => each.Position)], []);
                break;
            default:
                if (await Deliver(carried)) await outbox.Settle([carried.Position], []);
                break;
        }
    }

    /// <summary>Delivers until every outbox is empty, each page in any order.</summary>
    public async Task Drain()
    {
        for (var quiet = false; !quiet;)
        {
            quiet = true;
            foreach (var outbox in system.Outboxes)
            {
                var page = (await outbox.Unsent(PageEventsMax)).ToArray();
                quiet &= page.Length == 0;
                random.Shuffle(page);
                var sent = new List<long>();
                foreach (var carried in page)
                {
                    if (await Deliver(carried)) sent.Add(carried.Position);
                }

                await outbox.Settle(sent, []);
            }
        }
    }

    /// <summary>An event that was delivered long ago comes once more.</summary>
    public async Task Redeliver()
    {
        OutboxEvent? old;
        lock (_gate) old = _delivered.Count == 0 ? null : _delivered[random.Next(_delivered.Count)];
        if (old is not null) await Deliver(old);
    }

    private async Task<bool> Deliver(OutboxEvent carried)
    {
        try
        {
            await system.Deliver(carried);
            lock (_gate) _delivered.Add(carried);
            story.Tell($"event {carried.WireName} {carried.Position} arrives");
            return true;
        }
        catch (Exception failure) when (Causes(failure).Any(cause => cause is StoreUnavailableException))
        {
            story.Tell($"event {carried.WireName} {carried.Position} meets an outage");
            return false;
        }
        catch (Exception failure)
        {
            // The relay tries again and parks what never works. Here nothing may be parked in the end.
            story.Tell($"event {carried.WireName} {carried.Position} fails: {failure.Message}");
            lock (_gate)
            {
                var failures = _failures[carried.EventId] = _failures.GetValueOrDefault(carried.EventId) + 1;
                if (failures > FailuresMax) throw;
            }

            return false;
        }
    }

    private async Task<bool> DeliverTogether(List<OutboxEvent> carried)
    {
        if (!await system.DeliverTogether(carried)) return false;
        lock (_gate) _delivered.AddRange(carried);
        story.Tell($"{carried.Count} events {carried[0].WireName} from {carried[0].Position} arrive together");
        return true;
    }

    private static IEnumerable<Exception> Causes(Exception failure)
    {
        for (Exception? at = failure; at is not null; at = at.InnerException) yield return at;
    }

    private int Next(int below)
    {
        lock (_gate) return random.Next(below);
    }
}
