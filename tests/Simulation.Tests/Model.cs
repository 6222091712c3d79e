namespace Distribution.Simulation.Tests;

/// <summary>What a report says of doses, all dimensions.</summary>
internal sealed record Given(
    string Facility, string Vaccine, string DoseNumber, DateOnly Day, string? Lot, string? AgeBand, string? Sex, string? Group,
    string? Kind = null, bool ByCode = false);

/// <summary>A line of a submission: a dose by its id, or a tally. A bad one can never become right.</summary>
internal sealed record ReportLine(Guid? DoseId, Given Given, long Count, bool Bad = false);

/// <summary>Doses of a vaccine and lot (or none).</summary>
internal sealed record Consigned(string Vaccine, string? Lot, long Doses);

/// <summary>A line of a proof of delivery.</summary>
internal sealed record Arrived(string Vaccine, string? Lot, long Accepted, long Rejected, long Missing);

/// <summary>What is known of a shipment from its answers.</summary>
internal sealed class ShipmentFacts
{
    public required string Id { get; init; }
    public string? From { get; init; }
    public string? To { get; init; }
    public IReadOnlyList<Consigned>? Dispatched { get; set; }
    public IReadOnlyList<Arrived>? Received { get; set; }

    /// <summary>What came later of what was missing.</summary>
    public List<Consigned> Later { get; } = [];

    /// <summary>The later receipts that were answered.</summary>
    public HashSet<string> HeardLater { get; } = [];

    /// <summary>It was entered in error, or given up while it was held: nothing of it counts.</summary>
    public bool TakenBack { get; set; }

    /// <summary>Names a facility or vaccine that never becomes known: the ledger holds it for ever.</summary>
    public bool Unknown => !TakenBack && NamesUnknown;

    private bool NamesUnknown => From == World.UnknownFacility || To == World.UnknownFacility
        || Dispatched?.Any(line => line.Vaccine == World.UnknownVaccine) == true;
}

/// <summary>A stock command that was accepted, with the entries that its answer names.</summary>
internal sealed record StockCommand(
    string Kind, string RequestId, string Facility, IReadOnlyList<Consigned> Lines, IReadOnlyList<string> Entries);

/// <summary>
/// What must be true, kept from nothing but the answers: a plain account of what was asked and what the system said.
/// </summary>
internal sealed class Model
{
    private readonly Dictionary<string, HashSet<Given>> _claims = [];
    private readonly List<(string Id, Given Given)> _conflicts = [];
    private readonly Dictionary<string, long> _counts = [];
    private readonly HashSet<string> _corrected = [];
    private readonly HashSet<string> _takenBackShipments = [];
    private readonly Dictionary<string, List<long>> _takenBack = [];
    private readonly Dictionary<string, string> _merged = [];
    private long _taken;

    /// <summary>Shipments that were taken, by id.</summary>
    public Dictionary<string, ShipmentFacts> Shipments { get; } = [];

    public List<StockCommand> Commands { get; } = [];

    /// <summary>Takes in a shipment that was taken. It may have been taken back before its sender heard so.</summary>
    public void Learn(ShipmentFacts shipment)
    {
        Shipments[shipment.Id] = shipment;
        shipment.TakenBack = _takenBackShipments.Contains(shipment.Id);
    }

    /// <summary>Takes in that a shipment was taken back.</summary>
    public void TakeBack(string shipmentId)
    {
        _takenBackShipments.Add(shipmentId);
        if (Shipments.TryGetValue(shipmentId, out var shipment)) shipment.TakenBack = true;
    }

    /// <summary>Stock commands that were refused: no entry may name them.</summary>
    public HashSet<string> RefusedCommands { get; } = [];

    /// <summary>The entry that each accepted reversal reversed, by request.</summary>
    public Dictionary<string, string> Reversals { get; } = [];

    /// <summary>The last acknowledged state of each place.</summary>
    public Dictionary<string, PlaceFacts> Places { get; } = [];

    /// <summary>Takes in that a place is there, or is another now.</summary>
    public void Learn(PlaceFacts place) => Places[place.Id] = _merged.TryGetValue(place.Id, out var into)
        ? place with { Parent = into, IsMerged = true }
        : place;

    /// <summary>Takes in that a place was merged into another.</summary>
    public void Merge(string id, string into)
    {
        _merged[id] = into;
        if (Places.TryGetValue(id, out var place)) Learn(place);
    }

