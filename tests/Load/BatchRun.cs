using Distribution.Load.Postgres;

namespace Distribution.Load;

/// <summary>Submissions of many doses, a given number in all.</summary>
internal static class BatchRun
{
    private const int ClientsDefault = 4;
    private const long DosesDefault = 2_000_000;

    public static Task<RunResult> Run(LoadOptions options, CancellationToken cancel)
    {
        var submissions = Submissions(options);
        return Measured.Run(new TemplateRun(
            Name(options), submissions * options.Batch, vaccineId => Shape(options, vaccineId), options.Clients ?? ClientsDefault,
            index => index < submissions, options.Rate), options, cancel);
    }

    /// <summary>The same work for a PostgreSQL endpoint.</summary>
    public static Task<PostgresResult> RunPostgres(PostgresKind kind, LoadOptions options, CancellationToken cancel)
    {
        var fewer = options with { Doses = Math.Min(options.Doses ?? DosesDefault, options.PostgresDoses) };
        return PostgresRun.Run(Name(options), kind, options, options.Clients ?? ClientsDefault, [], repeat => Work(fewer, repeat), cancel);
    }

    /// <summary>The same work for what is compared with, without repeats or with so large a fraction of them.</summary>
    public static IWork Work(LoadOptions options, double repeat = 0)
    {
        var submissions = Submissions(options);
        return new TemplateWork(Shape(options, "LOAD-0000000000000000"[..20]), repeat, index => index < submissions);
    }

    private static string Name(LoadOptions options) =>
        $"batch {(options.Ndjson ? "ndjson" : "json")} {(options.TimeOrderedIds ? "v7" : "v4")}";

    private static Workload Shape(LoadOptions options, string vaccineId) =>
        new(vaccineId, options.Batch, options.Ndjson, options.TimeOrderedIds, Submissions(options));

    private static long Submissions(LoadOptions options) => ((options.Doses ?? DosesDefault) + options.Batch - 1) / options.Batch;
}
