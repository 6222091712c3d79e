using System.Diagnostics;
using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.Broker.Tests;

/// <summary>Compares what was acknowledged with what the system shows when it has come to rest.</summary>
internal sealed class Accounts(ApiClient api)
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Waits until nothing is on its way, and everything is counted; the limit only turns a loss into a failure. What
    /// was with a consumer that lost its connection comes again only when the broker has noticed, so that rest alone
    /// proves nothing.
    /// </summary>
    /// <returns>Doses that are missing, doses too many, and how long it took.</returns>
    /// <exception cref="InvalidOperationException">Events are parked or errored, or the ledger does not balance.</exception>
    public async Task<(long Lost, long DoubleCounted, TimeSpan Took)> Settle(Acknowledged acknowledged)
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await api.Drained();
                var (lost, doubled) = await Compare(acknowledged);
                if (lost == 0 || doubled > 0 || since.Elapsed > DrainLimit) return (lost, doubled, since.Elapsed);
            }
            catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException && since.Elapsed < DrainLimit)
            {
                // A part is not back yet.
            }

            await Task.Delay(PollWait);
        }
    }

    private async Task<(long Lost, long DoubleCounted)> Compare(Acknowledged acknowledged)
    {
        var totals = (await Ask($"coverage?country={FaultWorld.Country}&level=region&vaccineId={FaultWorld.Vaccine}"))["totals"]!;
        var balance = await Ask($"ledger/balance?country={FaultWorld.Country}&vaccineId={FaultWorld.Vaccine}");
        if (!(bool)balance["balanced"]!) throw new InvalidOperationException($"The trial balance is not zero: {balance.ToJsonString()}");
        long[] differences =
        [
            Figure(totals, "doses") - acknowledged.Doses,
            Figure(balance, "administered") - acknowledged.Doses,
            Figure(totals, "delivered") - acknowledged.Delivered,
            Figure(balance, "received") - acknowledged.Delivered,
            Figure(balance, "wasted") - acknowledged.Wasted,
        ];
        return (-Math.Min(0, differences.Min()), Math.Max(0, differences.Max()));

        static long Figure(JsonNode answer, string name) => (long?)answer[name] ?? 0;
    }

    private async Task<JsonNode> Ask(string path)
    {
        var answer = await api.Get(path);
        return answer.Code >= 500 ? throw new HttpRequestException($"{path} answered {answer.Code}: {answer.Text}") : answer.Body;
    }
}
