using System.Diagnostics;
using System.Text.Json;

namespace Distribution.Load.Postgres;

/// <summary>Loads a hand-written PostgreSQL endpoint with the same bodies.</summary>
internal static class PostgresRun
{
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs work against a new cluster, after a short one that is not measured.</summary>
    /// <param name="name">The run that it is to be compared with.</param>
    /// <param name="kind">Which endpoint.</param>
    /// <param name="options">The command line.</param>
    /// <param name="clients">Clients that post.</param>
    /// <param name="places">Places of the work that report, with the one above them.</param>
    /// <param name="work">What they post, made as posting begins, with so large a fraction of it posted twice.</param>
    /// <param name="cancel">Stops the run.</param>
    public static async Task<PostgresResult> Run(
        string name, PostgresKind kind, LoadOptions options, int clients, IEnumerable<(string Place, string Above)> places,
        Func<double, IWork> work, CancellationToken cancel)
    {
        using var cluster = await PostgresCluster.Start(options.Data, cancel);
        var address = Server.LoopbackAddress();
        using var endpoint = await StartEndpoint(kind, address.GetLeftPart(UriPartial.Authority), cluster.Connection, cancel);
        try
        {
            using var api = new ApiClient(address);
            // Of the warm-up, then of the work.
            var paths = World.Regions.Select(region => (Place: region, Above: World.Country)).Union(places)
                .Select(path => new[] { path.Place, path.Above });
            await api.Must(HttpMethod.Put, "/places", JsonSerializer.Serialize(paths), ApiClient.Json, cancel);
            // The bare one does not know what it has answered before.
            var measured = work(kind == PostgresKind.Bare ? 0 : options.Repeat);
            var warm = Stopwatch.GetTimestamp() + options.WarmupSeconds * Stopwatch.Frequency;
            var warmup = new Posting(address, new TemplateWork(
                new Workload("WARMUP", measured.DosesPerSubmission, measured.Ndjson, options.TimeOrderedIds, 1000), 0, _ =>
                    Stopwatch.GetTimestamp() < warm), clients, null);
            await warmup.Run(cancel);
            await UntilCounted(api, cancel);
            Console.WriteLine($"PostgreSQL, {kind.Text()}: {clients} clients post {measured.DosesPerSubmission} doses a submission");
            var posting = new Posting(address, measured, clients, null);
            await posting.Run(cancel);
            var answered = Stopwatch.GetTimestamp();
            await UntilCounted(api, cancel);
            var drain = Stopwatch.GetElapsedTime(answered).TotalSeconds;

            var totals = await api.Must(HttpMethod.Get, "/totals", "", ApiClient.Json, cancel);
            var all = warmup.Doses + posting.Doses;
            if (totals.EnumerateArray().Any(total => total.GetInt64() != all)) posting.Failures.Add($"of {all} doses it has {totals}");
            return new PostgresResult(
                name, kind.Text(), posting.Doses, posting.Doses / posting.Seconds, posting.Doses / (posting.Seconds + drain),
                posting.Requests / posting.Seconds, posting.Latency.Percentiles(), posting.Failures);
        }
        finally
        {
            endpoint.Kill();
            endpoint.WaitForExit(StopMax);
        }
    }

    private static async Task UntilCounted(ApiClient api, CancellationToken cancel)
    {
        while ((await api.Must(HttpMethod.Get, "/pending", "", ApiClient.Json, cancel)).GetInt64() > 0) await Task.Delay(Look, cancel);
    }

    private static async Task<Process> StartEndpoint(PostgresKind kind, string url, string connection, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [typeof(PostgresRun).Assembly.Location, LoadOptions.PostgresEndpoint, $"{kind}", url, connection])
        {
            RedirectStandardOutput = true,
        };
        InlineSockets.NotIn(start);
        var process = Process.Start(start) ?? throw new LoadFailure("the endpoint cannot be started");
        while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            if (line.StartsWith(PostgresEndpoint.ReadyLine, StringComparison.Ordinal)) return process;
        }

        process.Dispose();
        throw new LoadFailure("the PostgreSQL endpoint does not start: its message is above");
    }
}
