namespace Distribution.Load;

/// <summary>A steady rate for a long time: what grows with time shows itself.</summary>
internal static class SoakRun
{
    private const int ClientsDefault = 8;
    private const int SecondsDefault = 60;
    private const double RateDefault = 20_000;

    public static Task<RunResult> Run(LoadOptions options, CancellationToken cancel)
    {
        var rate = options.Rate ?? RateDefault;
        var doses = (long)(rate * (options.Seconds ?? SecondsDefault));
        var submissions = (doses + options.Batch - 1) / options.Batch;
        return Measured.Run(new TemplateRun(
            $"soak {rate:N0}/s", doses, vaccineId =>
                new Workload(vaccineId, options.Batch, options.Ndjson, options.TimeOrderedIds, submissions),
            options.Clients ?? ClientsDefault, index => index < submissions, rate, Print), options, cancel);
    }

    private static void Print(Histogram latency)
    {
        var (p50, p95, p99, max) = latency.Percentiles();
        Console.WriteLine($"          post of {latency.Count,7:N0} submissions, from their intended start: p50 {p50:N1}, p95 {p95:N1}, "
            + $"p99 {p99:N1}, max {max:N1} ms");
    }
}
