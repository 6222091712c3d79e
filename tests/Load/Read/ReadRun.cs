using System.Diagnostics;

namespace Distribution.Load.Read;

/// <summary>What a read comes to.</summary>
/// <param name="Name">What is read.</param>
/// <param name="PerSecond">Requests a second; where they are asked one after the other, of one connection.</param>
/// <param name="Latency">Of a request.</param>
/// <param name="Requests">Requests that were answered.</param>
/// <param name="Bytes">Bytes of an answer.</param>
internal sealed record ReadResult(string Name, double PerSecond, Percentiles Latency, long Requests, int Bytes);

/// <summary>Reads while doses come in: coverage of the regions, past days, a long trend, and the views of a large country.</summary>
internal static class ReadRun
{
    private const int ConnectionsDefault = 16;
    private const int SecondsDefault = 20;
    private const double RateDefault = 20_000;
    private const int Writers = 4;

    /// <summary>Runs all, and prints each result as it comes.</summary>
    /// <returns>The results, and what went wrong.</returns>
    public static async Task<(IReadOnlyList<ReadResult> Reads, RunResult Load)> Run(LoadOptions options, CancellationToken cancel)
    {
        using var server = await Server.Start(options, cancel);
        using var api = new ApiClient(server.Door);
        var (rate, seconds) = (options.Rate ?? RateDefault, options.Seconds ?? SecondsDefault);
        var world = new World(api);
        Console.WriteLine($"read: {server.Address}, setting up");
        await world.SetUp((long)(rate * 600), cancel);
        var country = new LargeCountry(api, server.Door);
        var reads = new List<ReadResult>();
        foreach (var read in await country.SetUp(cancel)) Add(read);
        var past = new PastDays(api, server.Door);
        foreach (var read in await past.SetUp(cancel)) Add(read);

        // Doses come in for as long as anything is read.
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var submissions = (long)(rate * 600 / options.Batch);
        var work = new TemplateWork(
            new Workload(world.VaccineId, options.Batch, options.Ndjson, options.TimeOrderedIds, submissions), options.Repeat,
            _ => !enough.IsCancellationRequested);
        var loading = Measured.Run(new MeasuredRun
        {
            Name = $"{rate:N0} doses/s while read",
            Server = server,
            Api = api,
            View = world.View,
            Work = work,
            Clients = Writers,
            Rate = rate,
        }, cancel);

        var connections = options.Clients ?? ConnectionsDefault;
        using var me = Process.GetCurrentProcess();
        await Many(server.Door, world.View.CoveragePath, connections, TimeSpan.FromSeconds(2), cancel);
        me.Refresh();
        var (cpu, serverCpu) = (me.TotalProcessorTime.TotalSeconds, server.CpuSeconds);
        Add(await Many(server.Door, world.View.CoveragePath, connections, TimeSpan.FromSeconds(seconds), cancel));
        me.Refresh();
        Console.WriteLine($"  meanwhile the generator, writers included, used {me.TotalProcessorTime.TotalSeconds - cpu:N1} CPU s, the "
            + $"server {server.CpuSeconds - serverCpu:N1}");
        Add(await past.Views(cancel));
        foreach (var read in await country.Views(cancel)) Add(read);
        await enough.CancelAsync();
        return (reads, await loading);

        void Add(ReadResult read)
        {
            reads.Add(read);
            Console.WriteLine($"  {read.Name,-62}{read.PerSecond,9:N0}/s  p50 {read.Latency.P50,9:N2}  p99 {read.Latency.P99,9:N2}  max "
                + $"{read.Latency.Max,9:N2} ms  {read.Bytes,9:N0} bytes");
        }
    }

    /// <summary>Asks for one path with many connections, each of which asks again as soon as it is answered.</summary>
    private static async Task<ReadResult> Many(Door server, string path, int connections, TimeSpan time, CancellationToken cancel)
    {
        var latency = new Histogram();
        var bytes = 0;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            using var client = new RawClient(server);
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                var asked = Stopwatch.GetTimestamp();
                var (status, body) = await client.Get(path, cancel);
                if (status != 200) throw new LoadFailure($"GET {path} is answered {status}");
                latency.Add(Stopwatch.GetElapsedTime(asked));
                bytes = body.Length;
            }
        }, cancel)));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new ReadResult(
            $"coverage of 21 regions, {connections} connections", latency.Count / seconds, latency.Percentiles(), latency.Count, bytes);
    }
}
