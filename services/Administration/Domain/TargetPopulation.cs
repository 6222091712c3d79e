using System.Text.Json.Serialization;
using Distribution.Contracts;
using Distribution.Contracts.Administration.V1;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Domain;

/// <summary>People of a target population who share an age band and a sex.</summary>
/// <param name="AgeBand">The age band, or null for all ages.</param>
/// <param name="Sex">The sex, or null for all.</param>
/// <param name="Population">People, 0 or more.</param>
internal sealed record TargetCell(string? AgeBand, string? Sex, [property: JsonRequired] long Population);

/// <summary>People who are to get a vaccine in a place.</summary>
/// <param name="People">People in the group, as far as somebody has said; null where nobody has.</param>
/// <param name="Year">The year for which it holds, or null when the parts have several.</param>
/// <param name="Source">Who says so, or null when the parts have several.</param>
/// <param name="Bare">The parts of which nobody has said: whole branches of the tree, perhaps the place itself.</param>
internal sealed record Target(long? People, int? Year, string? Source, IReadOnlyList<string> Bare)
{
    /// <summary>Nobody has said how many people there are in a place.</summary>
    public static Target Unknown(string place) => new(null, null, null, [place]);

    /// <summary>
    /// The target population of a place: its own where it has one, else the sum of its children's. A filter takes the cells that match it
    /// exactly.
    /// </summary>
    /// <param name="place">The place.</param>
    /// <param name="own">What was set for a place, and for others that were merged into it; empty where nothing was.</param>
    /// <param name="childrenOf">The places directly below a place.</param>
    /// <param name="ageBand">Only this age band, or null.</param>
    /// <param name="sex">Only this sex, or null.</param>
    public static Target Of(
        string place, Func<string, IReadOnlyList<TargetPopulation>> own, Func<string, IEnumerable<string>> childrenOf,
        string? ageBand, string? sex)
    {
        if (own(place) is { Count: > 0 } all)
        {
            return Together(all.Select(set =>
                set.Matching(ageBand, sex) is { } people ? new Target(people, set.Year, set.Source, []) : Unknown(place)));
        }

        var sum = Together(childrenOf(place).Select(child => Of(child, own, childrenOf, ageBand, sex)));
        return sum.People is null ? Unknown(place) : sum;
    }

    /// <summary>The people of several places that do not overlap.</summary>
    public static Target Together(IEnumerable<Target> parts)
    {
        long? sum = null;
        (int? year, string? source) = (null, null);
        var bare = new List<string>();
        foreach (var part in parts)
        {
            bare.AddRange(part.Bare);
            if (part.People is null) continue;
            (year, source) = sum is null
                ? (part.Year, part.Source)
                : (year == part.Year ? year : null, source == part.Source ? source : null);
            sum = (sum ?? 0) + part.People;
        }

        return new Target(sum, year, source, bare);
    }
}

/// <summary>The target population that was set for a place, a vaccine and a year.</summary>
/// <param name="Year">The year for which it holds.</param>
/// <param name="Source">Who says so.</param>
/// <param name="Cells">The people, by whatever is known of them.</param>
/// <param name="DoseNumber">The dose number that these people are to get; null for all that have no target population of their own.</param>
internal sealed record TargetPopulation(int Year, string Source, IReadOnlyList<TargetCell> Cells, string? DoseNumber = null)
{
    /// <summary>The places that had been merged into it when it was set: their people are among these. Null where there was none.</summary>
    public IReadOnlyList<string>? Includes { get; init; }

    /// <summary>Cells of one target population at most.</summary>
    public const int CellsMax = 1_000;

    /// <summary>People in one cell at most: more than there are.</summary>
    public const long PopulationMax = 20_000_000_000;

