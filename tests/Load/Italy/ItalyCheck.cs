using System.Net;
using System.Text.Json;

namespace Distribution.Load.Italy;

/// <summary>Compares every figure that the API shows of the campaign with the table, to the dose.</summary>
internal sealed class ItalyCheck(ApiClient api, ItalyTable table, CampaignFigures figures, LoadOptions options, CancellationToken cancel)
{
    private const int DifferencesListed = 10;
    private const int DosesReadBack = 210;
    private readonly List<string> _differences = [];
    private long _differing;

    /// <summary>Figures compared so far.</summary>
    public long Compared { get; private set; }

    /// <summary>Compares all, and says what differs.</summary>
    public async Task<IReadOnlyList<string>> Run(IReadOnlyList<int> dealt)
    {
        await Regions();
        await Filtered();
        await MonthEnds();
        await Days();
        await Ledger();
        await ReadBack(dealt);
        return _differing <= DifferencesListed
            ? _differences : [.. _differences, $"and {_differing - DifferencesListed:N0} figures more differ"];
    }

    private async Task Regions()
    {
        var coverage = await Coverage("");
        var all = Doses() == table.Doses;
        foreach (var (row, region) in Rows(coverage))
        {
            var id = table.Regions[region].Id;
            Compare($"{id} doses", figures.Until(region, DateOnly.MaxValue), Number(row, "doses"));
            Compare($"{id} delivered", table.Official[id].Delivered, Number(row, "delivered"));
            Compare($"{id} target population", table.Populations[region].Sum(), Number(row, "targetPopulation"));
            var byNumber = row.ValueKind == JsonValueKind.Object ? row.GetProperty("byDoseNumber") : default;
            for (var number = 0; number < ItalyTable.DoseNumbers.Count; number++)
                Compare($"{id} {ItalyTable.DoseNumbers[number]}", figures.ByNumber(region, number),
                    Number(byNumber, ItalyTable.DoseNumbers[number]));
            if (all) Compare($"{id} official result", table.Official[id].Administered, Number(row, "doses"));
        }

        var totals = coverage.GetProperty("totals");
        Compare("doses", Doses(), Number(totals, "doses"));
        Compare("delivered", table.Delivered, Number(totals, "delivered"));
        Compare("on hand", table.Delivered - Doses(), Number(totals, "onHand") - Number(totals, "discrepancy"));
        if (all) Compare("discrepancy", 0, Number(totals, "discrepancy"));
    }

    private async Task Filtered()
    {
        foreach (var sex in (string[])["F", "M"])
        {
            foreach (var (row, region) in Rows(await Coverage($"&sex={sex}")))
                Compare($"{table.Regions[region].Id} sex {sex}", figures.BySex(region, sex), Number(row, "doses"));
        }

        for (var band = 0; options.Ages && band < table.AgeBands.Count; band++)
        {
            foreach (var (row, region) in Rows(await Coverage($"&ageBand={Uri.EscapeDataString(table.AgeBands[band])}")))
                Compare($"{table.Regions[region].Id} age {table.AgeBands[band]}", figures.ByAge(region, band), Number(row, "doses"));
        }
    }

    private async Task MonthEnds()
    {
        foreach (var day in figures.ByDay.Keys.Select(cell => new DateOnly(cell.Day.Year, cell.Day.Month, 1).AddMonths(1).AddDays(-1))
            .Distinct())
        {
            foreach (var (row, region) in Rows(await Coverage($"&asOf={day:yyyy-MM-dd}")))
                Compare($"{table.Regions[region].Id} as of {day:yyyy-MM-dd}", figures.Until(region, day), Number(row, "doses"));
        }
    }

    private async Task Days()
    {
        var country = new Dictionary<DateOnly, long[]>();
        for (var region = 0; region < table.Regions.Count; region++)
        {
            var days = figures.ByDay.Where(cell => cell.Key.Region == region).ToDictionary(cell => cell.Key.Day, cell => cell.Value);
            foreach (var (day, doses) in days)
            {
                var sums = country.TryGetValue(day, out var known) ? known : country[day] = new long[doses.Length];
                for (var number = 0; number < doses.Length; number++) sums[number] += doses[number];
            }

            await Trend(table.Regions[region].Id, days);
        }

        await Trend(ItalyTable.Country, country);
    }

