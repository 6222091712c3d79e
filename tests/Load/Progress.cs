using System.Diagnostics;

namespace Distribution.Load;

/// <summary>What the load had come to at one moment.</summary>
/// <param name="At">The moment, in ticks of the stopwatch.</param>
/// <param name="Seconds">Seconds since posting began.</param>
/// <param name="Doses">Doses acknowledged so far.</param>
/// <param name="DosesPerSecond">Doses acknowledged a second since the moment before.</param>
/// <param name="ResidentBytes">Memory of the server's processes, or null when they are not known.</param>
/// <param name="DiskBytes">Bytes in the data folder, or null when it is not ours.</param>
/// <param name="ServerCpuSeconds">Seconds of all cores since the server's start.</param>
/// <param name="FreshP99">Milliseconds from the acknowledgement of the doses since the moment before until they were in coverage.</param>
internal sealed record Sample(
    [property: System.Text.Json.Serialization.JsonIgnore] long At, double Seconds, long Doses, double DosesPerSecond,
    double? ResidentBytes, long? DiskBytes, double? ServerCpuSeconds, double FreshP99 = 0);

/// <summary>Looks at a run every ten seconds, and prints a line.</summary>
internal sealed class Progress(Server server, Posting posting, Action<Histogram>? interval = null)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private readonly List<Sample> _samples = [];

    /// <summary>What was seen, in order.</summary>
    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>Looks until it is told to stop, and once more then.</summary>
    public async Task Run(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Every);
        var started = Stopwatch.GetTimestamp();
        var (lastDoses, lastSeconds) = (0L, 0.0);
        bool more;
        do
        {
            more = await Tick(timer, stop);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var doses = posting.Doses;
            if (doses == lastDoses && !more) break;
            var sample = new Sample(
                Stopwatch.GetTimestamp(), seconds, doses, (doses - lastDoses) / (seconds - lastSeconds), server.ResidentBytes,
                server.DiskBytes,
                server.CpuSeconds);
            _samples.Add(sample);
            (lastDoses, lastSeconds) = (doses, seconds);
            Console.WriteLine(
                $"{seconds,7:N0} s {doses,13:N0} doses {sample.DosesPerSecond,9:N0}/s  server {sample.ResidentBytes / 1e6,6:N0} MB "
                    + $"{sample.ServerCpuSeconds,7:N1} CPU s  disk {sample.DiskBytes / 1e6,8:N0} MB");
            interval?.Invoke(posting.TakeLatency());
        }
        while (more);
    }

    /// <summary>The samples with what is known only afterwards.</summary>
    public IReadOnlyList<Sample> With(IReadOnlyList<(long At, double Milliseconds)> delays)
    {
        var next = 0;
        return [.. _samples.Select(sample =>
        {
            var inInterval = new List<double>();
            for (; next < delays.Count && delays[next].At <= sample.At; next++) inInterval.Add(delays[next].Milliseconds);
            return sample with { FreshP99 = Percentiles.Of(inInterval).P99 };
        })];
    }

    private static async Task<bool> Tick(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
