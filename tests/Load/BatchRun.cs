namespace Distribution.Load;

/// <summary>Submissions of many doses, a given number in all.</summary>
internal static class BatchRun
{
    private const int ClientsDefault = 4;
    private const long DosesDefault = 2_000_000;

    public static Task<RunResult> Run(LoadOptions options, CancellationToken cancel)
    {
        var submissions = Submissions(options);
        return Measured.Run(
            $"{(options.Distributed ? "distributed " : "")}batch {(options.Ndjson ? "ndjson" : "json")} {(options.TimeOrderedIds ? "v7" : "v4")}", options, submissions * options.Batch,
            vaccineId => Shape(options, vaccineId), options.Clients ?? ClientsDefault, index => index < submissions, cancel);
    }

    /// <summary>The same work for the bare limit.</summary>
    public static IWork Work(LoadOptions options)
    {
        var submissions = Submissions(options);
        return new TemplateWork(Shape(options, "LOAD-0000000000000000"[..20]), 0, index => index < submissions);
    }

    private static Workload Shape(LoadOptions options, string vaccineId) =>
        new(vaccineId, options.Batch, options.Ndjson, options.TimeOrderedIds, Submissions(options));

    private static long Submissions(LoadOptions options) => ((options.Doses ?? DosesDefault) + options.Batch - 1) / options.Batch;
}
