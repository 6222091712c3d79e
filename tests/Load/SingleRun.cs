using System.Diagnostics;
using Distribution.Load.Postgres;

namespace Distribution.Load;

/// <summary>One dose in each submission, for a given time.</summary>
internal static class SingleRun
{
    private const int ClientsDefault = 8;
    private const int SecondsDefault = 10;

    // Only spreads the days and the stock; the run is as fast as it is.
    private const long DosesPerSecondExpected = 10_000;

    /// <summary>As fast as they are answered, or at the rate that the command line names.</summary>
    public static Task<RunResult> Run(LoadOptions options, CancellationToken cancel)
    {
        var expected = DosesPerSecondExpected * Seconds(options);
        return Measured.Run(new TemplateRun(
            Name(options), expected * 2, vaccineId => Shape(options, vaccineId, expected), options.Clients ?? ClientsDefault,
            For(options), options.Rate), options, cancel);
    }

    /// <summary>At half the rate that a run reached: what a clinic waits when the server is not at its limit.</summary>
    public static async Task<RunResult> RunAtHalf(LoadOptions options, RunResult full, CancellationToken cancel)
    {
        var half = await Run(options with { Rate = Math.Max(1, Math.Floor(full.DosesPerSecond / 2)) }, cancel);
        return half with { Name = half.Name + " at half" };
    }

    /// <summary>The same work for a PostgreSQL endpoint.</summary>
    public static Task<PostgresResult> RunPostgres(PostgresKind kind, LoadOptions options, CancellationToken cancel) => PostgresRun.Run(
        Name(options), kind, options, options.Clients ?? ClientsDefault, [],
        repeat => new TemplateWork(
            Shape(options, "LOAD-0000000000000000"[..20], DosesPerSecondExpected * Seconds(options)), repeat, For(options)), cancel);

    private static string Name(LoadOptions options) => $"single {(options.TimeOrderedIds ? "v7" : "v4")}";

    private static int Seconds(LoadOptions options) => options.Seconds ?? SecondsDefault;

    private static Workload Shape(LoadOptions options, string vaccineId, long expected) =>
        new(vaccineId, 1, options.Ndjson, options.TimeOrderedIds, expected);

    private static Func<long, bool> For(LoadOptions options)
    {
        var ends = new Lazy<long>(() => Stopwatch.GetTimestamp() + Seconds(options) * Stopwatch.Frequency);
        return _ => Stopwatch.GetTimestamp() < ends.Value;
    }
}
