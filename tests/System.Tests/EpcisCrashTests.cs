using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>The process is killed in the middle of captures, which are sent again until they are answered.</summary>
public sealed class EpcisCrashTests(ITestOutputHelper output)
{
    private const int Kills = 8;
    private const int Documents = 24;
    private const int Deliveries = 40;
    private const int KillAfterMillisecondsMax = 400;
    private const string From = "9521141123454";
    private const string To = "9506000134352";

    [Fact]
    public async Task What_was_captured_is_kept_and_moved_once_through_kills()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var system = await StandaloneProcess.Start();
        using var api = new ApiClient(system.Address);
        foreach (var (id, level, parent, gln) in new[]
            { ("C", "country", null, null), ("C-R", "region", "C", null), ("A", "facility", "C-R", From), ("B", "facility", "C-R", To) })
        {
            _ = (await api.Put($"facilities/{id}",
                new JsonObject { ["name"] = id, ["level"] = level, ["parentId"] = parent, ["country"] = "C", ["gln"] = gln })).Body;
        }

        _ = (await api.Put("vaccines/V", new JsonObject
        {
            ["name"] = "V",
            ["antigens"] = new JsonArray("x"),
            ["dosesPerVial"] = 10,
            ["series"] = new JsonArray(new JsonObject { ["doseNumber"] = "1" }),
            ["storage"] = new JsonObject { ["minCelsius"] = 2, ["maxCelsius"] = 8 },
            ["gtin"] = "09501101530003",
        })).Body;
        await api.Drained();

        // Of each delivery the arrival is in another document than the departure, and some are in two.
        var documents = Enumerable.Range(0, Documents).Select(number => Document(Enumerable.Range(0, Deliveries).SelectMany(delivery =>
            new[] { Event(number, delivery, "shipping", From), Event((number + 1) % Documents, delivery, "receiving", To),
                Event((number + 2) % Documents, delivery, "receiving", To) }))).ToArray();
        using var stop = new CancellationTokenSource();
        var clients = Task.WhenAll(documents.Select(document => Send(api, document, stop)));
        for (var kill = 0; kill < Kills && !clients.IsCompleted; kill++)
        {
            await Task.Delay(random.Next(KillAfterMillisecondsMax), TestContext.Current.CancellationToken);
            await system.Crash(system.Parts[0]);
        }

        await clients;
        await api.Drained();
        var balance = (await api.Get("ledger/balance?facilityId=B&vaccineId=V")).Body;
        Assert.Equal(Documents * Deliveries * 10, (long)balance["onHand"]!);
        Assert.Equal(0, (long)(await api.Get("ledger/balance?country=C&vaccineId=V")).Body["inTransit"]!);
        Assert.Empty((await api.Get("epcis/held")).Body["items"]!.AsArray());
        var events = 0;
        for (string? next = "/epcis/v2/events?perPage=1000"; next is not null;)
        {
            using var answer = await api.Http.GetAsync(next, TestContext.Current.CancellationToken);
            var page = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            events += page["epcisBody"]!["queryResults"]!["resultsBody"]!["eventList"]!.AsArray().Count;
            next = answer.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }

        Assert.Equal(Documents * Deliveries * 2, events);
    }

    private static async Task Send(ApiClient api, string document, CancellationTokenSource stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var taken = await api.SendTo(HttpMethod.Post, "/epcis/v2/capture", document);
                if (taken.Code == 503) continue;
                Assert.True(taken.Code == 202, taken.Text);
                var job = await api.SendTo(HttpMethod.Get, taken.Location!);
                // What was acknowledged is there after the kill.
                Assert.True(job.Code == 503 || (bool)job.Body["success"]!, job.Text);
                return;
            }
            catch (HttpRequestException)
            {
                // It was killed: sent again.
            }
        }
    }

    private static string Document(IEnumerable<JsonObject> events) => new JsonObject
    {
        ["@context"] = new JsonArray("https://ref.gs1.org/standards/epcis/epcis-context.jsonld"),
        ["type"] = "EPCISDocument",
        ["schemaVersion"] = "2.0",
        ["creationDate"] = "2026-03-05T10:00:00Z",
        ["epcisBody"] = new JsonObject { ["eventList"] = new JsonArray([.. events]) },
    }.ToJsonString();

    private static JsonObject Event(int document, int delivery, string step, string gln) => new()
    {
        ["type"] = "ObjectEvent",
        ["eventID"] = $"urn:example:{document}:{delivery}:{step}",
        ["eventTime"] = step == "shipping" ? "2026-03-02T23:30:00Z" : "2026-03-04T09:00:00Z",
        ["eventTimeZoneOffset"] = "+00:00",
        ["action"] = "OBSERVE",
        ["bizStep"] = step,
        ["bizLocation"] = new JsonObject { ["id"] = $"https://id.gs1.org/414/{gln}" },
        ["quantityList"] = new JsonArray(new JsonObject { ["epcClass"] = "https://id.gs1.org/01/09501101530003", ["quantity"] = 1 }),
        ["bizTransactionList"] = new JsonArray(new JsonObject
        {
            ["type"] = "desadv",
            ["bizTransaction"] = $"urn:epcglobal:cbv:bt:{From}:D{document}-{delivery}",
        }),
        ["destinationList"] = new JsonArray(new JsonObject { ["type"] = "location", ["destination"] = $"https://id.gs1.org/414/{To}" }),
    };
}
