using System.Globalization;
using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>What clients know to be acknowledged.</summary>
internal sealed record CrashTally(int Submissions, long Doses, long Received, long Wasted)
{
    public static CrashTally operator +(CrashTally a, CrashTally b) =>
        new(a.Submissions + b.Submissions, a.Doses + b.Doses, a.Received + b.Received, a.Wasted + b.Wasted);
}

/// <summary>
/// A client that posts doses, tallies, consignments and wastage in every form there is, some of it again, and repeats
/// each request until it is answered.
/// </summary>
internal sealed class CrashClient(ApiClient api, int number, int seed, IReadOnlyList<string> regions, Action answered, CancellationTokenSource stop)
{
    private const int NdjsonLinesMax = 5_000;
    private const int JsonDosesMax = 60;
    private static readonly TimeSpan RetryWait = TimeSpan.FromMilliseconds(50);
    private readonly Random _random = new(seed);
    private readonly List<JsonNode> _earlier = [];
    private CrashTally _tally = new(0, 0, number == 0 ? (long)CrashTests.SuppliedDoses * regions.Count : 0, 0);

    /// <summary>Posts until it is told to stop. A client that is answered wrongly stops all of them.</summary>
    public async Task<CrashTally> Run()
    {
        try
        {
            return await Post();
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private async Task<CrashTally> Post()
    {
        for (var turn = 0; !stop.IsCancellationRequested; turn++)
        {
            var id = $"c{number}-{turn}";
            switch (_random.Next(10))
            {
                case 0: await PostNdjson(id); break;
                case 1: await PostConsignment(id); break;
                case 2: await PostWastage(id); break;
                default: await PostJson(id); break;
            }

            answered();
        }

        return _tally;
    }

    public static JsonNode Consignment(string id, string region, long doses) => new JsonObject
    {
        ["shipmentId"] = id,
        ["origin"] = "Maker",
        ["toFacilityId"] = region,
        ["dispatchedAt"] = "2024-01-01T00:00:00Z",
        ["receivedAt"] = "2024-01-02T00:00:00Z",
        ["lines"] = new JsonArray(new JsonObject { ["vaccineId"] = "V", ["doses"] = doses }),
    };

    private async Task PostJson(string id)
    {
        var fresh = Enumerable.Range(0, _random.Next(1, JsonDosesMax)).Select(_ => Dose()).ToList();
        var again = _earlier.Count > 0 && _random.Next(3) == 0 ? _earlier.Take(_random.Next(_earlier.Count)).ToList() : [];
        var tallied = _random.Next(5);
        var facility = regions[number % regions.Count];
        var body = new JsonObject
        {
            ["submissionId"] = id,
            ["facilityId"] = facility,
            ["doses"] = new JsonArray([.. fresh.Concat(again).Select(dose => dose.DeepClone())]),
            ["tallies"] = new JsonArray([.. Enumerable.Range(0, tallied).Select(_ => Tally(null, 3))]),
        };
        var answer = await UntilAnswered(() => api.Post("administrations", body));
        Assert.Equal(fresh.Count + tallied * 3, (long)answer["accepted"]!);
        Assert.Equal(again.Count, (long)answer["duplicates"]!);
        Count(fresh.Count + tallied * 3L);
        _earlier.Clear();
        _earlier.AddRange(fresh);
    }

    private async Task PostNdjson(string id)
    {
        var facility = regions[number % regions.Count];
        var lines = new List<JsonNode>();
        long doses = 0;
        for (var i = _random.Next(1, NdjsonLinesMax); i > 0; i--)
        {
            var tally = _random.Next(20) == 0;
            var line = tally ? Tally(facility, 7) : Dose();
            if (!tally) line["facilityId"] = facility;
            doses += tally ? 7 : 1;
            lines.Add(line);
        }

        var answer = await UntilAnswered(() => api.PostNdjson($"administrations?submissionId={id}", lines));
        Assert.Equal(doses, (long)answer["accepted"]!);
        Count(doses);
    }

    private async Task PostConsignment(string id)
    {
        var doses = _random.Next(1, 5000);
        var consignment = Consignment(id, regions[_random.Next(regions.Count)], doses);
        var answer = await UntilAnswered(() => api.PostNdjson("shipments/bulk", [consignment]));
        Assert.Equal(1, (int)answer["accepted"]! + (int)answer["duplicates"]!);
        _tally += new CrashTally(0, 0, doses, 0);
    }

    private async Task PostWastage(string id)
    {
        var body = new JsonObject
        {
            ["requestId"] = id,
            ["facilityId"] = regions[_random.Next(regions.Count)],
            ["occurredAt"] = "2024-02-01T00:00:00Z",
            ["reason"] = "broken",
            ["lines"] = new JsonArray(new JsonObject { ["vaccineId"] = "V", ["doses"] = 1 }),
        };
        // There may be no stock: a refusal is an answer too, and wastes nothing.
        var answer = await Answered(() => api.Post("stock/wastage", body));
        if (answer.Code < 300) _tally += new CrashTally(0, 0, 0, 1);
        else Assert.Equal(409, answer.Code);
    }

    private JsonObject Dose() => new()
    {
        ["doseId"] = Guid.CreateVersion7().ToString(),
        ["vaccineId"] = "V",
        ["doseNumber"] = _random.Next(2) == 0 ? "1" : "2",
        ["occurredOn"] = new DateOnly(2024, 1, 1).AddDays(_random.Next(300)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["sex"] = _random.Next(2) == 0 ? "female" : "male",
    };

    private static JsonObject Tally(string? facility, int count)
    {
        var tally = new JsonObject { ["vaccineId"] = "V", ["doseNumber"] = "1", ["occurredOn"] = "2024-03-01", ["count"] = count };
        if (facility is not null) tally["facilityId"] = facility;
        return tally;
    }

    private void Count(long doses) => _tally += new CrashTally(1, doses, 0, 0);

    private static async Task<JsonNode> UntilAnswered(Func<Task<Answer>> request) => (await Answered(request)).Body;

    private static async Task<Answer> Answered(Func<Task<Answer>> request)
    {
        while (true)
        {
            try
            {
                var answer = await request();
                if (answer.Code is not (502 or 503 or 504)) return answer;
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or TaskCanceledException)
            {
                // Whoever should have answered is down or was killed before: the client knows nothing, and asks again.
            }

            await Task.Delay(RetryWait);
        }
    }
}
