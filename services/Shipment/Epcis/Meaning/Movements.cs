using Distribution.Contracts;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Rules;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Epcis.Wire;
using Distribution.Shipment.Requests;
using Distribution.Shipment.Store;

namespace Distribution.Shipment.Epcis.Meaning;

/// <summary>
/// Makes of what events say what the API's own commands make: a shipment that left, its receipt. In the commit of the event, or later, when
/// what it waits for is known; each report once.
/// </summary>
/// <param name="places">The places.</param>
internal sealed class Movements(ShipmentPlaces places)
{
    private const int IdCharsMax = 64;

    /// <summary>Why who sends something might not, or null: by the places that are known.</summary>
    public async ValueTask<string?> NotAllowed(ITransaction tx, Report report)
    {
        if (report is { Sends: null, Receives: null } || report.Movement.Kind is MovementKind.Packing) return null;
        var glns = report.Movement.Kind is MovementKind.Receiving ? report.Movement.To : report.Movement.From;
        return await new Resolving(tx).Facility(glns) is { } facility && !report.MayAt(places.Tree, facility)
            ? Lacks(report, facility)
            : null;
    }

    /// <summary>Applies a report as far as it can be, and keeps it.</summary>
    /// <param name="tx">The change.</param>
    /// <param name="before">The report as it is kept, or null.</param>
    /// <param name="report">The report.</param>
    /// <param name="known">Gets what is known by it that others may wait for.</param>
    public async ValueTask<Report> Apply(ITransaction tx, Report? before, Report report, List<string> known)
    {
        var after = report.Movement.Kind switch
        {
            MovementKind.Packing => await Pack(tx, report, known),
            MovementKind.Shipping => await Ship(tx, report, known),
            _ => await Receive(tx, report, known),
        };
        await tx.Save(before, after);
        return after;
    }

    private static async ValueTask<Report> Pack(ITransaction tx, Report report, List<string> known)
    {
        var movement = report.Movement;
        await tx.Put(Reports.Packed, movement.Parent!, Resolving.PackingKey(movement.At, report.Key),
            new Packing(movement.TakesOut, movement.Items, movement.Units));
        known.Add(Missing.Unit(movement.Parent!));
        return report.Apply();
    }

    private async ValueTask<Report> Ship(ITransaction tx, Report report, List<string> known)
    {
        var movement = report.Movement;
        if (Limits.TimeProblem(movement.At, tx.Now) is { } late) return report.ForPerson($"eventTime: {late}");
        var resolving = new Resolving(tx);
        var from = await resolving.Facility(movement.From);
        var lines = await resolving.Lines(movement);
        var to = movement.To.Count > 0 ? await resolving.Facility(movement.To)
            : movement.Delivery is { } said ? (await Find(tx, KeyOf(said, null))).ArrivedAt
            : null;
        if (resolving.Problem is { } problem) return report.ForPerson(problem);
        if (movement.From.Count == 0) return report.ForPerson("it does not say with a GLN where it comes from");
        if (resolving.Missing.Count > 0) return report.Wait(resolving.Reason, resolving.Missing);
        if (to is null)
        {
            return movement.Delivery is { } delivery
                ? report.Wait("it does not say with a GLN where it goes: it counts when it arrives", Missing.Arrival(KeyOf(delivery, null)))
                : report.ForPerson("it says neither with a GLN where it goes, nor of which despatch advice it is");
        }

        if (!report.MayAt(places.Tree, from!)) return report.ForPerson(Lacks(report, from!));
        if (from == to) return report.ForPerson($"it goes to where it comes from, '{from}'");
        var key = KeyOf(movement.Delivery, movement.Delivery is null ? $"{movement.Units[0]}>{to}" : null);
        var consignment = await Find(tx, key);
        if (consignment.ShipmentId is { } shipped && await tx.FindShipment(shipped) is { Counts: true })
        {
            return report.Wait(
                $"it was shipped already, as '{shipped}': declare that event in error, or give this one a despatch advice of its own",
                Missing.Turn(key), Missing.Step(shipped));
        }

        var settled = await Leave(tx, report, consignment, key, new ShipmentRoute(null, from, to, null), lines);
        if (settled.State is ReportState.Applied) known.Add(Missing.Departure(key));
        return settled;
    }

