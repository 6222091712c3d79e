using System.Diagnostics;

namespace Distribution.Load;

/// <summary>One run: starts the server, sets it up, posts, waits until all is counted, and measures all of it.</summary>
internal static class Measured
{
    private const long WarmupDosesPerSecond = 100_000;
    private const int LooksPerSecond = 10;

    /// <summary>Runs a workload.</summary>
    /// <param name="name">The run's name in the report.</param>
    /// <param name="options">The command line.</param>
    /// <param name="doses">Doses to have stock for.</param>
    /// <param name="shape">The workload, of the run's vaccine.</param>
    /// <param name="clients">Clients that post.</param>
    /// <param name="wanted">Whether the submission of this index is to be posted, asked for the first time as posting begins.</param>
    /// <param name="cancel">Stops the run.</param>
    public static async Task<RunResult> Run(
        string name, LoadOptions options, long doses, Func<string, Workload> shape, int clients, Func<long, bool> wanted,
        CancellationToken cancel)
    {
        using var server = await Server.Start(options, cancel);
        using var api = new ApiClient(server.Address);
        var world = new World(api);
        Console.WriteLine($"{name}: {server.Address}, setting up");
        await world.SetUp(doses + WarmupDosesPerSecond * options.WarmupSeconds, cancel);

        var workload = shape(world.VaccineId);
        var warmup = new Posting(api, workload, clients, options.Repeat, null);
        var warm = Stopwatch.GetTimestamp() + options.WarmupSeconds * Stopwatch.Frequency;
        await warmup.Run(_ => Stopwatch.GetTimestamp() < warm, cancel);
        var (_, unwell) = await world.Drain(warmup.Doses, cancel);

        var (cpu, disk) = (server.CpuSeconds, server.DiskBytes);
        using var me = Process.GetCurrentProcess();
        var myCpu = me.TotalProcessorTime;
        Console.WriteLine($"{name}: {clients} clients post {workload.DosesPerSubmission} doses a submission");

        using var allCounted = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var coverage = new SideClient(api, world.CoveragePath, LooksPerSecond, World.DosesOfCoverage);
        var ledger = new SideClient(api, world.BalancePath, LooksPerSecond, World.DosesOfBalance);
        var asking = Task.WhenAll(coverage.Run(allCounted.Token), ledger.Run(allCounted.Token));
        var posting = new Posting(api, workload, clients, options.Repeat, options.Rate);
        await posting.Run(wanted, cancel);
        var asked = coverage.LatencyMilliseconds.Count;

        me.Refresh();
        var generatorCpu = (me.TotalProcessorTime - myCpu).TotalSeconds;
        Console.WriteLine($"{name}: {posting.Doses:N0} doses in {posting.Seconds:N1} s, waiting until all are counted");
        var (drainSeconds, problem) = await world.Drain(warmup.Doses + posting.Doses, cancel);
        // One look more, for those who look: the last doses have just been seen by the other.
        await Task.Delay(TimeSpan.FromSeconds(2.0 / LooksPerSecond), cancel);
        await allCounted.CancelAsync();
        await asking;
        posting.Failures.AddRange(warmup.Failures);
        if (unwell is not null) posting.Failures.Add(unwell);
        if (problem is not null) posting.Failures.Add(problem);
        if (coverage.Failures + ledger.Failures is > 0 and var failed) posting.Failures.Add($"{failed} requests for coverage or balance failed");
        var underWay = (long)clients * workload.DosesPerSubmission;

        return new RunResult
        {
            Name = name,
            Doses = posting.Doses,
            Requests = posting.Requests,
            Seconds = posting.Seconds,
            DrainSeconds = drainSeconds,
            Post = Percentiles.Of(posting.LatencyMilliseconds),
            Coverage = Percentiles.Of([.. coverage.LatencyMilliseconds.Take(asked)]),
            FreshInCoverage = Percentiles.Of(Freshness.Milliseconds(posting.Acknowledged, underWay, warmup.Doses, coverage.Seen)),
            FreshInLedger = Percentiles.Of(Freshness.Milliseconds(posting.Acknowledged, underWay, warmup.Doses, ledger.Seen)),
            ServerCpuSeconds = server.CpuSeconds - cpu,
            GeneratorCpuSeconds = generatorCpu,
            PeakResidentBytes = server.PeakResidentBytes,
            DiskBytes = server.DiskBytes - disk,
            Retries = posting.Retries,
            Failures = posting.Failures,
        };
    }
}
