using System.Diagnostics;

namespace Distribution.Load;

/// <summary>One dose in each submission, for a given time.</summary>
internal static class SingleRun
{
    private const int ClientsDefault = 8;

    // Only spreads the days and the stock; the run is as fast as it is.
    private const long DosesPerSecondExpected = 10_000;

    public static Task<RunResult> Run(LoadOptions options, CancellationToken cancel)
    {
        var expected = DosesPerSecondExpected * options.Seconds;
        var ends = new Lazy<long>(() => Stopwatch.GetTimestamp() + options.Seconds * Stopwatch.Frequency);
        return Measured.Run(
            $"{(options.Distributed ? "distributed " : "")}single {(options.TimeOrderedIds ? "v7" : "v4")}", options, expected * 2,
            vaccineId => new Workload(vaccineId, 1, false, options.TimeOrderedIds, expected),
            options.Clients ?? ClientsDefault, _ => Stopwatch.GetTimestamp() < ends.Value, cancel);
    }
}
