using System.Collections.Concurrent;
using System.Globalization;

namespace Distribution.Simulation.Tests;

/// <summary>
/// Seeded runs of the whole system. A failed one prints its seed; <c>DISTRIBUTION_SIMULATION_SEED</c> runs that one
/// alone, <c>DISTRIBUTION_SIMULATION_SEEDS</c> as many as it says, from a seed of its own each time.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const string SeedVariable = "DISTRIBUTION_SIMULATION_SEED";
    private const string SeedsVariable = "DISTRIBUTION_SIMULATION_SEEDS";
    private const int SeedsDefault = 300;
    private const int OrderSeedsDefault = 36;
    private const int WritersSeedsDefault = 60;
    private static readonly string[] Kinds =
    [
        "place", "vaccine", "lot", "submit", "retract", "correct", "discard", "past", "request", "dispatch", "receive", "cancel",
        "error", "give-up", "later", "adjustments", "wastage", "counts", "quarantine", "quarantine/release", "reverse", "merge",
        "hl7", "fhir",
    ];

    private const int FactsOfARun = 30;
    private const int ProblemsShownMax = 12;

    [Fact]
    public async Task A_run_of_seeds_ends_balanced_and_counted_once()
    {
        var accepted = new ConcurrentDictionary<string, int>(Kinds.Select(kind => KeyValuePair.Create(kind, 0)));
        var runs = await ForEachSeed(SeedsDefault, async seed =>
        {
            await using var run = await Run.Start(seed, seed);
            await Watched(run, async () =>
            {
                // What happens at the same time follows from no seed, so most runs go step by step.
                await run.Live(concurrent: seed % 4 == 0);
                await run.Settle();
                return await run.Check();
            });
            foreach (var (kind, count) in run.Story.Accepted) accepted.AddOrUpdate(kind, count, (_, sum) => sum + count);
        });
        output.WriteLine(string.Join(", ", accepted.OrderBy(kind => kind.Key).Select(kind => $"{kind.Value} × {kind.Key}")));
        if (runs < SeedsDefault) return;
        Assert.All(accepted, kind =>
            Assert.True(kind.Value >= runs / 10, $"{kind.Key} was accepted only {kind.Value} times: the runs are too tame"));
    }

    [Fact]
    public async Task A_run_of_seeds_on_a_store_with_several_writers_ends_balanced_and_counted_once()
    {
        var met = new Conflicts();
        var runs = await ForEachSeed(WritersSeedsDefault, async seed =>
        {
            await using var run = await Run.Start(seed, seed, writers: met);
            await Watched(run, async () =>
            {
                await run.Live(concurrent: true);
                await run.Settle();
                return await run.Check();
            });
        });
        output.WriteLine($"{met.Count} conflicts");
        if (runs >= WritersSeedsDefault) Assert.True(met.Count >= runs, $"{met.Count} conflicts: the runs are too tame");
    }

    [Fact]
    public Task The_same_facts_in_any_order_end_in_the_same_place() => ForEachSeed(OrderSeedsDefault, async seed =>
    {
        string? first = null;
        for (var order = 0; order < 2; order++)
        {
            await using var run = await Run.Start(seed, seed + order, conflicts: false);
            await Watched(run, async () =>
            {
                await run.TakeFacts(FactsOfARun);
                await run.Settle();
                var problems = await run.Check();
                var end = await run.End();
                if (first is null) first = end;
                else if (first != end) problems = [.. problems, $"in one order:\n{first}\nin the other:\n{end}"];
                return problems;
            });
        }
    });

    private static async Task Watched(Run run, Func<Task<IReadOnlyList<string>>> live)
    {
        IReadOnlyList<string> problems;
        try
        {
            problems = await live();
        }
        catch (Exception failure)
        {
            problems = [failure.ToString()];
        }

        if (problems.Count > 0)
            throw new InvalidOperationException($"{string.Join('\n', problems.Take(ProblemsShownMax))}\n\nThe story:\n{run.Story}");
    }

    private async Task<int> ForEachSeed(int count, Func<int, Task> run)
    {
        var first = 1;
        if (Number(SeedVariable) is { } only) (first, count) = (only, 1);
        else if (Number(SeedsVariable) is { } more) (first, count) = (Environment.TickCount & 0xFFFFFFF, more);
        output.WriteLine($"seeds {first} to {first + count - 1}");

        // A run often waits for its own store, so that a core can serve two.
        var parallel = new ParallelOptions
        {
            CancellationToken = TestContext.Current.CancellationToken,
            MaxDegreeOfParallelism = 2 * Environment.ProcessorCount,
        };
        await Parallel.ForAsync(first, first + count, parallel, async (seed, _) =>
        {
            try
            {
                await run(seed);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException(
                    $"Seed {seed} failed. To run it alone: {SeedVariable}={seed} dotnet test tests/Simulation.Tests\n{failure.Message}",
                    failure);
            }
        });
        return count;
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
