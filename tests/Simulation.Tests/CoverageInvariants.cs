namespace Distribution.Simulation.Tests;

/// <summary>What must hold of the counted doses when everything has come to rest.</summary>
internal sealed class CoverageInvariants(Client client, Model model, Places places, Findings findings)
{
    public async Task Check()
    {
        foreach (var contradiction in model.Contradictions()) findings.Require(false, contradiction);
        foreach (var place in places.All)
        {
            findings.Require(model.UncertainPlaces.Contains(place) || model.Places.GetValueOrDefault(place.Id) == place,
                $"{place} is there, but {model.Places.GetValueOrDefault(place.Id)} was acknowledged");
        }

        findings.Same(
            "places", model.Places.Keys.Order(StringComparer.Ordinal), places.All.Select(place => place.Id).Order(StringComparer.Ordinal));
        var held = await Ledger.ReadAll(client, "administrations/held");
        findings.Same("held lines", model.Held().Order(StringComparer.Ordinal), held.Select(item => (string)item["heldId"]!)
            .Order(StringComparer.Ordinal));

        var counted = model.Counted().ToList();
        foreach (var vaccine in World.Vaccines)
        {
            var doses = counted.Where(dose => dose.Given.Vaccine == vaccine).ToList();
            await CheckCells(vaccine, "", doses);
            foreach (var age in World.AgeBands.OfType<string>())
                await CheckCells(vaccine, $"&ageBand={Uri.EscapeDataString(age)}", doses.Where(dose => dose.Given.AgeBand == age));
            foreach (var sex in World.Sexes.OfType<string>())
                await CheckCells(vaccine, $"&sex={sex}", doses.Where(dose => dose.Given.Sex == sex));
            foreach (var group in World.Groups.OfType<string>())
            {
                await CheckCells(vaccine, $"&priorityGroup={group}&sex=female",
                    doses.Where(dose => dose.Given.Group == group && dose.Given.Sex == "female"));
            }

            foreach (var days in (int[])[0, 40, 90])
            {
                var asOf = World.FirstDay.AddDays(days);
                await CheckCells(vaccine, $"&asOf={World.Date(asOf)}", doses.Where(dose => dose.Given.Day <= asOf));
            }
        }
    }

    /// <summary>Every place and ancestor, recounted from what was answered.</summary>
    private async Task CheckCells(string vaccine, string filter, IEnumerable<(Given Given, long Count)> doses)
    {
        var counted = doses.ToList();
        foreach (var (rank, level) in Places.Levels.Index())
        {
            var answer = (await client.Get($"administrations/summary?vaccineId={vaccine}&level={level}{filter}"))!;
            if (!answer.Accepted) throw new InvalidOperationException($"summary of {vaccine} {level}{filter}: {answer}");
            var recount = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var place in places.All.Where(place => place.Level == level && !place.IsMerged))
            {
                var within = places.Within(place.Id);
                recount[place.Id] = Cells(counted.Where(dose => within.Contains(dose.Given.Facility))
                    .GroupBy(dose => World.ShownAs(dose.Given)).Select(number => (number.Key, number.Sum(dose => dose.Count))));
            }

            var shown = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var row in answer.Json["rows"]!.AsArray())
            {
                var byNumber = row!["byDoseNumber"]!.AsObject().Select(number => (number.Key, (long)number.Value!)).ToList();
                shown[(string)row["facilityId"]!] = Cells(byNumber);
                findings.Equal(
                    $"doses of {(string)row["facilityId"]!} by dose number", byNumber.Sum(number => number.Item2), (long)row["doses"]!);
            }

            findings.Same($"doses of {vaccine} by {level}{filter}", recount, shown);
            var reached = places.All.Where(place => Places.Levels.Take(rank + 1).Contains(place.Level))
                .SelectMany(place => places.Within(place.Id)).ToHashSet();
            findings.Equal($"doses of {vaccine} in and above {level}{filter}",
                counted.Where(dose => reached.Contains(dose.Given.Facility)).Sum(dose => dose.Count),
                answer.Json["rows"]!.AsArray().Concat(answer.Json["remainders"]!.AsArray()).Sum(row => (long)row!["doses"]!));
        }
    }

    private static string Cells(IEnumerable<(string Number, long Doses)> cells) =>
        string.Join(' ', cells.Where(cell => cell.Doses != 0).OrderBy(cell => cell.Number, StringComparer.Ordinal)
            .Select(cell => $"{cell.Number}:{cell.Doses}"));
}
