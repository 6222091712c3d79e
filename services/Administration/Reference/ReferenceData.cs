using System.Collections.Concurrent;
using Distribution.Administration.Domain;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Reference;

/// <summary>
/// The reference data in memory. What it knows of places and vaccines is known for ever; what it does not know, or does not find in a
/// country's lists, may be in the store by now, so a decision asks again in its transaction before it holds a line.
/// </summary>
internal sealed class ReferenceData
{
    private readonly ConcurrentDictionary<string, VaccineDocument> _vaccines = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, TargetPopulationDocument[]>> _targets = new();

    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, byte>> _doseNumbersWithTargets = new();

    private readonly ConcurrentDictionary<string, CountryDocument> _countries = new();

    private readonly CatchingUp _catchingUp = new();
    private volatile Dictionary<string, string[]> _vaccineOf = [];
    private long _targetChanges;

    /// <summary>The places.</summary>
    public PlaceTree Tree { get; } = new();

    /// <summary>Takes in what is newer in the store, at the start or by another instance. Cheap where nothing is.</summary>
    public Task CatchUp(IStore store, CancellationToken cancel) => _catchingUp.Run(store, this, cancel);

    /// <summary>The same where it matters which places lie in a reach.</summary>
    public Task CatchUp(Reach reach, IStore store, CancellationToken cancel) =>
        reach.IsEverywhere ? Task.CompletedTask : CatchUp(store, cancel);

    /// <summary>The vaccines that are known.</summary>
    public IEnumerable<VaccineDocument> Vaccines => _vaccines.Values;

    /// <summary>The vaccine with this id, or null.</summary>
    public VaccineDocument? Vaccine(string id) => _vaccines.GetValueOrDefault(id);

    /// <summary>
    /// The vaccine that codes mean, as far as it is known here. A code that two vaccines have, as it may seem while it goes from one to the
    /// other, is none's.
    /// </summary>
    public MeantVaccine MeantBy(string codes)
    {
        var meant = default(KeyValuePair<string, string>);
        foreach (var code in VaccineCodes.Split(codes))
        {
            if (!_vaccineOf.TryGetValue(code, out var vaccines) || vaccines is not [var vaccine] || meant.Value == vaccine) continue;
            if (meant.Value is not null)
            {
                return new(null, $"vaccineCodes: {meant.Key} is a code of '{meant.Value}', but {code} is one of '{vaccine}': "
                    + "correct the codes, or those of the vaccines, and send the line in another submission");
            }

            meant = new(code, vaccine);
        }

        return new(meant.Value, null);
    }

    /// <summary>The vaccine that a kept line names, or the codes by which it still does.</summary>
    public string Meant(string vaccine) => VaccineCodes.Are(vaccine) ? MeantBy(vaccine).VaccineId ?? vaccine : vaccine;

    /// <summary>A line with the vaccine that it means, as far as it is known here.</summary>
    public DoseContent Meant(DoseContent line) => line with { Sum = line.Sum with { VaccineId = Meant(line.Sum.VaccineId) } };

    /// <summary>Codes by which lines have just been held: what they wait for may have become known meanwhile.</summary>
    public ConcurrentQueue<string> HeldByCodes { get; } = new();

    /// <summary>Takes in a committed vaccine. Versions and dose numbers only grow, so the order does not matter.</summary>
    public void Apply(VaccineDocument vaccine)
    {
        Keep(vaccine);
        // Rare, and small: an index of all vaccines' codes, whole at every moment.
        lock (_vaccines)
        {
            _vaccineOf = _vaccines.Values
                .SelectMany(known => known.Codes.Select(code => (Code: new Coding(code.System, code.Code).ByName, known.VaccineId)))
                .GroupBy(code => code.Code, code => code.VaccineId).ToDictionary(code => code.Key, vaccines => vaccines.ToArray());
        }
    }

    private void Keep(VaccineDocument vaccine) => _vaccines.AddOrUpdate(vaccine.VaccineId, vaccine,
        (_, known) => vaccine.Version < known.Version
            || (vaccine.Version == known.Version && vaccine.DoseNumbers.Count < known.DoseNumbers.Count)
            ? known
            : vaccine);

    /// <summary>The target populations that were set for a place and a vaccine, of all years and dose numbers.</summary>
    public IReadOnlyList<TargetPopulationDocument> TargetPopulations(string facilityId, string vaccineId) =>
        _targets.TryGetValue(vaccineId, out var targets) ? targets.GetValueOrDefault(facilityId) ?? [] : [];

    /// <summary>The target populations that were set for a place.</summary>
    public IEnumerable<TargetPopulationDocument> TargetPopulationsOf(string facilityId) =>
        _targets.Values.SelectMany(targets => targets.GetValueOrDefault(facilityId) ?? []);

    /// <summary>The age band of somebody, of those that the target populations of a vaccine have at a place or above it; null where none
    /// fits, or the vaccine is not known.</summary>
    public string? AgeBandOf(string place, string? vaccineId, DateOnly bornOn, DateOnly on) => vaccineId is null ? null : AgeBands.Of(
        bornOn, on, Tree.PathOf(place).SelectMany(at => TargetPopulations(at, vaccineId))
            .SelectMany(set => set.Target.Cells).Select(cell => cell.AgeBand).OfType<string>().Distinct());

    /// <summary>Whether any place has a target population for a vaccine.</summary>
    public bool HasTargetPopulations(string vaccineId) => _targets.ContainsKey(vaccineId);

