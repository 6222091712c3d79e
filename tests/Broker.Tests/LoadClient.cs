using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.Broker.Tests;

/// <summary>
/// A client that posts doses and tallies as JSON and NDJSON and consignments in bulk. Now and then it posts a submission
/// twice at once, or brings dose ids again in another one. What is not answered it sends again under the same id.
/// </summary>
internal sealed class LoadClient(ApiClient api, string name, string clinic, int seed, Action answered)
{
    private const int NdjsonLinesMax = 1_500;
    private const int JsonDosesMax = 60;
    private const int DosesPerJsonTally = 3;
    private const int DosesPerNdjsonTally = 7;
    private static readonly TimeSpan RetryWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(3);

    // The load is to be steady, not to take the processors from the parts that start again.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(60);

    private readonly Random _random = new(seed);
    private readonly List<JsonNode> _earlier = [];
    private Acknowledged _acknowledged;

    public async Task<Acknowledged> Run(CancellationToken stop)
    {
        for (var turn = 0; !stop.IsCancellationRequested; turn++)
        {
            var id = $"{name}-{turn}";
            _acknowledged += _random.Next(10) switch
            {
                0 => await PostNdjson(id),
                1 => await PostConsignment(id),
                _ => await PostJson(id),
            };
            answered();
            await Task.Delay(Pace, CancellationToken.None);
        }

        return _acknowledged;
    }

    private async Task<Acknowledged> PostJson(string id)
    {
        var fresh = Enumerable.Range(0, _random.Next(1, JsonDosesMax)).Select(_ => Dose()).ToList();
        var again = _random.Next(3) == 0 ? _earlier.Take(_random.Next(_earlier.Count + 1)).ToList() : [];
        var tallies = _random.Next(4);
        var body = new JsonObject
        {
            ["submissionId"] = id,
            ["facilityId"] = clinic,
            ["doses"] = new JsonArray([.. fresh.Concat(again).Select(dose => dose.DeepClone())]),
            ["tallies"] = new JsonArray([.. Enumerable.Range(0, tallies).Select(_ => Tally(DosesPerJsonTally))]),
        };
        var doses = fresh.Count + tallies * DosesPerJsonTally;
        var answer = await SubmitOnceOrTwice(() => api.Post("administrations", body));
        Assert.Equal((doses, again.Count), ((int)answer["accepted"]!, (int)answer["duplicates"]!));
        _earlier.Clear();
        _earlier.AddRange(fresh);
        return new Acknowledged(1, doses, 0);
    }

    private async Task<Acknowledged> PostNdjson(string id)
    {
        var lines = new List<JsonNode>();
        var doses = 0;
        for (var i = _random.Next(1, NdjsonLinesMax); i > 0; i--)
        {
            var isTally = _random.Next(20) == 0;
            var line = isTally ? Tally(DosesPerNdjsonTally) : Dose();
            line["facilityId"] = clinic;
            doses += isTally ? DosesPerNdjsonTally : 1;
            lines.Add(line);
        }

        var answer = await SubmitOnceOrTwice(() => api.PostNdjson($"administrations?submissionId={id}", lines));
        Assert.Equal(doses, (int)answer["accepted"]!);
        return new Acknowledged(1, doses, 0);
    }

    private async Task<Acknowledged> PostConsignment(string id)
    {
        var doses = _random.Next(1, 5_000);
        var answer = await UntilAnswered(() => api.PostNdjson("shipments/bulk", [World.Consignment(id, clinic, doses)]));
        Assert.Equal(1, (int)answer["accepted"]! + (int)answer["duplicates"]!);
        return new Acknowledged(1, 0, doses);
    }

    private async Task<JsonNode> SubmitOnceOrTwice(Func<Task<Answer>> submit)
    {
        if (_random.Next(5) > 0) return await UntilAnswered(submit);
        var both = await Task.WhenAll(UntilAnswered(submit), UntilAnswered(submit));
        Assert.Equal(both[0].ToJsonString(), both[1].ToJsonString());
        return both[0];
    }

    private JsonObject Dose() => new()
    {
        ["doseId"] = Guid.CreateVersion7().ToString(),
        ["vaccineId"] = World.Vaccine,
        ["doseNumber"] = _random.Next(2) == 0 ? "1" : "2",
        ["occurredOn"] = new DateOnly(2024, 1, 1).AddDays(_random.Next(300)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["sex"] = _random.Next(2) == 0 ? "female" : "male",
    };

    private static JsonObject Tally(int doses) =>
        new() { ["vaccineId"] = World.Vaccine, ["doseNumber"] = "1", ["occurredOn"] = "2024-03-01", ["count"] = doses };

    private static async Task<JsonNode> UntilAnswered(Func<Task<Answer>> request)
    {
        var until = DateTime.UtcNow + AnswerLimit;
        while (true)
        {
            var silence = "";
            try
            {
                var answer = await request();
                if (answer.Status is not (HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)) return answer.Body;
                silence = answer.Text;
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or TaskCanceledException)
            {
                // A part is down, or was killed before it answered: the client knows nothing, and asks again.
                silence = failure.Message;
            }

            if (DateTime.UtcNow > until) throw new TimeoutException($"A request got no answer for {AnswerLimit.TotalMinutes} minutes; last: {silence}");
            await Task.Delay(RetryWait);
        }
    }
}