    private async Task Trend(string place, Dictionary<DateOnly, long[]> days)
    {
        var trend = await Get($"/api/v1/coverage/{place}/trend?vaccineId={ItalyTable.Vaccine}&by=day");
        var points = trend.GetProperty("points").EnumerateArray()
            .ToDictionary(point => DateOnly.ParseExact(point.GetProperty("date").GetString()!, "yyyy-MM-dd"), point => point);
        Compare($"{place} days with doses", days.Count, points.Count);
        foreach (var (day, doses) in days)
        {
            var point = points.GetValueOrDefault(day);
            Compare($"{place} {day:yyyy-MM-dd}", doses.Sum(), Number(point, "doses"));
            for (var number = 0; number < doses.Length; number++)
            {
                var byNumber = point.ValueKind == JsonValueKind.Object ? point.GetProperty("byDoseNumber") : default;
                Compare($"{place} {day:yyyy-MM-dd} {ItalyTable.DoseNumbers[number]}", doses[number],
                    Number(byNumber, ItalyTable.DoseNumbers[number]));
            }
        }
    }

    private async Task Ledger()
    {
        for (var region = 0; region < table.Regions.Count; region++)
        {
            var id = table.Regions[region].Id;
            var balance = await Get($"/api/v1/ledger/balance?facilityId={id}&vaccineId={ItalyTable.Vaccine}");
            Compare($"{id} ledger received", table.Official[id].Delivered, Number(balance, "received"));
            Compare($"{id} ledger administered", figures.Until(region, DateOnly.MaxValue), Number(balance, "administered"));
            Compare($"{id} ledger balanced", 1, balance.GetProperty("balanced").GetBoolean() ? 1 : 0);
        }

        var whole = await Get($"/api/v1/ledger/balance?country={ItalyTable.Country}&vaccineId={ItalyTable.Vaccine}");
        Compare("ledger received", table.Delivered, Number(whole, "received"));
        Compare("ledger administered", Doses(), Number(whole, "administered"));
        Compare("ledger balanced", 1, whole.GetProperty("balanced").GetBoolean() ? 1 : 0);
        Compare("ledger in transit", 0, Number(whole, "inTransit"));
    }

    // Doses from all over the campaign, one by one.
    private async Task ReadBack(IReadOnlyList<int> dealt)
    {
        var rows = Enumerable.Range(0, dealt.Count).Where(row => dealt[row] > 0).ToArray();
        for (var sample = 0; sample < DosesReadBack; sample++)
        {
            var place = rows[(long)sample * rows.Length / DosesReadBack];
            var row = table.Days[place];
            var dose = (int)(DoseIds.Mix((ulong)sample) % (ulong)dealt[place]);
            var dealing = new Dealing(row, table.Populations[row.Region]);
            var id = DoseIds.Of(row, dose, options.TimeOrderedIds);
            var (status, body) = await api.Get($"/api/v1/administrations/{id}", cancel);
            var expected = string.Join(
                ' ', "counted", table.Regions[row.Region].Id, ItalyTable.Vaccine, ItalyTable.DoseNumbers[dealing.DoseNumber(dose)],
                row.Day.ToString("yyyy-MM-dd"), dealing.ToWoman(dose) ? "F" : "M");
            var found = status != HttpStatusCode.OK ? $"{(int)status}" : string.Join(
                ' ', ((string[])["state", "facilityId", "vaccineId", "doseNumber", "occurredOn", "sex"])
                .Select(field => JsonElement.Parse(body).GetProperty(field).GetString()));
            Compared++;
            if (found != expected) Differs($"dose {id} is {found}, not {expected}");
        }
    }

    private long Doses() => figures.ByDay.Values.Sum(doses => doses.Sum());

    private Task<JsonElement> Coverage(string filter) =>
        Get($"/api/v1/coverage?country={ItalyTable.Country}&level=region&vaccineId={ItalyTable.Vaccine}{filter}");

    private IEnumerable<(JsonElement Row, int Region)> Rows(JsonElement coverage)
    {
        var rows = coverage.GetProperty("rows").EnumerateArray().ToDictionary(row => row.GetProperty("facilityId").GetString()!);
        Compare("regions", table.Regions.Count, rows.Count);
        return table.Regions.Select((region, place) => (rows.GetValueOrDefault(region.Id), place));
    }

    private Task<JsonElement> Get(string path) => api.Must(HttpMethod.Get, path, "", ApiClient.Json, cancel);

    private static long Number(JsonElement of, string field) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetInt64() : 0;

    private void Compare(string what, long expected, long found)
    {
        Compared++;
        if (found != expected) Differs($"{what}: {found:N0}, not {expected:N0}");
    }

    private void Differs(string what)
    {
        if (_differing++ < DifferencesListed) _differences.Add(what);
    }
}