    /// <summary>The shipment leaves: a new one, or one that was asked for by other means.</summary>
    private static async ValueTask<Report> Leave(
        ITransaction tx, Report report, Consignment consignment, string key, ShipmentRoute route, IReadOnlyList<ConsignedLine> lines)
    {
        var stamp = new Stamp(tx.Now, report.By);
        var name = NameOf(report.Movement);
        var (shipmentId, corrects) = (name, consignment.ShipmentId);
        if (corrects is null)
        {
            if (await tx.FindShipment(name) is { } asked)
            {
                if (asked.Counts && asked.Route == route) return await Dispatch(tx, report, asked, key, consignment, lines, stamp);
                shipmentId = Longer(name, key);
            }
        }
        else shipmentId = Shorter($"{name}.{consignment.Turns + 1}");

        if (await tx.FindShipment(shipmentId) is not null)
            return report.ForPerson($"the shipment '{shipmentId}' is there already: give this one another despatch advice");
        lines = await WithExpiry(tx, lines);
        var outcome = ShipmentDecisions.Left(
            new ShipmentStart(shipmentId, route, corrects, Fingerprints.OfLeft(route, corrects, report.Movement.At, lines)),
            report.Movement.At, lines, stamp);
        await tx.Keep(null, outcome);
        await Keep(tx, key, consignment with { ShipmentId = shipmentId, ShippedBy = report.Key, Turns = consignment.Turns + 1 });
        return report.Apply(shipmentId);
    }

    private static async ValueTask<Report> Dispatch(
        ITransaction tx, Report report, ShipmentRecord asked, string key, Consignment consignment, IReadOnlyList<ConsignedLine> lines,
        Stamp stamp)
    {
        if (asked.State is ShipmentState.Requested)
            return report.Wait($"shipment '{asked.ShipmentId}' is not allocated yet", Missing.Step(asked.ShipmentId));
        if (!HaveSame(asked.Lines, lines))
        {
            return report.ForPerson(
                $"shipment '{asked.ShipmentId}' was asked for with other content: cancel it, or mark it as entered in error");
        }


        var lots = new Dictionary<LotKey, LotRecord>();
        foreach (var line in asked.Lines.Where(line => line.LotNumber is not null))
        {
            if (await tx.Find<LotRecord>(ShipmentStore.Lots, line.VaccineId, line.LotNumber!) is { } lot) lots[line.Key] = lot;
        }

        switch (Departures.Dispatch(asked, report.Movement.At, lots, stamp))
        {
            case Outcome.Accepted accepted:
                await tx.Keep(asked, accepted);
                break;
            case Outcome.WrongState wrong:
                return report.ForPerson(wrong.Detail);
        }

        await Keep(tx, key, consignment with { ShipmentId = asked.ShipmentId, ShippedBy = report.Key, Turns = 1 });
        return report.Apply(asked.ShipmentId);
    }

    private async ValueTask<Report> Receive(ITransaction tx, Report report, List<string> known)
    {
        var movement = report.Movement;
        if (Limits.TimeProblem(movement.At, tx.Now) is { } late) return report.ForPerson($"eventTime: {late}");
        if (movement.Condition is { } condition)
            return report.ForPerson($"it arrived as {condition}: receive the shipment with what was accepted and what was rejected");
        var resolving = new Resolving(tx);
        var to = await resolving.Facility(movement.To);
        if (movement.To.Count == 0) return report.ForPerson("it does not say with a GLN where it arrived");
        if (to is null) return report.Wait(resolving.Reason, resolving.Missing);
        if (!report.MayAt(places.Tree, to)) return report.ForPerson(Lacks(report, to));
        var key = KeyOf(movement.Delivery, movement.Delivery is null ? $"{movement.Units[0]}>{to}" : null);
        var consignment = await Find(tx, key);
        if (consignment.ArrivedAt is null)
        {
            await Keep(tx, key, consignment with { ArrivedAt = to });
            known.Add(Missing.Arrival(key));
        }

        var shipment = await tx.FindShipment(consignment.ShipmentId ?? NameOf(movement));
        if (shipment is not { Counts: true } || (consignment.ShipmentId is null && shipment.Route.ToFacilityId != to))
        {
            return report.Wait("nobody has said yet that it left: send the event of its shipping", Missing.Departure(key),
                Missing.Step(NameOf(movement)));
        }

        // What is in a unit may have been taken out before its arrival was told.
        var lines = await resolving.Lines(movement.Items.Count > 0 || shipment.DispatchedAt is not { } left ? movement : movement with
        {
            At = left,
        });
        if (resolving.Problem is { } problem) return report.ForPerson(problem);
        if (resolving.Missing.Count > 0) return report.Wait(resolving.Reason, resolving.Missing);
        if (shipment.State is ShipmentState.Requested or ShipmentState.Allocated)
            return report.Wait($"shipment '{shipment.ShipmentId}' has not left yet", Missing.Step(shipment.ShipmentId));
        return await Arrivals.Receive(tx, report, shipment, to, lines);
    }

