using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests.Hostile;

/// <summary>
/// Requests that mean harm, from a seed, among others that are right, with a SIGKILL half way: none is answered 5xx, each refusal says why,
/// and what is right is counted exactly once.
/// </summary>
public sealed class HostileTests(ITestOutputHelper output)
{
    private const int Clients = 4;
    private const int RightEvery = 20;
    private const int DosesOfEach = 3;
    private const int WrongMax = 100;

    // Its answer goes on until the client leaves.
    private const string EndlessCall = "StreamCoverageChanges";

    // By hand a million: DISTRIBUTION_HOSTILE_REQUESTS.
    private static readonly int Requests = int.Parse(
        Environment.GetEnvironmentVariable("DISTRIBUTION_HOSTILE_REQUESTS") ?? "20000", CultureInfo.InvariantCulture);

    private readonly List<string> _wrong = [];
    private readonly List<double> _milliseconds = [];
    private int _right;
    private int _wrongs;

    [Fact]
    public async Task Requests_that_mean_harm_do_none()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        await using var system = await StandaloneProcess.StartSigningIn("--Limits:RequestsPerSecond=1000000");
        using var api = new ApiClient(system.Address, system.AdministratorKey);
        await Fill(api);
        var calls = (await ApiDocument.Read(api)).Calls.Where(call => call.Name != EndlessCall).ToList();
        await Run(system, api, calls, seed, 0, Requests / 2);
        var memory = Memory(system);
        await system.Crash("standalone");
        await Run(system, api, calls, seed, Requests / 2, Requests);
        output.WriteLine($"memory {memory} MB at half, {Memory(system)} MB at the end");
        _milliseconds.Sort();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{_milliseconds.Count} answers: half in {Within(50):0.0} ms, 99 % in {Within(99):0} ms, all in {_milliseconds[^1]:0} ms"));
        Assert.True(_wrong.Count == 0, $"seed {seed}:\n{string.Join("\n\n", _wrong.Take(20))}");
        await api.Drained();
        var coverage = await api.WholeCoverage("country=HX&vaccineId=HV");
        Assert.Equal(_right * DosesOfEach, (long)coverage["totals"]!["doses"]!);
        foreach (var query in new[] { "", "?country=HX&vaccineId=HV" })
            Assert.True((bool)(await api.Get($"ledger/balance{query}")).Body["balanced"]!, query);
    }

    private double Within(int percent) => _milliseconds[_milliseconds.Count * percent / 100];

    private async Task Run(
        StandaloneProcess system, ApiClient api, IReadOnlyList<DescribedCall> calls, int seed, int from, int to)
    {
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            using var connection = new RawHttp(system.Address);
            var requests = new HostileRequests(
                new Random(seed + client + from), calls, system.Address.Authority, system.AdministratorKey);
            // What is wrong so often will not be right later.
            for (var at = from + client; at < to && Volatile.Read(ref _wrongs) < WrongMax; at += Clients)
            {
                if (at % RightEvery == client) await SendRight(api, at);
                else await Send(connection, requests.Next());
            }
        })));
    }

    private async Task Send(RawHttp connection, HostileRequest request)
    {
        var started = Stopwatch.GetTimestamp();
        var (answer, wrong) = ((RawAnswer?)null, (string?)null);
        try
        {
            answer = await connection.Send(request.Bytes, isLast: !request.IsHttp);
            wrong = Wrong(request, answer);
        }
        catch (TimeoutException late)
        {
            wrong = late.Message;
        }

        lock (_milliseconds) _milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        if (wrong is not null) Note($"{wrong}\n{request}\n=> {answer?.Status} {answer?.Headers}{answer?.Text}");
    }

    private static string? Wrong(HostileRequest request, RawAnswer? answer)
    {
        if (answer is null) return request.IsHttp ? "no answer" : null;
        // What EPCIS has and is not here is answered as its standard says.
        if (answer.Status is >= 500 and not 501) return "a failure";
        if (answer.Status < 400 || !request.IsHttp) return null;
        if (answer.Header("Content-Type")?.StartsWith("application/problem+json", StringComparison.Ordinal) != true)
            return "a refusal that is no problem";
        var problem = JsonNode.Parse(answer.Body)!;
        var isTold = !string.IsNullOrWhiteSpace((string?)problem["detail"]) && problem["traceId"] is not null
            && (int?)problem["status"] == answer.Status;
        return isTold ? null : "a problem that does not say what is wrong";
    }

    private async Task SendRight(ApiClient api, int at)
    {
        var answer = await api.Post("administrations", new JsonObject
        {
            ["submissionId"] = $"right-{at}",
            ["facilityId"] = "HX-F",
            ["tallies"] = new JsonArray(new JsonObject
            {
                ["vaccineId"] = "HV",
                ["doseNumber"] = "1",
                ["occurredOn"] = "2024-03-01",
                ["count"] = DosesOfEach,
            }),
        });
        if (answer.Code == 200 && (int)answer.Body["accepted"]! == DosesOfEach) Interlocked.Increment(ref _right);
        else Note($"what is right was not taken: {answer.Code} {answer.Text}");
    }

    private void Note(string wrong)
    {
        lock (_wrong) _wrong.Add(wrong);
        Interlocked.Increment(ref _wrongs);
    }

    private static async Task Fill(ApiClient api)
    {
        foreach (var (id, level, parent) in new[] { ("HX", "country", (string?)null), ("HX-F", "facility", "HX") })
        {
            _ = (await api.Put($"facilities/{id}", new JsonObject
            {
                ["name"] = id,
                ["level"] = level,
                ["parentId"] = parent,
                ["country"] = "HX",
            })).Body;
        }

        _ = (await api.Put("vaccines/HV", new JsonObject
        {
            ["name"] = "HV",
            ["antigens"] = new JsonArray("x"),
            ["dosesPerVial"] = 5,
            ["series"] = new JsonArray(new JsonObject { ["doseNumber"] = "1", ["completesSeries"] = true }),
            ["storage"] = new JsonObject { ["minCelsius"] = 2, ["maxCelsius"] = 8 },
        })).Body;
        await api.Drained();
    }

    private static long Memory(StandaloneProcess system)
    {
        using var process = Process.GetProcessById(system.ProcessId);
        return process.WorkingSet64 / 1024 / 1024;
    }
}
