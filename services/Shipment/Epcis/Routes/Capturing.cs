using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Access;
using Distribution.Shipment.Epcis.Kept;
using Distribution.Shipment.Epcis.Meaning;
using Distribution.Shipment.Epcis.Wire;
using Distribution.Shipment.Store;

namespace Distribution.Shipment.Epcis.Routes;

/// <summary>
/// Keeps the events of a request and applies what they say, in one commit with the capture itself; then tries once more what of it is held,
/// and settles what waited for it.
/// </summary>
internal sealed class Capturing(ShipmentStore store, ShipmentPlaces places, Movements movements, Settlement settlement)
{
    /// <summary>Captures a document.</summary>
    public async ValueTask<Capture> Capture(ReadEvents read, bool proceeds, Caller caller, CancellationToken cancel)
    {
        await places.CatchUp(cancel);
        var id = Guid.CreateVersion7().ToString("N");
        CaptureError[] wrong = [.. read.Wrong.SelectMany(wrong => wrong.Faults.Listed).Select(fault => new CaptureError(
            "epcisException:ValidationException", "Invalid event", 400, fault.Problem, fault.Pointer))];
        Taken taken = new();
        var decided = await store.Change<Capture>(async tx =>
        {
            taken = await Take(tx, read.Events, caller);
            if (!proceeds && taken.Refused.Count > 0) return taken.Refused[0].Refusal;
            return await Keep(tx, [.. wrong, .. taken.Errors], read.Wrong.Count + taken.Refused.Count, taken.Held);
        }, cancel);
        if (decided.Refusal is not null)
        {
            decided = await store.Change<Capture>(
                async tx => await Keep(tx, taken.Errors, taken.Refused.Count, []), cancel);
            return decided.Answer;
        }

        await settlement.Retry(taken.Held, taken.Known, cancel);
        return decided.Answer;

        async ValueTask<Capture> Keep(ITransaction tx, IEnumerable<CaptureError> errors, int count, IReadOnlyList<string> held)
        {
            var capture = new Capture(
                id, tx.Now, proceeds, [.. errors.Take(Kept.Capture.ErrorsMax)], count, held, caller.Subject);
            await tx.Put(EpcisCollections.Captures, EpcisCollections.Everything, id, capture);
            return capture;
        }
    }

    /// <summary>Captures one event; null where it is kept, or was before.</summary>
    public async ValueTask<Refusal?> Capture(EpcisEvent read, Caller caller, CancellationToken cancel)
    {
        await places.CatchUp(cancel);
        Taken taken = new();
        var decided = await store.Change<Taken>(async tx =>
        {
            taken = await Take(tx, [read], caller);
            return taken.Refused is [var (_, refusal)] ? refusal : taken;
        }, cancel);
        if (decided.Refusal is { } refused) return refused;
        await settlement.Retry(taken.Held, taken.Known, cancel);
        return null;
    }

    private async ValueTask<Taken> Take(ITransaction tx, IReadOnlyList<EpcisEvent> events, Caller caller)
    {
        var taken = new Taken();
        var reports = new List<Report>();
        foreach (var read in events)
        {
            var (isKnown, conflict, of) = await EventKeeping.Look(tx, read);
            if (conflict is not null)
                taken.Refuse(read, new Refusal(409, "Already there", $"{conflict}.", Kind: "ResourceAlreadyExists"));
            if (isKnown || conflict is not null) continue;
            var says = Movement.Of(read);
            var before = read.ErrorHash is null || of?.Key is null ? [] : await tx.ReportsOf(of.Key);
            if (await Refuse(tx, read, says, before, caller) is { } refusal)
            {
                taken.Refuse(read, refusal);
                continue;
            }

            var key = await EventKeeping.Keep(tx, read, of, caller.Subject);
            if (read.ErrorHash is not null)
            {
                foreach (var report in before)
                {
                    // What of this capture is not applied yet never will be.
                    if (reports.RemoveAll(other => other.Key == report.Key) == 0)
                        await Movements.Undo(tx, report, caller.Subject, taken.Known);
                    else await tx.Save(report, report with { State = ReportState.Undone, Missing = null, Reason = null });
                }

                continue;
            }

            foreach (var (number, movement) in says.Index())
            {
                var report = Report.Of(Reports.KeyOf(key, number), read.Id, movement, caller);
                // Where the declaration that it is in error came first, nothing of it counts.
                if (of?.ErrorKey is not null) report = report with { State = ReportState.Undone };
                else reports.Add(report);
                await tx.Save(null, report);
            }
        }

        foreach (var report in reports.OrderBy(report => report.Movement.Kind))
        {
            var after = await movements.Apply(tx, report, report, taken.Known);
            if (after.State is ReportState.Held) taken.Held.Add(after.Key);
        }

        return taken;
    }

    private async ValueTask<Refusal?> Refuse(
        ITransaction tx, EpcisEvent read, IReadOnlyList<Movement> says, IReadOnlyList<Report> before, Caller caller)
    {
        foreach (var movement in read.ErrorHash is null ? says : [])
        {
            if (await movements.NotAllowed(tx, Report.Of("", read.Id, movement, caller)) is { } lacks)
                return new Refusal(403, "No right", $"{lacks}.", Kind: "Security");
        }

        var reach = caller.ReachOf(Right.ShipmentSend);
        foreach (var report in reach.IsEverywhere ? [] : before.Where(report => report.By != caller.Subject))
        {
            var shipment = report.ShipmentId is { } id ? await tx.FindShipment(id) : null;
            if (shipment?.Route.FromFacilityId is not { } from || !places.Tree.IsIn(reach, from))
                return new Refusal(403, "No right", $"{caller.Subject} may not declare this event in error.", Kind: "Security");
        }

        return null;
    }

    /// <summary>What came of events.</summary>
    private sealed class Taken
    {
        /// <summary>Those that cannot be kept.</summary>
        public List<(EpcisEvent Event, Refusal Refusal)> Refused { get; } = [];

        /// <summary>What is kept and waits for something.</summary>
        public List<string> Held { get; } = [];

        /// <summary>What others may have waited for.</summary>
        public List<string> Known { get; } = [];

        public IEnumerable<CaptureError> Errors => Refused.Select(each => CaptureError.Of(each.Refusal, each.Event.Index));

        public void Refuse(EpcisEvent read, Refusal refusal) => Refused.Add((read, refusal));
    }
}