    /// <summary>The dose numbers of a vaccine that have target populations of their own in some place.</summary>
    public IReadOnlyCollection<string> DoseNumbersWithTargetPopulations(string vaccineId) =>
        _doseNumbersWithTargets.TryGetValue(vaccineId, out var numbers) ? [.. numbers.Keys] : [];

    /// <summary>Takes in a committed target population; an older version is ignored.</summary>
    public void Apply(TargetPopulationDocument target)
    {
        if (target.Target.DoseNumber is { } number) _doseNumbersWithTargets.GetOrAdd(target.VaccineId, _ => new()).TryAdd(number, default);
        _targets.GetOrAdd(target.VaccineId, _ => new()).AddOrUpdate(target.FacilityId, [target], (_, known) => With(known, target));
        Interlocked.Increment(ref _targetChanges);
    }

    private static TargetPopulationDocument[] With(TargetPopulationDocument[] known, TargetPopulationDocument target)
    {
        var at = Array.FindIndex(
            known, other => other.Target.Year == target.Target.Year && other.Target.DoseNumber == target.Target.DoseNumber);
        if (at < 0) return [.. known, target];
        return target.Version < known[at].Version ? known : [.. known[..at], target, .. known[(at + 1)..]];
    }

    /// <summary>A number that is another one after every change of a place or of a target population.</summary>
    public long Changes => Interlocked.Read(ref _targetChanges) + Tree.Changes;

    /// <summary>The lists of a country, as far as they are known here.</summary>
    public CountryLists ListsOf(string country) =>
        _countries.TryGetValue(country, out var known) ? known.Lists : CountryLists.None;

    /// <summary>Takes in the committed lists of a country; an older version is ignored.</summary>
    public void Apply(CountryDocument country) => _countries.AddOrUpdate(
        country.Country, country, (_, known) => country.Version < known.Version ? known : country);

    /// <summary>The lists of a country, as of a transaction.</summary>
    public static async ValueTask<CountryLists> ListsIn(ITransaction tx, string country) =>
        (await tx.Find<CountryDocument>(Collections.Countries, Collections.Whole, country))?.Lists ?? CountryLists.None;

    /// <summary>The first thing that a line names and that is not known here or not in the lists of its country; null where there is
    /// none.</summary>
    public string? Missing(in LineNames line)
    {
        if (Tree.Find(line.FacilityId) is not { } place) return MissingReference.Facility(line.FacilityId);
        if (VaccineCodes.Are(line.VaccineId)) return MissingReference.Codes(line.VaccineId);
        if (Vaccine(line.VaccineId) is not { } vaccine) return MissingReference.Vaccine(line.VaccineId);
        if (!vaccine.Takes(line.DoseNumber)) return MissingReference.DoseNumber(line.VaccineId, line.DoseNumber);
        return _countries.TryGetValue(place.Country, out var country)
            ? MissingReference.Listed(country.Lists, place.Country, line)
            : null;
    }

    /// <summary>Whether a caller may report of a facility; null where that is so of all.</summary>
    public Func<string, bool>? MayReport(Caller caller) =>
        caller.ReachOf(Right.ReportWrite) is { IsEverywhere: false } reach ? facility => Tree.IsIn(reach, facility) : null;

    /// <summary>Guesses what was meant by what is missing, of what lies in a reach.</summary>
    public Guesses Guesses(Reach reach) => new(missing => missing.Split(':', 3) switch
    {
        ["facility", _] => Tree.Ids(reach),
        ["vaccine", _] => [.. _vaccines.Keys],
        ["dose-number", var vaccineId, _] => Vaccine(vaccineId)?.DoseNumbers ?? [],
        [var kind, var country, _] => [.. MissingReference.ListOf(ListsOf(country), kind) ?? []],
        _ => [],
    });

    /// <summary>Like <see cref="Missing"/>, as of a transaction.</summary>
    public async ValueTask<string?> MissingIn(ITransaction tx, LineNames line)
    {
        if (Missing(line) is null) return null;
        var country = Tree.Find(line.FacilityId)?.Country ?? (await FindPlace(tx, line.FacilityId))?.Country;
        if (country is null) return MissingReference.Facility(line.FacilityId);
        if (VaccineCodes.Are(line.VaccineId)) return MissingReference.Codes(line.VaccineId);
        if (await tx.Find<VaccineDocument>(Collections.Vaccines, Collections.Whole, line.VaccineId) is not { } vaccine)
            return MissingReference.Vaccine(line.VaccineId);
        if (!vaccine.Takes(line.DoseNumber)) return MissingReference.DoseNumber(line.VaccineId, line.DoseNumber);
        return MissingReference.Listed(await ListsIn(tx, country), country, line);
    }

    /// <summary>
    /// The paths of facilities, as of a transaction. The tree in memory is used when it shows exactly that state.
    /// </summary>
    public async ValueTask<Func<string, IReadOnlyList<string>>> PathsIn(ITransaction tx, IEnumerable<string> facilityIds)
    {
        var shown = Tree.Version;
        var paths = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var id in facilityIds) paths.TryAdd(id, Tree.PathOf(id));
        if (await StoredTree.VersionIn(tx) == shown) return id => paths[id];
        foreach (var id in paths.Keys.ToArray()) paths[id] = await PlaceTree.PathFrom(id, place => FindPlace(tx, place));
        return id => paths[id];
    }

    /// <summary>A place, as of a transaction, or null.</summary>
    public static async ValueTask<Place?> FindPlace(ITransaction tx, string id) =>
        (await tx.Find<FacilityDocument>(Collections.Facilities, Collections.Whole, id))?.ToPlace();
}