    /// <summary>Changes of places that were refused after a try without an answer: they may hold.</summary>
    public List<PlaceFacts> UncertainPlaces { get; } = [];

    /// <summary>Takes in the answer to a submission.</summary>
    public void Learn(string submissionId, IReadOnlyList<ReportLine> lines, Answer answer)
    {
        if (!answer.Accepted) throw new InvalidOperationException($"submission {submissionId} was refused: {answer}");
        var body = answer.Json;
        var conflicts = body["conflicts"]!.AsArray().Select(line => (int)line!["line"]!).ToHashSet();
        var rejected = body["rejected"]!.AsArray().Select(line => (int)line!["line"]!).ToHashSet();
        long known = 0;
        for (var index = 0; index < lines.Count; index++)
        {
            var (line, number) = (lines[index], index + 1);
            if (line.Bad != rejected.Contains(number))
                throw new InvalidOperationException(
                    $"line {number} of {submissionId} should {(line.Bad ? "" : "not ")}be rejected: {answer}");
            if (line.Bad) continue;
            var name = line.DoseId?.ToString() ?? $"{submissionId}:{number}";
            if (conflicts.Contains(number))
            {
                _conflicts.Add((name, line.Given));
                continue;
            }

            known += line.Count;
            _counts[name] = line.Count;
            if (_claims.TryGetValue(name, out var claims)) claims.Add(line.Given);
            else _claims[name] = [line.Given];
        }

        var (accepted, duplicates, held) = ((long)body["accepted"]!, (long)body["duplicates"]!, (long)body["held"]!);
        accepted += (long?)body["kept"] ?? 0;
        if (accepted + duplicates + held != known)
            throw new InvalidOperationException($"the lines of {submissionId} do not add up to {known}: {answer}");
        _taken += accepted + held;
    }

    /// <summary>Lines that other systems tell of by keys of their own, by name: nobody else corrects or discards them.</summary>
    public HashSet<string> OfOthers { get; } = [];

    /// <summary>Takes in a line that was taken.</summary>
    public void Take(string name, ReportLine line)
    {
        if (!_claims.TryAdd(name, [line.Given])) return;
        _counts[name] = line.Count;
        _taken += line.Count;
    }

    /// <summary>A line was entered in error, or discarded: it is counted nowhere.</summary>
    public void Correct(string name) => _corrected.Add(name);

    /// <summary>A line was entered in error, and another stands in its place.</summary>
    public void Replace(string name, string by, ReportLine line)
    {
        _corrected.Add(name);
        Take(by, line);
    }

    /// <summary>Doses of a tally were entered in error.</summary>
    public void TakeBack(string name, long doses)
    {
        if (!_takenBack.TryGetValue(name, out var taken)) _takenBack[name] = taken = [];
        taken.Add(doses);
    }

    /// <summary>Everything that must be counted when all is settled; the rest is held for ever.</summary>
    public IEnumerable<(Given Given, long Count)> Counted() =>
        Reported().Where(report => IsKnown(report.Given) && World.IsCounted(report.Given.Kind))
            .Select(report => (report.Given, report.Count));

    /// <summary>The lines that must still be held, by name.</summary>
    public IEnumerable<string> Held() => Reported().Where(report => !IsKnown(report.Given)).Select(report => report.Name);

    /// <summary>What the answers say that cannot all be true.</summary>
    public IEnumerable<string> Contradictions()
    {
        foreach (var (name, contents) in _claims.Where(claim => claim.Value.Count > 1))
            yield return $"dose {name} was taken with two contents: {string.Join(" and ", contents)}";
        foreach (var (name, given) in _conflicts)
        {
            if (!_claims.TryGetValue(name, out var claims)) yield return $"dose {name} conflicts with nothing that was taken: {given}";
            else if (claims.Contains(given)) yield return $"dose {name} conflicts with itself: {given}";
        }

        var once = _claims.Keys.Sum(name => _counts[name]);
        if (_taken != once) yield return $"{_taken} doses were answered as accepted or held, but {once} are there";
    }

    private IEnumerable<(string Name, Given Given, long Count)> Reported() => _claims
        .Where(claim => !_corrected.Contains(claim.Key))
        .Select(claim => (claim.Key, claim.Value.First(), _counts[claim.Key] - _takenBack.GetValueOrDefault(claim.Key, []).Sum()))
        .Where(report => report.Item3 > 0);

    private bool IsKnown(Given given) => Places.ContainsKey(given.Facility) && World.InSeries(given.Vaccine, given.DoseNumber);
}
