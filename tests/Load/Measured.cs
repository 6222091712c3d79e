using System.Diagnostics;

namespace Distribution.Load;

/// <summary>One run to measure.</summary>
internal sealed record MeasuredRun
{
    /// <summary>The run's name in the report.</summary>
    public required string Name { get; init; }
    public required Server Server { get; init; }
    public required ApiClient Api { get; init; }
    public required View View { get; init; }
    public required IWork Work { get; init; }

    /// <summary>Clients that post.</summary>
    public required int Clients { get; init; }

    /// <summary>Doses a second to post, or null for as fast as they are answered.</summary>
    public double? Rate { get; init; }

    /// <summary>Doses that the view shows before.</summary>
    public long Before { get; init; }

    /// <summary>What is done first, and measured with the rest.</summary>
    public Func<Task>? First { get; init; }

    /// <summary>Whether a line is printed every ten seconds.</summary>
    public bool Progress { get; init; }

    /// <summary>What is done with the latencies of each ten seconds.</summary>
    public Action<Histogram>? Interval { get; init; }

    /// <summary>The server is killed after so many doses, and started again.</summary>
    public long? KillAt { get; init; }
}

/// <summary>A workload to measure in the invented country.</summary>
/// <param name="Name">The run's name in the report.</param>
/// <param name="Doses">Doses to have stock for.</param>
/// <param name="Shape">The workload, of the run's vaccine.</param>
/// <param name="Clients">Clients that post.</param>
/// <param name="Wanted">Whether the submission of this index is to be posted, asked for the first time as posting begins.</param>
/// <param name="Rate">Doses a second to post, or null for as fast as they are answered.</param>
/// <param name="Interval">What is done with the latencies of each ten seconds; then their progress is printed too.</param>
internal sealed record TemplateRun(
    string Name, long Doses, Func<string, Workload> Shape, int Clients, Func<long, bool> Wanted, double? Rate = null,
    Action<Histogram>? Interval = null);

/// <summary>Posts, waits until all is counted, and measures all of it.</summary>
internal static class Measured
{
    private const long WarmupDosesPerSecond = 100_000;
    private const int LooksPerSecond = 10;

    /// <summary>Starts a server with an invented country, and runs a workload after a short one that is not measured.</summary>
    /// <param name="run">What is run.</param>
    /// <param name="options">The command line.</param>
    /// <param name="cancel">Stops the run.</param>
    public static async Task<RunResult> Run(TemplateRun run, LoadOptions options, CancellationToken cancel)
    {
        using var server = await Server.Start(options, cancel);
        using var api = new ApiClient(server.Door);
        var world = new World(api);
        var name = $"{(options.Distributed ? "distributed " : "")}{run.Name}";
        Console.WriteLine($"{name}: {server.Address}, setting up");
        await world.SetUp(run.Doses + WarmupDosesPerSecond * options.WarmupSeconds, cancel);

        var workload = run.Shape(world.VaccineId);
        var warm = Stopwatch.GetTimestamp() + options.WarmupSeconds * Stopwatch.Frequency;
        var warmup = new Posting(
            server.Door, new TemplateWork(workload, options.Repeat, _ => Stopwatch.GetTimestamp() < warm), run.Clients, null);
        await warmup.Run(cancel);
        var (_, unwell) = await world.View.Drain(warmup.Doses, cancel);

        var result = await Run(new MeasuredRun
        {
            Name = name,
            Server = server,
            Api = api,
            View = world.View,
            Work = new TemplateWork(workload, options.Repeat, run.Wanted),
            Clients = run.Clients,
            Rate = run.Rate,
            Before = warmup.Doses,
            Progress = run.Interval is not null,
            Interval = run.Interval,
        }, cancel);
        return result with { Failures = [.. result.Failures, .. warmup.Failures, .. unwell is null ? (string[])[] : [unwell]] };
    }

