using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Distribution.Load;

/// <summary>The country that is loaded: 21 regions, and a vaccine of this run's own, so that its figures start at zero.</summary>
internal sealed class World(ApiClient api)
{
    public const string Country = "XL";
    private const int Lots = 3;
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SettleMax = TimeSpan.FromMinutes(5);

    /// <summary>The regions, all with ids of the same length.</summary>
    public static IReadOnlyList<string> Regions { get; } = [.. Enumerable.Range(1, 21).Select(number => $"{Country}-{number:00}")];

    /// <summary>The run's vaccine.</summary>
    public string VaccineId { get; } = $"LOAD-{Guid.CreateVersion7():N}"[..20];

    /// <summary>The coverage of the regions.</summary>
    public string CoveragePath => $"/api/v1/coverage?country={Country}&level=region&vaccineId={VaccineId}";

    /// <summary>The ledger's balance of the country.</summary>
    public string BalancePath => $"/api/v1/ledger/balance?country={Country}&vaccineId={VaccineId}";

    /// <summary>Doses in an answer of <see cref="CoveragePath"/>.</summary>
    public static long DosesOfCoverage(byte[] answer) => Sum(answer, "doses");

    /// <summary>Doses in an answer of <see cref="BalancePath"/>: drawn from stock, or beyond what is known of it.</summary>
    public static long DosesOfBalance(byte[] answer)
    {
        var balance = JsonElement.Parse(answer);
        return balance.GetProperty("administered").GetInt64() + balance.GetProperty("discrepancy").GetInt64();
    }

    /// <summary>Makes the country and the vaccine, and gives every region stock for its part of the doses and a tenth more.</summary>
    public async Task SetUp(long doses, CancellationToken cancel)
    {
        await api.Must(HttpMethod.Put, $"/api/v1/facilities/{Country}",
            $$"""{"name":"Loadland","level":"country","country":"{{Country}}"}""", ApiClient.Json, cancel);
        await Bulk("/api/v1/facilities/bulk", Regions.Select(region =>
            $$"""{"facilityId":"{{region}}","name":"Region {{region}}","level":"region","parentId":"{{Country}}","country":"{{Country}}"}"""), cancel);
        await api.Must(HttpMethod.Put, $"/api/v1/vaccines/{VaccineId}",
            """
            {"name":"Load vaccine","antigens":["LOAD"],"dosesPerVial":10,
             "series":[{"doseNumber":"1"},{"doseNumber":"2","completesSeries":true},{"doseNumber":"B1"}],
             "storage":{"minCelsius":2,"maxCelsius":8}}
            """, ApiClient.Json, cancel);
        await Bulk("/api/v1/target-populations/bulk", Regions.Select(region =>
            $$"""{"facilityId":"{{region}}","vaccineId":"{{VaccineId}}","year":{{Workload.FirstDay.Year}},"source":"load","cells":[{"population":2500000}]}"""), cancel);

        var expiry = Workload.FirstDay.AddDays(Workload.Days + 365);
        var perLot = doses * 11 / 10 / Regions.Count / Lots + 1000;
        await Bulk("/api/v1/shipments/bulk", Regions.Select(region =>
        {
            var lines = Enumerable.Range(1, Lots).Select(lot =>
                $$"""{"vaccineId":"{{VaccineId}}","lotNumber":"LOT{{lot}}","expirationDate":"{{expiry.AddDays(lot):yyyy-MM-dd}}","doses":{{perLot}}}""");
            return $$"""{"shipmentId":"{{VaccineId}}-{{region}}","origin":"maker","toFacilityId":"{{region}}","dispatchedAt":"{{Workload.FirstDay.AddDays(-9):yyyy-MM-dd}}T08:00:00Z","receivedAt":"{{Workload.FirstDay.AddDays(-8):yyyy-MM-dd}}T08:00:00Z","lines":[{{string.Join(',', lines)}}]}""";
        }), cancel);

        var delivered = perLot * Lots * Regions.Count;
        await Until("the reference data has spread", async () =>
        {
            var (status, body) = await api.Get(CoveragePath, cancel);
            return status is HttpStatusCode.OK && Sum(body, "delivered") == delivered && Sum(body, "targetPopulation") > 0
                ? null
                : $"coverage is answered {(int)status}: {Encoding.UTF8.GetString(body)}";
        }, cancel);
    }

    /// <summary>Waits until coverage and ledger have every accepted dose, and says how long that took.</summary>
    /// <returns>Seconds, and what is wrong, or null when every dose is counted exactly once.</returns>
    public async Task<(double Seconds, string? Problem)> Drain(long accepted, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await Until("every dose is counted once", async () =>
            {
                var (_, coverage) = await api.Get(CoveragePath, cancel);
                var balance = await api.Must(HttpMethod.Get, BalancePath, "", ApiClient.Json, cancel);
                var covered = Sum(coverage, "doses");
                var (administered, discrepancy) = (balance.GetProperty("administered").GetInt64(), balance.GetProperty("discrepancy").GetInt64());
                var balanced = balance.GetProperty("balanced").GetBoolean();
                return covered == accepted && administered + discrepancy == accepted && balanced
                    ? null
                    : $"accepted {accepted}, coverage {covered}, ledger administered {administered} + discrepancy {discrepancy}, balanced {balanced}";
            }, cancel);
            return (Stopwatch.GetElapsedTime(started).TotalSeconds, null);
        }
        catch (LoadFailure failure)
        {
            return (Stopwatch.GetElapsedTime(started).TotalSeconds, failure.Message);
        }
    }

    private static long Sum(byte[] coverage, string field) => JsonElement.Parse(coverage).GetProperty("rows").EnumerateArray()
        .Sum(row => row.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0);

    private async Task Bulk(string path, IEnumerable<string> lines, CancellationToken cancel)
    {
        var answer = await api.Must(HttpMethod.Post, path, string.Join('\n', lines) + "\n", ApiClient.Ndjson, cancel);
        if (answer.TryGetProperty("rejected", out var rejected) && rejected.ValueKind == JsonValueKind.Array && rejected.GetArrayLength() > 0)
            throw new LoadFailure($"POST {path} rejects: {rejected[0]}");
    }

    private static async Task Until(string what, Func<Task<string?>> missing, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while (await missing() is { } problem)
        {
            if (Stopwatch.GetElapsedTime(started) > SettleMax) throw new LoadFailure($"waited {SettleMax.TotalMinutes} min until {what}: {problem}");
            await Task.Delay(PollWait, cancel);
        }
    }
}
