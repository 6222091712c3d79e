using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Distribution.Load;

/// <summary>Posts work with a number of clients, each of which has one request under way.</summary>
internal sealed class Posting(Door server, IWork work, int clients, double? dosesPerSecond)
{
    private const int FailuresShown = 5;
    private static readonly TimeSpan RetryWait = TimeSpan.FromMilliseconds(100);

    // Longer than a server that was killed needs to be there again.
    private static readonly TimeSpan RetryMax = TimeSpan.FromMinutes(3);

    private readonly Lock _gate = new();
    private Histogram _latency = new();
    private long _doses;
    private long _requests;
    private long _retries;

    /// <summary>Doses that were accepted, or held to be settled, once for each submission; so far.</summary>
    public long Doses => Interlocked.Read(ref _doses);

    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Requests that were sent again because no answer came, or one of 429 or 5xx.</summary>
    public long Retries => _retries;

    public List<string> Failures { get; } = [];

    /// <summary>Submissions of new doses, from their intended start.</summary>
    public Histogram Latency { get; } = new();

    /// <summary>When submissions were acknowledged for the first time, and the doses of each.</summary>
    public List<(long At, long Doses)> Acknowledged { get; } = [];

    public double Seconds { get; private set; }

    /// <summary>The latencies since this was asked for the last time.</summary>
    public Histogram TakeLatency() => Interlocked.Exchange(ref _latency, new Histogram());

    /// <summary>Posts until there is no more.</summary>
    public async Task Run(CancellationToken cancel)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(() => Client(client, started, failed), cancel)));
        Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private async Task Client(int client, long started, CancellationTokenSource failed)
    {
        try
        {
            await Client(client, started, failed.Token);
        }
        catch (LoadFailure)
        {
            // The others would go on for long without it.
            await failed.CancelAsync();
            throw;
        }
    }

    private async Task Client(int client, long started, CancellationToken cancel)
    {
        var bodies = work.Bodies(client);
        using var connection = new RawClient(server);
        var acknowledged = new List<(long At, long Doses)>();
        while (bodies.Next() is { } submission)
        {
            var intended = await Intended(submission, started, cancel);
            var answer = await Post(connection, submission, cancel);
            Interlocked.Increment(ref _requests);
            if (submission.Expected != Expected.New)
            {
                Check(submission, answer);
                continue;
            }

            var latency = Stopwatch.GetElapsedTime(intended);
            Latency.Add(latency);
            _latency.Add(latency);
            var counted = Counted(submission, answer);
            Interlocked.Add(ref _doses, counted);
            acknowledged.Add((Stopwatch.GetTimestamp(), counted));
            bodies.Answered(submission, answer);
        }

        lock (_gate) Acknowledged.AddRange(acknowledged);
    }

    // A server that falls behind delays what follows too: from the intended start the measure keeps that in.
    private async Task<long> Intended(Submission submission, long started, CancellationToken cancel)
    {
        if (dosesPerSecond is not { } rate || submission.Expected != Expected.New) return Stopwatch.GetTimestamp();
        var intended = started + (long)(submission.Index * work.DosesPerSubmission / rate * Stopwatch.Frequency);
        var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), intended);
        if (wait <= TimeSpan.Zero) return intended;
        // A timer may ring late, which is the generator's lateness and not the server's.
        await Task.Delay(wait, cancel);
        return Math.Max(intended, Stopwatch.GetTimestamp());
    }

    private async Task<byte[]> Post(RawClient connection, Submission submission, CancellationToken cancel)
    {
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            string problem;
            try
            {
                var (status, body) = await connection.Post(
                    submission.Path, work.Ndjson ? "application/x-ndjson" : "application/json", submission.Body, cancel);
                if (status == 200) return body.ToArray();
                problem = $"POST {submission.Path} is answered {status}: {Encoding.UTF8.GetString(body.Span)}";
                if (status != 429 && status < 500) throw new LoadFailure(problem);
            }
            catch (IOException failure)
            {
                problem = $"POST {submission.Path}: {failure.Message}";
            }

            if (Stopwatch.GetElapsedTime(started) > RetryMax) throw new LoadFailure(problem);
            Interlocked.Increment(ref _retries);
            await Task.Delay(RetryWait, cancel);
        }
    }

    private void Check(in Submission submission, byte[] answer)
    {
        if (submission.Expected == Expected.FirstAnswer)
        {
            if (!IsRepeat(answer, submission.First))
                Fail($"a repeated submission is answered {Encoding.UTF8.GetString(answer)}, at first "
                    + $"{Encoding.UTF8.GetString(submission.First!)}");
        }
        else if (Read(answer) is var (counted, duplicates) && (counted != 0 || duplicates != submission.Doses))
            Fail($"of {submission.Doses} doses that were sent before in another submission {counted} are accepted or held: "
                + $"{Encoding.UTF8.GetString(answer)}");
    }

    /// <summary>Whether an answer is the first one with the word that it is that of an earlier time.</summary>
    private static bool IsRepeat(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> first)
    {
        return Body(answer).SequenceEqual(Body(first));

        static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> text)
        {
            var word = ",\"repeated\":true}"u8;
            return text.EndsWith(word) ? text[..^word.Length] : text[..^1];
        }
    }

    /// <summary>The doses that this answer promises to count: those accepted, and those held until they can be.</summary>
    private long Counted(in Submission submission, byte[] answer)
    {
        var (counted, duplicates) = Read(answer);
        if (counted != submission.Doses || duplicates != 0)
            Fail($"of {submission.Doses} new doses {counted} are accepted or held: {Encoding.UTF8.GetString(answer)}");
        return counted;
    }

    private static (long Counted, long Duplicates) Read(byte[] answer)
    {
        long counted = 0, duplicates = 0;
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
                duplicates += reader.GetInt64();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return (counted, duplicates);
    }

    private void Fail(string problem)
    {
        lock (_gate)
        {
            if (Failures.Count < FailuresShown) Failures.Add(problem.Length > 500 ? problem[..500] + "…" : problem);
        }
    }
}
