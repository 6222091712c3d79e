using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Distribution.Load.Read;

/// <summary>What the measures of reading do alike.</summary>
internal sealed class Reading(ApiClient api, Door server)
{
    /// <summary>Makes a vaccine with two doses.</summary>
    public Task PutVaccine(string vaccine, CancellationToken cancel) => api.Must(HttpMethod.Put, $"/api/v1/vaccines/{vaccine}",
        """
        {"name":"Vaccine","antigens":["READ"],"dosesPerVial":10,
         "series":[{"doseNumber":"1"},{"doseNumber":"2","completesSeries":true}],"storage":{"minCelsius":2,"maxCelsius":8}}
        """, ApiClient.Json, cancel);

    /// <summary>Waits until all that was posted before is in the ledger.</summary>
    /// <param name="view">A view of coverage.</param>
    /// <param name="cancel">Stops waiting.</param>
    public Task UntilInLedger(string view, CancellationToken cancel)
    {
        var posted = DateTimeOffset.UtcNow;
        return Until(body => JsonElement.Parse(body.Span).GetProperty("parts").GetProperty("inventory").GetProperty("asOf") is
        { ValueKind: JsonValueKind.String } asOf && asOf.GetDateTimeOffset() > posted, view, cancel);
    }

    /// <summary>Posts tallies as one submission.</summary>
    /// <returns>The doses that were taken.</returns>
    public async Task<long> Post(string name, IEnumerable<string> lines, CancellationToken cancel)
    {
        var answer = await api.Must(HttpMethod.Post, $"/api/v1/administrations?submissionId={name}-{Guid.CreateVersion7()}",
            string.Join('\n', lines) + "\n", ApiClient.Ndjson, cancel);
        if (answer.GetProperty("rejectedTotal").GetInt64() > 0) throw new LoadFailure($"tallies are rejected: {answer}");
        return answer.GetProperty("accepted").GetInt64() + answer.GetProperty("held").GetInt64();
    }

    /// <summary>Asks for a path until its answer is as it must be, for five minutes at most.</summary>
    public async Task Until(Func<ReadOnlyMemory<byte>, bool> there, string path, CancellationToken cancel)
    {
        using var client = new RawClient(server);
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            var (status, body) = await client.Get(path, cancel);
            if (status == 200 && there(body)) return;
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromMinutes(5))
                throw new LoadFailure($"GET {path}: {Encoding.UTF8.GetString(body.Span)[..200]}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancel);
        }
    }

    /// <summary>Asks for paths one after the other, of one connection.</summary>
    public async Task<ReadResult> Repeatedly(string name, int times, Func<int, string> path, CancellationToken cancel)
    {
        using var client = new RawClient(server);
        var latency = new Histogram();
        var bytes = 0;
        var started = Stopwatch.GetTimestamp();
        for (var one = 0; one < times; one++)
        {
            var asked = Stopwatch.GetTimestamp();
            var (status, body) = await client.Get(path(one), cancel);
            if (status != 200) throw new LoadFailure($"GET {path(one)} is answered {status}: {Encoding.UTF8.GetString(body.Span)}");
            latency.Add(Stopwatch.GetElapsedTime(asked));
            bytes = body.Length;
        }

        return new ReadResult(name, times / Stopwatch.GetElapsedTime(started).TotalSeconds, latency.Percentiles(), times, bytes);
    }

    /// <summary>What was done once.</summary>
    public static ReadResult Once(string name, TimeSpan took)
    {
        var milliseconds = took.TotalMilliseconds;
        return new ReadResult(name, 1 / took.TotalSeconds, new Percentiles(milliseconds, milliseconds, milliseconds, milliseconds), 1, 0);
    }
}
