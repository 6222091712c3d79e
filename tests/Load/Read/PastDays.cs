using System.Diagnostics;

namespace Distribution.Load.Read;

/// <summary>
/// A country of 21 regions with 1,000 days behind it: each region is sent a lot a month and reports two dose numbers a day. What a view of
/// one of these days costs, and a fact that is dated on the first of them.
/// </summary>
internal sealed class PastDays(ApiClient api, Door server)
{
    private const string Country = "XPD";
    private const int Regions = 21;
    private const int Days = 1_000;
    private const int DaysOfLot = 30;
    private const int LateFacts = 1_500;
    private const int Clients = 8;
    private const int Turns = 3;
    private static readonly DateOnly First = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-Days);
    private readonly Reading _reading = new(api, server);
    private readonly string _vaccine = $"PAST-{Guid.CreateVersion7():N}"[..20];

    /// <summary>Makes all of it, and times facts of the newest and of the first day by turns.</summary>
    public async Task<IReadOnlyList<ReadResult>> SetUp(CancellationToken cancel)
    {
        await _reading.PutVaccine(_vaccine, cancel);
        await api.Bulk("/api/v1/facilities/bulk",
        [
            $$"""{"facilityId":"{{Country}}","name":"Past days","level":"country","country":"{{Country}}"}""",
            .. Enumerable.Range(0, Regions).Select(region =>
                $$"""{"facilityId":"{{Region(region)}}","name":"Region {{region}}","level":"region","parentId":"{{Country}}","country":"{{Country}}"}"""),
        ], cancel);
        await api.Bulk("/api/v1/target-populations/bulk", Enumerable.Range(0, Regions).Select(region =>
            $$"""{"facilityId":"{{Region(region)}}","vaccineId":"{{_vaccine}}","year":{{First.Year}},"source":"load","cells":[{"population":900000}]}"""), cancel);
        await api.Bulk("/api/v1/shipments/bulk", Enumerable.Range(0, Regions).SelectMany(
            _ => Enumerable.Range(0, Days / DaysOfLot + 1), Delivery), cancel);
        for (var region = 0; region < Regions; region++)
        {
            var at = Region(region);
            await _reading.Post("past", Enumerable.Range(0, Days).SelectMany(
                _ => (string[])["1", "2"], (day, number) => Tally(at, day, number, 500 + day)), cancel);
        }

        await _reading.UntilInLedger(View(Days), cancel);
        var late = new List<ReadResult>();
        for (var turn = 0; turn < Turns; turn++)
        {
            late.Add(await Facts($"{LateFacts:N0} facts of the newest day, until they are in the ledger", Days - 1, cancel));
            late.Add(await Facts($"{LateFacts:N0} facts of {Days:N0} days before, until they are in the ledger", 0, cancel));
        }

        return late;
    }

    /// <summary>The view of each day, in an order of no meaning; none is asked for twice.</summary>
    public Task<ReadResult> Views(CancellationToken cancel) =>
        // 617 and 1,000 have no common factor.
        _reading.Repeatedly(
            $"view of {Regions} regions as of any of {Days:N0} days, composed", Days, one => View(one * 617 % Days), cancel);

    private async Task<ReadResult> Facts(string name, int day, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var one && one <= LateFacts)
                await _reading.Post("fact", [Tally(Region(one % Regions), day, "1", 1)], cancel);
        }));
        await _reading.UntilInLedger(View(Days), cancel);
        return Reading.Once(name, Stopwatch.GetElapsedTime(started));
    }

    private string View(int day) =>
        $"/api/v1/coverage?country={Country}&level=region&vaccineId={_vaccine}&asOf={First.AddDays(day):yyyy-MM-dd}";

    private string Tally(string region, int day, string number, int count) =>
        $$"""{"facilityId":"{{region}}","vaccineId":"{{_vaccine}}","doseNumber":"{{number}}","occurredOn":"{{First.AddDays(day):yyyy-MM-dd}}","count":{{count}}}""";

    private string Delivery(int region, int lot)
    {
        var day = First.AddDays(lot * DaysOfLot - 2);
        return $$"""
            {"shipmentId":"{{_vaccine}}-{{region}}-{{lot}}","origin":"maker","toFacilityId":"{{Region(region)}}","dispatchedAt":"{{day:yyyy-MM-dd}}T08:00:00Z","receivedAt":"{{day.AddDays(1):yyyy-MM-dd}}T08:00:00Z","lines":[{"vaccineId":"{{_vaccine}}","lotNumber":"L{{lot}}","expirationDate":"{{day.AddDays(400):yyyy-MM-dd}}","doses":{{(1_000 + 2 * lot * DaysOfLot) * DaysOfLot}}}]}
            """;
    }

    private static string Region(int number) => $"{Country}-{number:00}";
}
