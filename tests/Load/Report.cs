namespace Distribution.Load;

/// <summary>Milliseconds below which so many percent of the requests stayed.</summary>
internal readonly record struct Percentiles(double P50, double P95, double P99, double Max)
{
    /// <summary>By nearest rank; all zero when there were no requests.</summary>
    public static Percentiles Of(List<double> values)
    {
        if (values.Count == 0) return default;
        values.Sort();
        return new(At(50), At(95), At(99), values[^1]);

        double At(int percent) => values[Math.Max(0, (values.Count * percent + 99) / 100 - 1)];
    }
}

/// <summary>What a run came to.</summary>
internal sealed record RunResult
{
    public required string Name { get; init; }
    public required long Doses { get; init; }
    public required long Requests { get; init; }
    public required double Seconds { get; init; }
    public required double DrainSeconds { get; init; }
    public required Percentiles Post { get; init; }
    public required Percentiles Coverage { get; init; }
    public required Percentiles FreshInCoverage { get; init; }
    public required Percentiles FreshInLedger { get; init; }
    public required double? ServerCpuSeconds { get; init; }
    public required double GeneratorCpuSeconds { get; init; }
    public required double? PeakResidentBytes { get; init; }
    public required long? DiskBytes { get; init; }
    public required long Retries { get; init; }
    public required IReadOnlyList<string> Failures { get; init; }

    /// <summary>Seconds that the server needed to be ready after it was killed, or null when it was not.</summary>
    public double? RestartSeconds { get; init; }

    /// <summary>Figures that were compared with what they must be, or null where only sums were.</summary>
    public long? FiguresCompared { get; init; }

    /// <summary>What the run had come to every ten seconds.</summary>
    public IReadOnlyList<Sample> Samples { get; init; } = [];

    public double DosesPerSecond => Doses / Seconds;

    /// <summary>Doses a second until the last of them was counted in coverage and ledger.</summary>
    public double CountedPerSecond => Doses / (Seconds + DrainSeconds);
}

/// <summary>Prints one table of all runs.</summary>
internal sealed class Report
{
    private readonly List<RunResult> _runs = [];
    private double? _limit;

    public void Add(RunResult run) => _runs.Add(run);

    public void AddLimit(double dosesPerSecond) => _limit = dosesPerSecond;

    /// <summary>Prints, and says whether every dose of every run was counted exactly once.</summary>
    public bool Print()
    {
        Console.WriteLine();
        if (_runs.Count > 0)
        {
            Row("", run => run.Name);
            Row("doses", run => $"{run.Doses:N0}");
            Row("doses/s acknowledged", run => $"{run.DosesPerSecond:N0}");
            Row("doses/s counted", run => $"{run.CountedPerSecond:N0}");
            Row("requests/s", run => $"{run.Requests / run.Seconds:N0}");
            Row("post p50 ms", run => $"{run.Post.P50:N2}");
            Row("post p95 ms", run => $"{run.Post.P95:N2}");
            Row("post p99 ms", run => $"{run.Post.P99:N2}");
            Row("post max ms", run => $"{run.Post.Max:N2}");
            Row("coverage p50 ms", run => $"{run.Coverage.P50:N2}");
            Row("coverage p99 ms", run => $"{run.Coverage.P99:N2}");
            Row("fresh coverage p50 ms", run => $"{run.FreshInCoverage.P50:N0}");
            Row("fresh coverage p99 ms", run => $"{run.FreshInCoverage.P99:N0}");
            Row("fresh ledger p50 ms", run => $"{run.FreshInLedger.P50:N0}");
            Row("fresh ledger p99 ms", run => $"{run.FreshInLedger.P99:N0}");
            Row("drained after s", run => $"{run.DrainSeconds:N2}");
            Row("server CPU s", run => run.ServerCpuSeconds is { } seconds ? $"{seconds:N1}" : "-");
            Row("generator CPU s", run => $"{run.GeneratorCpuSeconds:N1}");
            Row("server peak RSS MB", run => run.PeakResidentBytes is { } bytes ? $"{bytes / 1e6:N0}" : "-");
            Row("disk bytes/dose", run => run.DiskBytes is { } bytes ? $"{(double)bytes / run.Doses:N0}" : "-");
            Row("retried requests", run => $"{run.Retries:N0}");
            if (_runs.Any(run => run.RestartSeconds is not null)) Row("ready after kill s", run => run.RestartSeconds is { } seconds ? $"{seconds:N2}" : "-");
            if (_runs.Any(run => run.FiguresCompared is not null)) Row("figures compared", run => run.FiguresCompared is { } figures ? $"{figures:N0}" : "-");
            if (_runs.Count > 1) Row("ratio to the first", run => $"{run.CountedPerSecond / _runs[0].CountedPerSecond:N3}");
            if (_limit is { } limit) Row("ratio to limit", run => $"{run.CountedPerSecond / limit:N3}");
            Row("counted exactly once", run => run.Failures.Count == 0 ? "OK" : "FAILED");
        }

        if (_limit is { } bare) Console.WriteLine($"{"bare limit doses/s",-24}{bare,27:N0}");
        foreach (var run in _runs)
        {
            foreach (var failure in run.Failures) Console.WriteLine($"FAILED {run.Name}: {failure}");
        }

        var ok = _runs.All(run => run.Failures.Count == 0);
        if (_runs.Count > 0) Console.WriteLine(ok ? "OK: every accepted dose is counted exactly once." : "FAILED");
        return ok;
    }

    private void Row(string title, Func<RunResult, string> cell) =>
        Console.WriteLine($"{title,-24}{string.Concat(_runs.Select(run => $"{cell(run),27}"))}");
}
