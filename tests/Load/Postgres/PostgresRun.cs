using System.Diagnostics;

namespace Distribution.Load.Postgres;

/// <summary>Loads the hand-written PostgreSQL endpoint with the same bodies.</summary>
internal static class PostgresRun
{
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(30);

    /// <summary>Runs work against a new cluster, after a short one that is not measured.</summary>
    /// <param name="name">The run that it is to be compared with.</param>
    /// <param name="options">The command line.</param>
    /// <param name="clients">Clients that post.</param>
    /// <param name="work">What they post, made as posting begins; without repeats, which the endpoint does not know.</param>
    /// <param name="cancel">Stops the run.</param>
    public static async Task<PostgresResult> Run(string name, LoadOptions options, int clients, Func<IWork> work, CancellationToken cancel)
    {
        using var cluster = await PostgresCluster.Start(options.Data, cancel);
        var address = Server.LoopbackAddress();
        using var endpoint = await StartEndpoint(address.GetLeftPart(UriPartial.Authority), cluster.Connection, cancel);
        try
        {
            using var api = new ApiClient(address);
            var measured = work();
            var warm = Stopwatch.GetTimestamp() + options.WarmupSeconds * Stopwatch.Frequency;
            var warmup = new Posting(address, new TemplateWork(
                new Workload("WARMUP", measured.DosesPerSubmission, measured.Ndjson, options.TimeOrderedIds, 1000), 0, _ => Stopwatch.GetTimestamp() < warm), clients, null);
            await warmup.Run(cancel);
            Console.WriteLine($"PostgreSQL: {clients} clients post {measured.DosesPerSubmission} doses a submission");
            var posting = new Posting(address, measured, clients, null);
            await posting.Run(cancel);

            var totals = await api.Must(HttpMethod.Get, "/totals", "", ApiClient.Json, cancel);
            var all = warmup.Doses + posting.Doses;
            if (totals[0].GetInt64() != all || totals[1].GetInt64() != all) posting.Failures.Add($"of {all} doses it has {totals}");
            return new PostgresResult(
                name, posting.Doses, posting.Doses / posting.Seconds, posting.Requests / posting.Seconds, posting.Latency.Percentiles(), posting.Failures);
        }
        finally
        {
            endpoint.Kill();
            endpoint.WaitForExit(StopMax);
        }
    }

    private static async Task<Process> StartEndpoint(string url, string connection, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [typeof(PostgresRun).Assembly.Location, LoadOptions.PostgresEndpoint, url, connection])
        {
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new LoadFailure("the endpoint cannot be started");
        while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            if (line.StartsWith(PostgresEndpoint.ReadyLine, StringComparison.Ordinal)) return process;
        }

        process.Dispose();
        throw new LoadFailure("the PostgreSQL endpoint does not start: its message is above");
    }
}
