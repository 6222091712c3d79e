using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Distribution.Load;

/// <summary>Posts a workload with a number of clients, each of which has one request under way.</summary>
internal sealed class Posting(ApiClient api, Workload workload, int clients, double repeat, double? dosesPerSecond)
{
    private const int AttemptsMax = 20;
    private const int FailuresShown = 5;
    private static readonly TimeSpan RetryWait = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private long _next;
    private long _requests;
    private long _retries;

    /// <summary>Doses that were accepted, or held to be settled, once for each submission.</summary>
    public long Doses => Acknowledged.Sum(one => one.Doses);

    public long Requests => _requests;

    /// <summary>Requests that were sent again because no answer came, or one of 429 or 5xx.</summary>
    public long Retries => _retries;

    public List<string> Failures { get; } = [];

    public List<double> LatencyMilliseconds { get; } = [];

    /// <summary>When submissions were acknowledged for the first time, and the doses of each.</summary>
    public List<(long At, long Doses)> Acknowledged { get; } = [];

    public double Seconds { get; private set; }

    /// <summary>Posts until the index of the next submission is not wanted.</summary>
    public async Task Run(Func<long, bool> wanted, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(() => Client(client, started, wanted, cancel), cancel)));
        Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private async Task Client(int client, long started, Func<long, bool> wanted, CancellationToken cancel)
    {
        var bodies = new BodyMaker(workload, client);
        var latencies = new List<double>();
        var acknowledged = new List<(long At, long Doses)>();
        long requests = 0;
        while (Interlocked.Increment(ref _next) - 1 is var index && wanted(index))
        {
            var submission = bodies.Next(index);
            var intended = await Intended(index, started, cancel);
            var answer = await Post(submission, cancel);
            latencies.Add(Stopwatch.GetElapsedTime(intended).TotalMilliseconds);
            requests++;
            acknowledged.Add((Stopwatch.GetTimestamp(), Counted(answer)));

            if (bodies.NextFraction() >= repeat) continue;
            var again = await Post(submission, cancel);
            requests++;
            if (!again.AsSpan().SequenceEqual(answer))
                Fail($"a repeated submission is answered {Encoding.UTF8.GetString(again)}, at first {Encoding.UTF8.GetString(answer)}");
        }

        lock (_gate)
        {
            LatencyMilliseconds.AddRange(latencies);
            Acknowledged.AddRange(acknowledged);
            _requests += requests;
        }
    }

    // A server that falls behind delays what follows too: from the intended start the measure keeps that in.
    private async Task<long> Intended(long index, long started, CancellationToken cancel)
    {
        if (dosesPerSecond is not { } rate) return Stopwatch.GetTimestamp();
        var intended = started + (long)(index * workload.DosesPerSubmission / rate * Stopwatch.Frequency);
        var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), intended);
        if (wait > TimeSpan.Zero) await Task.Delay(wait, cancel);
        return intended;
    }

    private async Task<byte[]> Post(Submission submission, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            string problem;
            try
            {
                var (status, body) = await api.Send(
                    HttpMethod.Post, submission.Path, submission.Body, workload.Ndjson ? ApiClient.Ndjson : ApiClient.Json, cancel);
                if (status is HttpStatusCode.OK) return body;
                problem = $"POST {submission.Path} is answered {(int)status}: {Encoding.UTF8.GetString(body)}";
                if (status is not HttpStatusCode.TooManyRequests && (int)status < 500) throw new LoadFailure(problem);
            }
            catch (HttpRequestException failure)
            {
                problem = $"POST {submission.Path}: {failure.Message}";
            }

            if (attempt == AttemptsMax) throw new LoadFailure(problem);
            Interlocked.Increment(ref _retries);
            await Task.Delay(RetryWait, cancel);
        }
    }

    /// <summary>The doses that this answer promises to count: those accepted, and those held until they can be.</summary>
    private long Counted(byte[] answer)
    {
        long counted = 0, other = 0;
        var reader = new Utf8JsonReader(answer);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("accepted"u8) || reader.ValueTextEquals("held"u8))
            {
                reader.Read();
                counted += reader.GetInt64();
            }
            else if (reader.ValueTextEquals("duplicates"u8))
            {
                reader.Read();
                other += reader.GetInt64();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (counted != workload.DosesPerSubmission || other != 0)
            Fail($"of {workload.DosesPerSubmission} new doses {counted} are accepted or held: {Encoding.UTF8.GetString(answer)}");
        return counted;
    }

    private void Fail(string problem)
    {
        lock (_gate)
        {
            if (Failures.Count < FailuresShown) Failures.Add(problem.Length > 500 ? problem[..500] + "…" : problem);
        }
    }
}
