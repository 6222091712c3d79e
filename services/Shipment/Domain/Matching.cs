namespace Distribution.Shipment.Domain;

/// <summary>Finds the shipped line that a receipt's line means, or all lots of a vaccine where it names none of them.</summary>
internal sealed class Matching
{
    private const int LotsNamedMax = 5;

    private readonly Dictionary<LotKey, int> _byKey = [];
    private readonly Dictionary<string, List<int>> _byVaccine = [];
    private readonly IReadOnlyList<ConsignedLine> _shipped;

    public Matching(IReadOnlyList<ConsignedLine> shipped)
    {
        _shipped = shipped;
        for (var at = 0; at < shipped.Count; at++)
        {
            _byKey.Add(shipped[at].Key, at);
            if (!_byVaccine.TryGetValue(shipped[at].VaccineId, out var same)) _byVaccine[shipped[at].VaccineId] = same = [];
            same.Add(at);
        }
    }

    /// <summary>
    /// The lots of a vaccine, first expiry first, of which a line that names none is the total; null where it means one line. What is
    /// accepted is then of the lots that expire first, as wherever stock has lots and a line has none.
    /// </summary>
    public IReadOnlyList<int>? AllLots(ReceiptLine line) =>
        line is { VaccineId: { } vaccine, LotNumber: null } && _byVaccine.TryGetValue(vaccine, out var lots) && lots.Count > 1
        && !_byKey.ContainsKey(new(vaccine, null))
            ? [.. lots.OrderBy(at => _shipped[at].ExpirationDate ?? DateOnly.MaxValue)
                .ThenBy(at => _shipped[at].LotNumber, StringComparer.Ordinal)]
            : null;

    /// <summary>What each of some lots has of their total, in their order: all that was accepted first, then what was rejected.</summary>
    /// <param name="lots">The lots.</param>
    /// <param name="dosesOf">How many doses a lot can have of it.</param>
    /// <param name="accepted">Doses that were accepted.</param>
    /// <param name="rejected">Doses that were rejected.</param>
    public static IEnumerable<(int At, long Accepted, long Rejected)> Share(
        IReadOnlyList<int> lots, Func<int, long> dosesOf, long accepted, long rejected)
    {
        foreach (var at in lots)
        {
            var doses = dosesOf(at);
            var taken = Math.Min(accepted, doses);
            var broken = Math.Min(rejected, doses - taken);
            yield return (at, taken, broken);
            (accepted, rejected) = (accepted - taken, rejected - broken);
        }
    }

    public int? Find(ReceiptLine line, out string problem)
    {
        problem = "";
        if (line.VaccineId is null)
        {
            problem = "vaccineId is missing: say of which vaccine";
            return null;
        }

        if (_byKey.TryGetValue(new(line.VaccineId, line.LotNumber), out var exact)) return exact;
        if (!_byVaccine.TryGetValue(line.VaccineId, out var ofVaccine))
        {
            problem = $"the shipment has no '{Short(line.VaccineId)}': it has {Some(_byVaccine.Keys)}";
            return null;
        }

        if (line.LotNumber is null && ofVaccine.Count == 1) return ofVaccine[0];
        var lots = Some(ofVaccine.Select(at => _shipped[at].LotNumber ?? "none"));
        problem = line.LotNumber is null
            ? $"the shipment has {ofVaccine.Count} lots of {line.VaccineId}: say lotNumber, one of {lots}"
            : $"the shipment has no lot '{Short(line.LotNumber)}' of {line.VaccineId}: its lots are {lots}";
        return null;
    }

    private static string Some(IEnumerable<string> names)
    {
        var some = names.Take(LotsNamedMax + 1).ToList();
        return some.Count <= LotsNamedMax ? string.Join(", ", some) : string.Join(", ", some.Take(LotsNamedMax)) + ", …";
    }

    private static string Short(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
