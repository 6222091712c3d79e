using Distribution.Platform.Storage;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Store;

namespace Distribution.Shipment.Epcis.Meaning;

/// <summary>Makes a receipt of what an event says that has arrived: what it does not name is missing, what is beyond is extra.</summary>
internal static class Arrivals
{
    /// <summary>Receives a shipment, or what comes later of it.</summary>
    public static async ValueTask<Report> Receive(
        ITransaction tx, Report report, ShipmentRecord shipment, string to, IReadOnlyList<ConsignedLine> came)
    {
        var elsewhere = to == shipment.Route.ToFacilityId ? null : to;
        var stamp = new Stamp(tx.Now, report.By);
        Outcome outcome;
        if (shipment.ReceivedAt is null)
        {
            if (Whole(shipment, came, report.EventId, out var problem) is not { } lines) return report.ForPerson(problem!);
            outcome = Receipts.Receive(shipment, new Receipt(report.Movement.At, null, elsewhere, false, lines), stamp);
        }
        else
        {
            if (Whole(shipment, came, report.EventId, out _) is { } lines
                && Receipts.IsRepeat(shipment, new Receipt(report.Movement.At, shipment.ReceivedBy, elsewhere, false, lines)))
                return report.Apply(shipment.ShipmentId);
            outcome = Receipts.ReceiveLater(shipment, new Receipt(report.Movement.At, null, elsewhere, false,
                [.. came.Select(line => new ReceiptLine(line.VaccineId, line.LotNumber, line.Doses))]), stamp);
        }

        switch (outcome)
        {
            case Outcome.Accepted accepted:
                await tx.Keep(shipment, accepted);
                return report.Apply(shipment.ShipmentId);
            case Outcome.WrongState wrong:
                return report.ForPerson(wrong.Detail);
            case Outcome.Invalid invalid:
                return report.ForPerson(string.Join("; ", invalid.Problems.Select(problem => $"{problem.Field}: {problem.Problem}")));
            default:
                return report.Apply(shipment.ShipmentId);
        }
    }

    /// <summary>A line for all that was shipped; null where something came that was not.</summary>
    private static List<ReceiptLine>? Whole(
        ShipmentRecord shipment, IReadOnlyList<ConsignedLine> came, string eventId, out string? problem)
    {
        var match = new Matching(shipment.Lines);
        var got = new long[shipment.Lines.Count];
        foreach (var line in came)
        {
            var at = match.Find(new ReceiptLine(line.VaccineId, line.LotNumber, line.Doses), out problem)
                // A vial's serial number does not say of which lot it is, nor does every shipping name the lots.
                ?? OnlyOf(shipment.Lines, line);
            if (at is not { } found) return null;
            got[found] += line.Doses;
        }

        problem = null;
        return [.. shipment.Lines.Select((line, at) => new ReceiptLine(
            line.VaccineId, line.LotNumber, Math.Min(got[at], line.Doses), 0, Math.Max(0, line.Doses - got[at]),
            got[at] > line.Doses ? $"more than was shipped, by EPCIS event {(eventId.Length <= 200 ? eventId : eventId[..200])}" : null,
            got[at] > line.Doses ? got[at] - line.Doses : null))];
    }

    private static int? OnlyOf(IReadOnlyList<ConsignedLine> shipped, ConsignedLine line)
    {
        var same = shipped.Index().Where(each => each.Item.VaccineId == line.VaccineId).Take(2).ToList();
        return same is [(var at, { LotNumber: null })] ? at : null;
    }
}
