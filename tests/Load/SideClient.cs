using System.Diagnostics;
using System.Net;

namespace Distribution.Load;

/// <summary>A ministry's screen: asks for one view again and again while others post, and notes how many doses it shows.</summary>
internal sealed class SideClient(ApiClient api, string path, int perSecond, Func<byte[], long> dosesOf)
{
    /// <summary>From the intended start of each request, so that waiting behind a slow one counts.</summary>
    public List<double> LatencyMilliseconds { get; } = [];

    /// <summary>When an answer was there, and how many doses it showed.</summary>
    public List<(long At, long Doses)> Seen { get; } = [];

    /// <summary>Answers other than 200.</summary>
    public int Failures { get; private set; }

    /// <summary>Asks until it is told to stop.</summary>
    public async Task Run(CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        for (var index = 0; ; index++)
        {
            var intended = started + index * Stopwatch.Frequency / perSecond;
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), intended);
            try
            {
                if (wait > TimeSpan.Zero) await Task.Delay(wait, stop);
                intended = wait > TimeSpan.Zero ? Math.Max(intended, Stopwatch.GetTimestamp()) : intended;
                var (status, body) = await api.Get(path, stop);
                if (status is HttpStatusCode.OK) Seen.Add((Stopwatch.GetTimestamp(), dosesOf(body)));
                else Failures++;
                LatencyMilliseconds.Add(Stopwatch.GetElapsedTime(intended).TotalMilliseconds);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException)
            {
                Failures++;
            }
        }
    }
}
