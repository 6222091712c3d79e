using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Distribution.Load;

/// <summary>What a ministry looks at: a country's coverage and its ledger's balance, of one vaccine.</summary>
internal sealed class View(ApiClient api, string country, string vaccineId)
{
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SettleMax = TimeSpan.FromMinutes(5);

    /// <summary>The coverage of the regions.</summary>
    public string CoveragePath => $"/api/v1/coverage?country={country}&level=region&vaccineId={vaccineId}";

    /// <summary>The ledger's balance of the country.</summary>
    public string BalancePath => $"/api/v1/ledger/balance?country={country}&vaccineId={vaccineId}";

    /// <summary>Doses in an answer of <see cref="CoveragePath"/>.</summary>
    public static long DosesOfCoverage(byte[] answer) => Sum(answer, "doses");

    /// <summary>Doses in an answer of <see cref="BalancePath"/>.</summary>
    public static long DosesOfBalance(byte[] answer) => JsonElement.Parse(answer).GetProperty("administered").GetInt64();

    /// <summary>Waits until the regions' coverage shows these deliveries and that there are target populations.</summary>
    public Task UntilDelivered(long doses, CancellationToken cancel) => Until("the reference data has spread", async () =>
    {
        var (status, body) = await api.Get(CoveragePath, cancel);
        return status is HttpStatusCode.OK && Sum(body, "delivered") == doses && Sum(body, "targetPopulation") > 0
            ? null
            : $"coverage is answered {(int)status}: {Encoding.UTF8.GetString(body)}";
    }, cancel);

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
                var administered = balance.GetProperty("administered").GetInt64();
                var balanced = balance.GetProperty("balanced").GetBoolean();
                if (covered == accepted && administered == accepted && balanced) return null;
                var problem = $"accepted {accepted}, coverage {covered}, ledger administered {administered}, "
                    + $"balanced {balanced}";
                // What is counted twice does not get right by waiting.
                return covered > accepted || administered > accepted ? throw new LoadFailure(problem) : problem;
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

    private static async Task Until(string what, Func<Task<string?>> missing, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while (await missing() is { } problem)
        {
            if (Stopwatch.GetElapsedTime(started) > SettleMax)
                throw new LoadFailure($"waited {SettleMax.TotalMinutes} min until {what}: {problem}");
            await Task.Delay(PollWait, cancel);
        }
    }
}
