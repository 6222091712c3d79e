using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Distribution.SharedKernel.Rules;

namespace Distribution.Shipment.Domain;

/// <summary>One line of a receipt as the receiver gave it. Unsaid is null.</summary>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">The lot; left out, the line is the total of the vaccine, and what was accepted is of the lots that expire
/// first.</param>
/// <param name="Accepted">Doses taken into stock.</param>
/// <param name="Rejected">Doses that came unusable; null is none.</param>
/// <param name="Missing">Doses that did not come; null is none, if that adds up.</param>
/// <param name="Reason">Why doses were rejected, missing or more than were shipped.</param>
/// <param name="Extra">Doses that came beyond those shipped, and were taken into stock; null is none.</param>
internal sealed record ReceiptLine(
    [Required] string? VaccineId, [property: JsonConverter(typeof(LotNumberText))] string? LotNumber, [Required] long? Accepted,
    long? Rejected = null, long? Missing = null, string? Reason = null, long? Extra = null);

/// <summary>
/// Compares a receipt with what was shipped, in doses: accepted + rejected + missing = shipped on every line, and a
/// reason for every rejected dose, and for every dose beyond what was shipped.
/// </summary>
internal static class ProofOfDelivery
{
    /// <summary>What to do where a line names no lot and another one of the same vaccine does.</summary>
    public const string LotsOrTotal = "name the lot in each line of a vaccine, or in none";

    /// <summary>The shipped lines with what became of them, in their order; meaningless when there are problems.</summary>
    public static IReadOnlyList<ConsignedLine> Compare(
        IReadOnlyList<ConsignedLine> shipped, IReadOnlyList<ReceiptLine?>? receipt, out IReadOnlyList<FieldProblem> problems)
    {
        var found = new List<FieldProblem>();
        problems = found;
        if (receipt is not { Count: > 0 })
        {
            found.Add(new("lines", "is missing: give a line for everything that was shipped, with accepted, rejected and missing doses"));
            return [];
        }

        // An allocation may have split the lines of a request over more lots than a request may have lines.
        var linesMax = Math.Max(Limits.LinesMax, shipped.Count);
        if (receipt.Count > linesMax)
        {
            found.Add(new("lines", $"has {receipt.Count} lines: at most {linesMax}"));
            return [];
        }

        var received = shipped.ToArray();
        var claimedBy = new int?[shipped.Count];
        var match = new Matching(shipped);
        for (var index = 0; index < receipt.Count; index++)
        {
            var field = $"lines[{index}]";
            if (receipt[index] is not { } line) found.Add(new(field, "must be an object"));
            else if (match.AllLots(line) is { } lots)
            {
                if (lots.Select(at => claimedBy[at]).FirstOrDefault(claim => claim is not null) is { } named)
                    found.Add(new(field, $"is the total of {line.VaccineId}, and lines[{named}] is of it too: {LotsOrTotal}"));
                foreach (var at in lots) claimedBy[at] = index;
                SettleAll(received, lots, line, field, found);
            }
            else if (match.Find(line, out var problem) is not { } at) found.Add(new(field, problem));
            else if (claimedBy[at] is { } earlier)
            {
                found.Add(new(field, match.AllLots(receipt[earlier]!) is null
                    ? $"is {shipped[at].Key} again, as lines[{earlier}]: add them up in one line"
                    : $"is {shipped[at].Key}, and lines[{earlier}] is the total of {line.VaccineId}: {LotsOrTotal}"));
            }

            else
            {
                claimedBy[at] = index;
                received[at] = Settle(shipped[at], $"{shipped[at].Key}", line, field, found);
            }
        }

        for (var at = 0; at < shipped.Count; at++)
        {
            if (claimedBy[at] is null)
                found.Add(new("lines", $"{shipped[at].Key}, {shipped[at].Doses} doses shipped, is not accounted for: add a line for it"));
        }

        return received;
    }

    // What is said of all lots of a vaccine together.
    private static void SettleAll(
        ConsignedLine[] received, IReadOnlyList<int> lots, ReceiptLine line, string field, List<FieldProblem> problems)
    {
        var before = problems.Count;
        var whole = new ConsignedLine(line.VaccineId!, null, null, lots.Sum(at => received[at].Doses));
        var all = Settle(whole, $"{line.VaccineId} in all lots", line, field, problems);
        if (problems.Count > before) return;
        foreach (var (at, accepted, rejected) in Matching.Share(lots, at => received[at].Doses, all.Accepted!.Value, all.Rejected!.Value))
        {
            var missing = received[at].Doses - accepted - rejected;
            var extra = at == lots[0] ? all.Extra : null;
            received[at] = received[at] with
            {
                Accepted = accepted,
                Rejected = rejected,
                Missing = missing,
                Reason = rejected + missing + (extra ?? 0) > 0 ? all.Reason : null,
                Extra = extra,
            };
        }
    }

    private static ConsignedLine Settle(
        ConsignedLine shipped, string name, ReceiptLine line, string field, List<FieldProblem> problems)
    {
        var before = problems.Count;
        if (line.Accepted is null) problems.Add(new($"{field}.accepted", "is missing: say how many doses were accepted, 0 if none"));
        Bound("accepted", line.Accepted);
        Bound("rejected", line.Rejected);
        Bound("missing", line.Missing);
        Bound("extra", line.Extra);
        if (problems.Count > before) return shipped;

        long accepted = line.Accepted ?? 0, rejected = line.Rejected ?? 0, missing = line.Missing ?? 0;
        var sum = accepted + rejected + missing;
        if (sum > shipped.Doses)
        {
            problems.Add(new(field,
                $"{name}: accepted {accepted} + rejected {rejected} + missing {missing} = {sum} doses, but {shipped.Doses} were "
                    + $"shipped: say extra: {sum - shipped.Doses} for those beyond, with a reason, and the others as what was shipped"));
        }
        else if (sum < shipped.Doses)
        {
            problems.Add(new($"{field}.missing",
                $"{name}: accepted {accepted} + rejected {rejected} + missing {missing} = {sum} of {shipped.Doses} doses shipped: "
                    + $"say missing: {shipped.Doses - accepted - rejected}"));
        }

        if (rejected > 0 && string.IsNullOrWhiteSpace(line.Reason))
            problems.Add(new($"{field}.reason", $"{name}: {rejected} rejected doses need a reason"));
        else if (line.Extra > 0 && string.IsNullOrWhiteSpace(line.Reason))
            problems.Add(new($"{field}.reason", $"{name}: {line.Extra} doses beyond those shipped need a reason"));
        else if (line.Reason is { Length: > Limits.ReasonCharsMax })
            problems.Add(new($"{field}.reason", Limits.ReasonProblem(line.Reason)!));

        var extra = line.Extra is > 0 ? line.Extra : null;
        var reason = rejected + missing + (extra ?? 0) > 0 && !string.IsNullOrWhiteSpace(line.Reason) ? line.Reason : null;
        return shipped with { Accepted = accepted, Rejected = rejected, Missing = missing, Reason = reason, Extra = extra };

        void Bound(string name, long? doses)
        {
            if (doses is < 0 or > Limits.DosesMax * Limits.LinesMax)
                problems.Add(new($"{field}.{name}", $"{doses} doses: must be 0 or more, and no more than were shipped"));
        }
    }
}