    /// <summary>
    /// The one of several that holds for a dose number in a year: that of the dose number, or else of all; the newest that is not of a
    /// later year, or else the oldest. Of several vaccines against the same it is the largest of that year and never their sum, because
    /// they are for the same children. Null where there is none.
    /// </summary>
    /// <param name="set">What was set for a place, for one vaccine or several.</param>
    /// <param name="doseNumber">For this dose number, or null.</param>
    /// <param name="year">In this year.</param>
    /// <param name="ageBand">Only this age band counts, or null.</param>
    /// <param name="sex">Only this sex counts, or null.</param>
    public static TargetPopulation? Holding(
        IReadOnlyList<TargetPopulation> set, string? doseNumber, int year, string? ageBand = null, string? sex = null)
    {
        TargetPopulation? holding = null;
        foreach (var each in set)
            if (each.DoseNumber == doseNumber && (holding is null || Precedes(each, holding))) holding = each;
        return holding is null && doseNumber is not null ? Holding(set, null, year, ageBand, sex) : holding;

        bool Precedes(TargetPopulation one, TargetPopulation other) => (one.Year <= year, other.Year <= year) switch
        {
            _ when one.Year == other.Year => (one.Matching(ageBand, sex) ?? -1) > (other.Matching(ageBand, sex) ?? -1),
            (true, true) => one.Year > other.Year,
            (false, false) => one.Year < other.Year,
            var (isNotLater, _) => isNotLater,
        };
    }

    /// <summary>Whether another says the same.</summary>
    public bool SaysTheSameAs(TargetPopulation other) =>
        other with { Cells = Cells, Includes = Includes } == this && other.Cells.SequenceEqual(Cells);

    /// <summary>The people who match a filter; null where no cell does.</summary>
    public long? Matching(string? ageBand, string? sex)
    {
        long people = 0;
        var found = false;
        foreach (var cell in Cells)
        {
            if ((ageBand is not null && cell.AgeBand != ageBand) || (sex is not null && cell.Sex != sex)) continue;
            people += cell.Population;
            found = true;
        }

        return found ? people : null;
    }

    /// <summary>What is wrong with it, field by field.</summary>
    public IEnumerable<(string Field, string Problem)> Problems()
    {
        if (Year is < 1900 or > 2200) yield return ("year", "must be a year from 1900 to 2200");
        if (Source is not { Length: > 0 and <= Limits.NameCharsMax } || !PlainText.Is(Source))
            yield return ("source", $"must be text of 1 to {Limits.NameCharsMax} characters: who says so");
        if (DoseNumber is not null && !Ids.IsId(DoseNumber)) yield return ("doseNumber", Ids.Rule + ", or left out");
        if (NoDoseNumber.Is(DoseNumber)) yield return ("doseNumber", $"'{DoseNumber}' is no dose of a series, which people could be due");
        if (Cells is not { Count: > 0 and <= CellsMax })
        {
            yield return ("cells", $"must be 1 to {CellsMax} cells");
            yield break;
        }

        var seen = new HashSet<(string?, string?)>();
        for (var index = 0; index < Cells.Count; index++)
        {
            var cell = Cells[index];
            if (cell is null)
            {
                yield return ($"cells[{index}]", "must be an object with ageBand, sex and population");
                continue;
            }

            if (cell.Population is < 0 or > PopulationMax)
                yield return ($"cells[{index}].population", "must be a number of people, 0 or more");
            if (cell.AgeBand is not null && (cell.AgeBand.Length is 0 or > 32 || !PlainText.Is(cell.AgeBand)))
                yield return ($"cells[{index}].ageBand", "must be text of 1 to 32 characters, or left out");
            if (cell.Sex is not null && (cell.Sex.Length is 0 or > 16 || !PlainText.Is(cell.Sex)))
                yield return ($"cells[{index}].sex", "must be text of 1 to 16 characters, or left out");
            if (!seen.Add((cell.AgeBand, cell.Sex)))
                yield return ($"cells[{index}]", "stands for the same people as another cell: send it once");
            // People of an all-ages cell are in the age cells too: a sum over both would count them twice.
            if (cell.AgeBand is null != Cells[0]?.AgeBand is null || cell.Sex is null != Cells[0]?.Sex is null)
                yield return ($"cells[{index}]",
                    "must name the same of ageBand and sex as the other cells, or people would be counted twice");
        }
    }
}
