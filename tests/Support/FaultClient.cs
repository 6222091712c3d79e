using System.Globalization;
using System.Text.Json.Nodes;

namespace Distribution.Tests.Support;

/// <summary>
/// A client that posts doses, tallies, consignments and wastage in every form there is, through every door, and takes some back. Now and
/// then it posts something twice at once, or brings dose ids again in another submission. What is not answered it sends again under the
/// same id.
/// </summary>
/// <param name="api">The system.</param>
/// <param name="name">Begins its ids: no other client's.</param>
/// <param name="clinic">Where it reports from.</param>
/// <param name="seed">Of what it does.</param>
/// <param name="pace">A wait between two requests: the load is to be steady, not to take the processors from what starts again.</param>
/// <param name="ndjsonLinesMax">Lines of a stream, at most.</param>
/// <param name="wastes">Whether it reports wastage too, which only Inventory can answer: not while that stands still.</param>
/// <param name="answered">Called after each request that was answered.</param>
public sealed class FaultClient(
    ApiClient api, string name, string clinic, int seed, TimeSpan pace, int ndjsonLinesMax, bool wastes, Action answered)
{
    private const int JsonDosesMax = 60;
    private const int DosesPerJsonTally = 3;
    private const int DosesPerNdjsonTally = 7;
    private const int ConsignmentDosesMax = 5_000;
    private static readonly TimeSpan RetryWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(3);

    private readonly Random _random = new(seed);
    private readonly List<JsonNode> _earlier = [];
    private readonly OtherDoors _others = new(api, clinic, seed);

    /// <summary>Posts until it is told to stop.</summary>
    /// <exception cref="InvalidOperationException">It was answered wrongly.</exception>
    /// <exception cref="TimeoutException">It was not answered.</exception>
    public async Task<Acknowledged> Run(CancellationToken stop)
    {
        var acknowledged = new Acknowledged();
        for (var turn = 0; !stop.IsCancellationRequested; turn++)
        {
            var id = $"{name}-{turn}";
            acknowledged += _random.Next(12) switch
            {
                0 => await PostNdjson(id),
                1 => await PostConsignment(id),
                2 when wastes => await PostWastage(id),
                3 => await _others.TellByHl7(id, UntilAnsweredOnceOrTwice),
                4 => await _others.TellByFhir(id, UntilAnsweredOnceOrTwice),
                _ => await PostJson(id),
            };
            answered();
            if (pace > TimeSpan.Zero) await Task.Delay(pace, CancellationToken.None);
        }

        return acknowledged;
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
        await SubmitOnceOrTwice(() => api.Post("administrations", body), doses, again.Count);
        _earlier.Clear();
        _earlier.AddRange(fresh);
        return new Acknowledged(1, doses, 0, 0);
    }

    private async Task<Acknowledged> PostNdjson(string id)
    {
        var lines = new List<JsonNode>();
        var doses = 0;
        for (var i = _random.Next(1, ndjsonLinesMax); i > 0; i--)
        {
            var isTally = _random.Next(20) == 0;
            var line = isTally ? Tally(DosesPerNdjsonTally) : Dose();
            line["facilityId"] = clinic;
            doses += isTally ? DosesPerNdjsonTally : 1;
            lines.Add(line);
        }

        await SubmitOnceOrTwice(() => api.PostNdjson($"administrations?submissionId={id}", lines), doses, 0);
        return new Acknowledged(1, doses, 0, 0);
    }

    private async Task<Acknowledged> PostConsignment(string id)
    {
        var doses = _random.Next(1, ConsignmentDosesMax);
        var answer = (await UntilAnswered(() => api.PostNdjson("shipments/bulk", [FaultWorld.Consignment(id, clinic, doses)]))).Body;
        var taken = (int)answer["accepted"]! + (int)answer["held"]! + (int)answer["duplicates"]!;
        Check(taken == 1, "a consignment is taken once", answer.ToJsonString());
        if (_random.Next(4) > 0) return new Acknowledged(1, 0, doses, 0);

        var error = new JsonObject { ["requestId"] = id, ["reason"] = "typed wrongly" };
        var takenBack = await UntilAnswered(() => api.Post($"shipments/{id}/entered-in-error", error));
        Check(takenBack.Code == 200, "a consignment is taken back", takenBack.Text);
        return new Acknowledged(2, 0, 0, 0);
    }

    private async Task<Acknowledged> PostWastage(string id)
    {
        var body = new JsonObject
        {
            ["requestId"] = id,
            ["facilityId"] = clinic,
            ["occurredAt"] = "2024-02-01T00:00:00Z",
            ["reason"] = "broken",
            ["lines"] = new JsonArray(new JsonObject { ["vaccineId"] = FaultWorld.Vaccine, ["doses"] = 1 }),
        };
        // There may be no stock: a refusal is an answer too, and wastes nothing.
        var answer = await UntilAnswered(() => api.Post("stock/wastage", body));
        Check(answer.Code is < 300 or 409, "wastage is taken, or refused for lack of stock", answer.Text);
        return new Acknowledged(1, 0, 0, answer.Code < 300 ? 1 : 0);
    }

    private async Task SubmitOnceOrTwice(Func<Task<Answer>> submit, int doses, int duplicates)
    {
        var answers = await UntilAnsweredOnceOrTwice(submit);
        var answer = answers[0].Body;
        Check((int)answer["accepted"]! == doses && (int)answer["duplicates"]! == duplicates, $"{doses} doses accepted, {duplicates} known",
            answer.ToJsonString());
        foreach (var again in answers)
            Check(again.FirstText == answers[0].FirstText, $"a repeat gets the first answer, {answer.ToJsonString()}", again.Text);
    }

    // Both at once, where it is twice: neither is the first.
    private Task<Answer[]> UntilAnsweredOnceOrTwice(Func<Task<Answer>> request) =>
        Task.WhenAll(Enumerable.Range(0, _random.Next(5) == 0 ? 2 : 1).Select(_ => UntilAnswered(request)));

    private JsonObject Dose() => new()
    {
        ["doseId"] = Guid.CreateVersion7().ToString(),
        ["vaccineId"] = FaultWorld.Vaccine,
        ["doseNumber"] = _random.Next(2) == 0 ? "1" : "2",
        ["occurredOn"] = new DateOnly(2024, 1, 1).AddDays(_random.Next(300)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["sex"] = _random.Next(2) == 0 ? "female" : "male",
    };

    private static JsonObject Tally(int doses) =>
        new() { ["vaccineId"] = FaultWorld.Vaccine, ["doseNumber"] = "1", ["occurredOn"] = "2024-03-01", ["count"] = doses };

    internal static void Check(bool holds, string what, string answer)
    {
        if (!holds) throw new InvalidOperationException($"Expected: {what}. Answered: {answer}");
    }

    private static async Task<Answer> UntilAnswered(Func<Task<Answer>> request)
    {
        var until = DateTime.UtcNow + AnswerLimit;
        while (true)
        {
            string silence;
            try
            {
                var answer = await request();
                if (answer.Code is not (502 or 503 or 504)) return answer;
                silence = answer.Text;
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or TaskCanceledException)
            {
                // A part is down, or was killed before it answered: the client knows nothing, and asks again.
                silence = failure.Message;
            }

            if (DateTime.UtcNow > until)
                throw new TimeoutException($"A request got no answer for {AnswerLimit.TotalMinutes} minutes; last: {silence}");
            await Task.Delay(RetryWait);
        }
    }
}
