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

/// <summary>What a hand-written PostgreSQL endpoint came to.</summary>
/// <param name="Name">The run that it is compared with.</param>
/// <param name="Endpoint">Which endpoint: <c>bare</c> or <c>whole</c>.</param>
/// <param name="Doses">Doses posted, and durable.</param>
/// <param name="DosesPerSecond">Doses a second until the last answer.</param>
/// <param name="CountedPerSecond">Doses a second until the last of them was counted.</param>
/// <param name="RequestsPerSecond">Requests a second.</param>
/// <param name="Post">Latency of a submission.</param>
/// <param name="Failures">What went wrong.</param>
internal sealed record PostgresResult(
    string Name, string Endpoint, long Doses, double DosesPerSecond, double CountedPerSecond, double RequestsPerSecond,
    Percentiles Post, IReadOnlyList<string> Failures);
