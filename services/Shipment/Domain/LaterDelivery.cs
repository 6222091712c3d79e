using Distribution.SharedKernel.Rules;

namespace Distribution.Shipment.Domain;

/// <summary>Compares what comes later with what is missing, in doses: no line may bring more than is missing of it.</summary>
internal static class LaterDelivery
{
    /// <summary>What came, in the order of the shipment's lines, those that brought nothing left out; meaningless when there is a
    /// problem.</summary>
    /// <param name="shipment">The shipment.</param>
    /// <param name="receipt">What came, as the receiver gave it.</param>
    /// <param name="problem">What is wrong, in a sentence; or null.</param>
    public static IReadOnlyList<ConsignedLine> Compare(
        ShipmentRecord shipment, IReadOnlyList<ReceiptLine?>? receipt, out string? problem)
    {
        problem = receipt is not { Count: > 0 } ? "The receipt has no lines."
            : receipt.Count > shipment.Lines.Count ? $"It has {receipt.Count} lines, and the shipment {shipment.Lines.Count}."
            : null;
        if (problem is not null) return [];
        var match = new Matching(shipment.Lines);
        var came = new SortedDictionary<int, ConsignedLine>();
        for (var index = 0; index < receipt!.Count; index++)
        {
            if (receipt[index] is not { } line)
            {
                problem = $"lines[{index}] must be an object.";
                return [];
            }

            if (match.AllLots(line) is { } lots)
            {
                var all = new ConsignedLine(line.VaccineId!, null, null, lots.Sum(lot => shipment.Lines[lot].Doses));
                var missing = lots.Sum(MissingOf);
                var no = lots.Any(came.ContainsKey)
                    ? $"is in another line too: {ProofOfDelivery.LotsOrTotal}"
                    : Wrong(line, all, missing);
                if (no is not null)
                {
                    problem = $"lines[{index}]: {line.VaccineId} {no}.";
                    return [];
                }

                foreach (var (lot, accepted, rejected) in Matching.Share(lots, MissingOf, line.Accepted!.Value, line.Rejected ?? 0))
                    came[lot] = Came(shipment.Lines[lot], accepted, rejected, line.Reason);
                continue;
            }

            if (match.Find(line, out var unknown) is not { } at)
            {
                problem = $"lines[{index}]: {unknown}.";
                return [];
            }

            var shipped = shipment.Lines[at];
            var wrong = came.ContainsKey(at) ? "is named twice: add its doses up in one line"
                : Wrong(line, shipped, MissingOf(at));
            if (wrong is not null)
            {
                problem = $"lines[{index}]: {shipped.Key} {wrong}.";
                return [];
            }

            came[at] = Came(shipped, line.Accepted!.Value, line.Rejected ?? 0, line.Reason);
        }

        IReadOnlyList<ConsignedLine> lines = [.. came.Values.Where(line => line.Doses > 0)];
        if (lines.Count == 0) problem = "The receipt has no doses.";
        return lines;

        long MissingOf(int at) => shipment.StillMissing(shipment.Lines[at]) ?? 0;
    }

    private static ConsignedLine Came(ConsignedLine shipped, long accepted, long rejected, string? reason) => shipped with
    {
        Doses = accepted + rejected,
        Accepted = accepted,
        Rejected = rejected,
        Missing = 0,
        Reason = rejected > 0 ? reason : null,
        Extra = null,
    };

    private static string? Wrong(ReceiptLine line, ConsignedLine shipped, long missing)
    {
        if (line.Accepted is not { } accepted) return "lacks accepted: say how many doses came";
        var rejected = line.Rejected ?? 0;
        if (accepted < 0 || rejected < 0) return "has a number below 0";
        if (accepted > missing || rejected > missing - accepted) return $"has {missing} of {shipped.Doses} doses missing: no more can come";
        if (line.Extra is > 0) return "cannot have extra doses later: adjust the stock";
        if (line.Missing is { } still && still != missing - accepted - rejected)
            return $"would have {missing - accepted - rejected} doses missing then, not {still}";
        return rejected > 0 && Limits.ReasonProblem(line.Reason) is { } reason ? $"needs a reason for its rejected doses: {reason}" : null;
    }
}
