using System.Diagnostics;

namespace Distribution.Load.Read;

/// <summary>
/// A country as large as India's cold chain: 30,000 places in 36 regions and 700 districts, a vaccine given in each of
/// them, and another one given on each of 1,000 days.
/// </summary>
internal sealed class LargeCountry(ApiClient api, Door server)
{
    private const string Country = "XXL";
    private const int Places = 30_000;
    private const int Regions = 36;
    private const int Districts = 700;
    private const int Facilities = Places - Regions - Districts - 1;
    private const int TrendDays = 1_000;
    private const int Repeats = 200;
    private static readonly DateOnly Today = DateOnly.FromDateTime(DateTime.UtcNow);
    private readonly Reading _reading = new(api, server);
    private readonly string _vaccine = $"TREE-{Guid.CreateVersion7():N}"[..20];
    private readonly string _trendVaccine = $"DAYS-{Guid.CreateVersion7():N}"[..20];

    /// <summary>Makes all of it, timed.</summary>
    public async Task<IReadOnlyList<ReadResult>> SetUp(CancellationToken cancel)
    {
        foreach (var vaccine in (string[])[_vaccine, _trendVaccine]) await _reading.PutVaccine(vaccine, cancel);
        var started = Stopwatch.GetTimestamp();
        await api.Bulk("/api/v1/facilities/bulk", Tree(), cancel);
        var imported = Stopwatch.GetElapsedTime(started);
        await _reading.Until(body => body.Span.Count("\"facilityId\":"u8) == Facilities, View("facility", 0), cancel);
        var known = Stopwatch.GetElapsedTime(started);

        started = Stopwatch.GetTimestamp();
        var doses = await _reading.Post("tree", Enumerable.Range(0, Facilities).SelectMany(place => (string[])["1", "2"], (place, number) =>
            $$"""{"facilityId":"{{Facility(place)}}","vaccineId":"{{_vaccine}}","doseNumber":"{{number}}","occurredOn":"{{Today.AddDays(-1 - place % 5):yyyy-MM-dd}}","count":{{1 + place % 90}}}"""), cancel);
        var reported = Stopwatch.GetElapsedTime(started);
        await _reading.Post("days", Enumerable.Range(0, TrendDays).SelectMany(day => (string[])["1", "2"], (day, number) =>
            $$"""{"facilityId":"{{Country}}","vaccineId":"{{_trendVaccine}}","doseNumber":"{{number}}","occurredOn":"{{Today.AddDays(-TrendDays + day):yyyy-MM-dd}}","count":{{1000 + day}}}"""), cancel);
        // What is measured next would share the server with what is still on its way into the ledger.
        await _reading.UntilInLedger(View("country", Repeats), cancel);
        var inLedger = Stopwatch.GetElapsedTime(started);
        return
        [
            Reading.Once($"import of a tree of {Places:N0} places", imported),
            Reading.Once("  and known to coverage", known),
            Reading.Once($"reports of all {Facilities:N0} facilities, {doses:N0} doses in tallies", reported),
            Reading.Once("  and in the ledger, with those of the trend", inLedger),
        ];
    }

    /// <summary>The views, each composed anew: no answer is asked for twice.</summary>
    public async Task<IReadOnlyList<ReadResult>> Views(CancellationToken cancel) =>
    [
        await _reading.Repeatedly($"trend of {TrendDays:N0} days, composed", Repeats, Trend, cancel),
        await _reading.Repeatedly($"trend of {TrendDays:N0} days, from the cache", Repeats, _ => Trend(0), cancel),
        await _reading.Repeatedly("country view of the tree, composed", Repeats, one => View("country", one), cancel),
        await _reading.Repeatedly("country view of the tree, from the cache", Repeats, _ => View("country", 0), cancel),
        await _reading.Repeatedly($"view of the tree's {Regions} regions, composed", Repeats, one => View("region", one), cancel),
        await _reading.Repeatedly(
            $"view of the tree's {Districts} districts, composed", Repeats / 10, one => View("district", one), cancel),
        await _reading.Repeatedly(
            $"view of the tree's {Facilities:N0} facilities, composed", Repeats / 100 + 1, one => View("facility", one), cancel),
    ];

    // A day that is yet to come asks for the same, and is another question to a cache.
    private string View(string level, int one) =>
        $"/api/v1/coverage?country={Country}&level={level}&vaccineId={_vaccine}&asOf={Today.AddDays(1 + one):yyyy-MM-dd}";

    private string Trend(int one) =>
        $"/api/v1/coverage/{Country}/trend?vaccineId={_trendVaccine}&by=day"
            + $"&from={Today.AddDays(-TrendDays):yyyy-MM-dd}&to={Today.AddDays(1 + one):yyyy-MM-dd}";

    private static IEnumerable<string> Tree()
    {
        yield return $$"""{"facilityId":"{{Country}}","name":"Large land","level":"country","country":"{{Country}}"}""";
        for (var region = 0; region < Regions; region++) yield return Place(Region(region), "region", Country);
        for (var district = 0; district < Districts; district++)
            yield return Place(District(district), "district", Region(district % Regions));
        for (var place = 0; place < Facilities; place++) yield return Place(Facility(place), "facility", District(place % Districts));
    }

    private static string Place(string id, string level, string parent) =>
        $$"""{"facilityId":"{{id}}","name":"Place {{id}}","level":"{{level}}","parentId":"{{parent}}","country":"{{Country}}"}""";

    private static string Region(int number) => $"{Country}-{number:00}";

    private static string District(int number) => $"{Country}-D{number:000}";

    private static string Facility(int number) => $"{Country}-F{number:00000}";
}
