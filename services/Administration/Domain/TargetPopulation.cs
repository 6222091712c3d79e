using System.Text.Json.Serialization;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Domain;

/// <summary>People of a target population who share an age band and a sex.</summary>
/// <param name="AgeBand">The age band, or null for all ages.</param>
/// <param name="Sex">The sex, or null for all.</param>
/// <param name="Population">People, 0 or more.</param>
internal sealed record TargetCell(string? AgeBand, string? Sex, [property: JsonRequired] long Population);

/// <summary>People who are to get a vaccine in a place.</summary>
/// <param name="Year">The year for which it holds, or null when the parts have several.</param>
/// <param name="Source">Who says so, or null when the parts have several.</param>
/// <param name="People">People in the group.</param>
internal sealed record Target(long People, int? Year, string? Source)
{
    /// <summary>
    /// The target population of a place: its own where it has one, else the sum of its children's; null where nobody
    /// below it has one. A filter takes the cells that match it exactly; null where there is none.
    /// </summary>
    /// <param name="place">The place.</param>
    /// <param name="own">What was set for a place, or null.</param>
    /// <param name="childrenOf">The places directly below a place.</param>
    /// <param name="ageBand">Only this age band, or null.</param>
    /// <param name="sex">Only this sex, or null.</param>
    public static Target? Of(
        string place, Func<string, TargetPopulation?> own, Func<string, IEnumerable<string>> childrenOf, string? ageBand, string? sex)
    {
        if (own(place) is { } set) return set.Matching(ageBand, sex);
        Target? sum = null;
        foreach (var child in childrenOf(place))
        {
            if (Of(child, own, childrenOf, ageBand, sex) is not { } part) continue;
            sum = sum is null
                ? part
                : new Target(
                    sum.People + part.People, sum.Year == part.Year ? sum.Year : null, sum.Source == part.Source ? sum.Source : null);
        }

        return sum;
    }
}

/// <summary>The target population that was set for a place and a vaccine.</summary>
/// <param name="Year">The year for which it holds.</param>
/// <param name="Source">Who says so.</param>
/// <param name="Cells">The people, by whatever is known of them.</param>
internal sealed record TargetPopulation(int Year, string Source, IReadOnlyList<TargetCell> Cells)
{
    /// <summary>Cells of one target population at most.</summary>
    public const int CellsMax = 1_000;

    /// <summary>People in one cell at most: more than there are.</summary>
    public const long PopulationMax = 20_000_000_000;

    /// <summary>The people who match a filter; null where no cell does.</summary>
    public Target? Matching(string? ageBand, string? sex)
    {
        long people = 0;
        var found = false;
        foreach (var cell in Cells)
        {
            if ((ageBand is not null && cell.AgeBand != ageBand) || (sex is not null && cell.Sex != sex)) continue;
            people += cell.Population;
            found = true;
        }

        return found ? new Target(people, Year, Source) : null;
    }

    /// <summary>What is wrong with it, field by field.</summary>
    public IEnumerable<(string Field, string Problem)> Problems()
    {
        if (Year is < 1900 or > 2200) yield return ("year", "must be a year from 1900 to 2200");
        if (Source is not { Length: > 0 and <= Limits.NameCharsMax } || !PlainText.Is(Source))
            yield return ("source", $"must be text of 1 to {Limits.NameCharsMax} characters: who says so");
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