    /// <summary>Whether two lists of lines are the same, by vaccine and lot.</summary>
    private static bool HaveSame(IReadOnlyList<ConsignedLine> asked, IReadOnlyList<ConsignedLine> left) =>
        asked.Count == left.Count && left.All(line => asked.Any(each => each.Doses == line.Doses && (each.Key == line.Key
            || (each.VaccineId == line.VaccineId && (each.LotNumber is null || line.LotNumber is null)
                && asked.Count(same => same.VaccineId == line.VaccineId) == 1))));

    private static async ValueTask<IReadOnlyList<ConsignedLine>> WithExpiry(ITransaction tx, IReadOnlyList<ConsignedLine> lines)
    {
        var filled = new List<ConsignedLine>(lines.Count);
        foreach (var line in lines)
        {
            var lot = line.LotNumber is { } number ? await tx.Find<LotRecord>(ShipmentStore.Lots, line.VaccineId, number) : null;
            filled.Add(line with { ExpirationDate = lot?.ExpirationDate });
        }

        return filled;
    }

    private static string Lacks(Report report, string facility) =>
        $"{report.By} may not {(report.Movement.Kind is MovementKind.Receiving ? "receive" : "send")} shipments at '{facility}'";

    /// <summary>Names a consignment, whichever its shipment is called: by its despatch advice, or its unit and where that goes.</summary>
    private static string KeyOf(string? delivery, string? unit) => Canonical.Hash(delivery ?? $"unit:{unit}");

    /// <summary>What its shipment is called where nothing else is: the last part of the despatch advice, or the unit.</summary>
    private static string NameOf(Movement movement)
    {
        if (movement.Delivery is not { } delivery) return movement.Units[0];
        var last = Uri.UnescapeDataString(delivery[(delivery.LastIndexOfAny([':', '/', '=', '#']) + 1)..]);
        return Ids.IsId(last) && !ShipmentContent.IsReserved(last) ? last : $"epcis-{Canonical.Hash(delivery)[..32]}";
    }

    private static string Longer(string name, string key) => Shorter($"{key[..10]}.{name}");

    private static string Shorter(string name) => name.Length <= IdCharsMax ? name : name[^IdCharsMax..];

    private static async ValueTask<Consignment> Find(ITransaction tx, string key) =>
        await tx.Find<Consignment>(Reports.Consignments, Reports.Everything, key) ?? new Consignment();

    private static ValueTask<long> Keep(ITransaction tx, string key, Consignment consignment) =>
        tx.Put(Reports.Consignments, Reports.Everything, key, consignment);

    /// <summary>Takes the effect of a report back, where its event is declared in error; where it cannot be, a person has to.</summary>
    public static async ValueTask Undo(ITransaction tx, Report report, string by, List<string> known)
    {
        var undone = report with { State = ReportState.Undone, Missing = null, Reason = null };
        if (report.State is ReportState.Applied && report.Movement.Kind is MovementKind.Packing)
            await tx.Delete(Reports.Packed, report.Movement.Parent!, Resolving.PackingKey(report.Movement.At, report.Key));
        else if (report is { State: ReportState.Applied, ShipmentId: { } id } && await tx.FindShipment(id) is { Counts: true } shipment)
        {
            if (report.Movement.Kind is MovementKind.Receiving
                || shipment.State is not (ShipmentState.Dispatched or ShipmentState.Allocated))
            {
                undone = report.ForPerson($"its event was declared in error, and shipment '{id}' has arrived: correct the stock, or mark "
                    + "the shipment as entered in error");
            }
            else
            {
                var outcome = (Outcome.Accepted)ShipmentDecisions.EnterInError(
                    shipment, $"Its EPCIS event {Short(report.EventId)} was declared in error.", new Stamp(tx.Now, by));
                await tx.Keep(shipment, outcome);
                var key = KeyOf(report.Movement.Delivery, report.Movement.Delivery is null
                    ? $"{report.Movement.Units[0]}>{shipment.Route.ToFacilityId}"
                    : null);
                await Keep(tx, key, await Find(tx, key) with { ShippedBy = null });
                known.Add(Missing.Turn(key));
            }
        }

        await tx.Save(report, undone);
    }

    private static string Short(string text) => text.Length <= 200 ? text : text[..200] + "…";
}