    /// <summary>Runs against a server that is set up.</summary>
    public static async Task<RunResult> Run(MeasuredRun run, CancellationToken cancel)
    {
        var server = run.Server;
        var (cpu, disk) = (server.CpuSeconds, server.DiskBytes);
        using var me = Process.GetCurrentProcess();
        var myCpu = me.TotalProcessorTime;
        Console.WriteLine($"{run.Name}: {run.Clients} clients post {run.Work.DosesPerSubmission} doses a submission");

        using var allPosted = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var allCounted = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var coverage = new SideClient(run.Api, run.View.CoveragePath, LooksPerSecond, View.DosesOfCoverage);
        var ledger = new SideClient(run.Api, run.View.BalancePath, LooksPerSecond, View.DosesOfBalance);
        var posting = new Posting(server.Door, run.Work, run.Clients, run.Rate);
        var progress = new Progress(server, posting, run.Interval);

        var started = Stopwatch.GetTimestamp();
        if (run.First is not null) await run.First();
        var beforePosting = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var asking = Task.WhenAll(coverage.Run(allCounted.Token), ledger.Run(allCounted.Token));
        var watching = run.Progress ? progress.Run(allPosted.Token) : Task.CompletedTask;
        var killing = run.KillAt is { } doses ? Kill(run, posting, doses, allPosted.Token) : Task.FromResult<double?>(null);
        await posting.Run(cancel);
        await allPosted.CancelAsync();
        await watching;
        var restart = await killing;
        var asked = coverage.LatencyMilliseconds.Count;

        me.Refresh();
        var generatorCpu = (me.TotalProcessorTime - myCpu).TotalSeconds;
        Console.WriteLine($"{run.Name}: {posting.Doses:N0} doses in {posting.Seconds:N1} s, waiting until all are counted");
        var (drainSeconds, problem) = await run.View.Drain(run.Before + posting.Doses, cancel);
        // One look more, for those who look: the last doses have just been seen by the other.
        await Task.Delay(TimeSpan.FromSeconds(2.0 / LooksPerSecond), cancel);
        await allCounted.CancelAsync();
        await asking;
        if (problem is not null) posting.Failures.Add(problem);
        // While a killed server is away nobody can be answered.
        if (run.KillAt is null && coverage.Failures + ledger.Failures is > 0 and var failed)
            posting.Failures.Add($"{failed} requests for coverage or balance failed");
        if (run.KillAt is not null && restart is null) posting.Failures.Add("the run ended before the server was to be killed");
        var underWay = (long)run.Clients * run.Work.DosesPerSubmission;
        var delays = Freshness.Delays(posting.Acknowledged, underWay, run.Before, coverage.Seen);

        return new RunResult
        {
            Name = run.Name,
            Doses = posting.Doses,
            Requests = posting.Requests,
            Seconds = beforePosting + posting.Seconds,
            DrainSeconds = drainSeconds,
            Post = posting.Latency.Percentiles(),
            Coverage = Percentiles.Of([.. coverage.LatencyMilliseconds.Take(asked)]),
            FreshInCoverage = Percentiles.Of([.. delays.Select(one => one.Milliseconds)]),
            FreshInLedger = Percentiles.Of(
                [.. Freshness.Delays(posting.Acknowledged, underWay, run.Before, ledger.Seen).Select(one => one.Milliseconds)]),
            ServerCpuSeconds = server.CpuSeconds - cpu,
            GeneratorCpuSeconds = generatorCpu,
            PeakResidentBytes = server.PeakResidentBytes,
            DiskBytes = server.DiskBytes - disk,
            Retries = posting.Retries,
            RestartSeconds = restart,
            Samples = progress.With(delays),
            Failures = posting.Failures,
        };
    }

    private static async Task<double?> Kill(MeasuredRun run, Posting posting, long doses, CancellationToken posted)
    {
        try
        {
            while (posting.Doses < doses) await Task.Delay(TimeSpan.FromMilliseconds(10), posted);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        var seconds = await run.Server.KillAndRestart(run.Api, CancellationToken.None);
        Console.WriteLine($"{run.Name}: killed after {posting.Doses:N0} doses; ready {seconds:N2} s after it was started again");
        return seconds;
    }
}
