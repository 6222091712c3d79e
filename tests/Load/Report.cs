namespace Distribution.Load;

/// <summary>Prints one table of all runs.</summary>
internal sealed class Report
{
    private readonly List<RunResult> _runs = [];
    private readonly List<PostgresResult> _postgres = [];

    private readonly List<string> _notes = [];

    public IReadOnlyList<RunResult> Runs => _runs;

    public IReadOnlyList<PostgresResult> Postgres => _postgres;

    /// <summary>Doses a second of the bare limit, or null where it was not measured.</summary>
    public double? Limit { get; private set; }

    public void Add(RunResult run) => _runs.Add(run);

    public void Add(PostgresResult run) => _postgres.Add(run);

    /// <summary>What could not be measured, and why.</summary>
    public void AddNote(string note) => _notes.Add(note);

    public void AddLimit(double dosesPerSecond) => Limit = dosesPerSecond;

    /// <summary>Prints, and says whether every dose of every run was counted exactly once.</summary>
    public bool Print()
    {
        Console.WriteLine();
        if (_runs.Count > 0) PrintRuns();
        if (Limit is { } bare) Console.WriteLine($"{"bare limit doses/s",-24}{bare,27:N0}");
        foreach (var run in _postgres)
        {
            Console.WriteLine(
                $"PostgreSQL, {run.Endpoint}, {run.Name}: {run.Doses:N0} doses, {run.DosesPerSecond:N0} doses/s acknowledged, "
                + $"{run.CountedPerSecond:N0} counted, {run.RequestsPerSecond:N0} requests/s, "
                + $"post p50 {run.Post.P50:N2}, p99 {run.Post.P99:N2}, max {run.Post.Max:N2} ms");
        }

        foreach (var note in _notes) Console.WriteLine(note);
        var failures = _runs.SelectMany(run => run.Failures.Select(failure => (run.Name, failure)))
            .Concat(_postgres.SelectMany(run => run.Failures.Select(failure => (Name: $"PostgreSQL {run.Endpoint} {run.Name}", failure))))
                .ToArray();
        foreach (var (name, failure) in failures) Console.WriteLine($"FAILED {name}: {failure}");
        var ok = failures.Length == 0;
        if (_runs.Count > 0) Console.WriteLine(ok ? "OK: every accepted dose is counted exactly once." : "FAILED");
        return ok;
    }

    private void PrintRuns()
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
        if (_runs.Any(run => run.RestartSeconds is not null))
            Row("ready after kill s", run => run.RestartSeconds is { } seconds ? $"{seconds:N2}" : "-");
        if (_runs.Any(run => run.FiguresCompared is not null))
            Row("figures compared", run => run.FiguresCompared is { } figures ? $"{figures:N0}" : "-");
        if (_runs.Count > 1) Row("ratio to the first", run => $"{run.CountedPerSecond / _runs[0].CountedPerSecond:N3}");
        if (Limit is { } limit) Row("ratio to limit", run => $"{run.CountedPerSecond / limit:N3}");
        foreach (var endpoint in _postgres.Select(other => other.Endpoint).Distinct())
        {
            Row($"ratio to PG {endpoint}", run => _postgres.FirstOrDefault(
                other => other.Endpoint == endpoint && run.Name.EndsWith(other.Name, StringComparison.Ordinal)) is { } other
                ? $"{run.CountedPerSecond / other.CountedPerSecond:N2}"
                : "-");
        }

        Row("counted exactly once", run => run.Failures.Count == 0 ? "OK" : "FAILED");
    }

    private void Row(string title, Func<RunResult, string> cell) =>
        Console.WriteLine($"{title,-24}{string.Concat(_runs.Select(run => $"{cell(run),27}"))}");
}
