using System.Text;
using System.Text.Json.Nodes;
using Distribution.Shipment.Epcis.Kept;
using Distribution.Shipment.Epcis.Meaning;
using Distribution.Shipment.Epcis.Wire;

namespace Distribution.Shipment.Tests;

/// <summary>Whatever is sent is answered with what is wrong, and never with a failure.</summary>
public sealed class EpcisBrokenTests(ITestOutputHelper output)
{
    private const int ReadTimes = 20_000;
    private const int SentTimes = 400;

    private static readonly string[] Values =
    [
        "null", "true", "-1", "1e999", "0.1", "\"\"", "\"x\"", "\"urn:epc:id:sscc:.\"", "\"urn:epc:id:sgtin:1.2.3\"", "[]", "{}", "[[]]",
        "[null]", "\"https://id.gs1.org/01/\"", "\"2026-13-01T00:00:00Z\"", "\"9999-12-31T23:59:59.999999999-14:00\"", "\"\\u0000\"",
        "\"\\ud800\"", "{\"id\":\"urn:x:y\"}", "\"0001-01-01T00:00:00+14:00\"", "\"https://[\"", "1000000000000000000000000000000000",
    ];

    private static readonly string[] Names =
        ["type", "eventID", "@context", "eventTime", "quantity", "epcClass", "ex:tra", "extra", "id", "errorDeclaration",
            "parentID", "action"];

    [Fact]
    public void Reading_what_is_broken_says_what_is_wrong_and_what_it_takes_can_be_kept()
    {
        var (random, taken, wrong) = (NewRandom(), 0, 0);
        for (var time = 0; time < ReadTimes; time++)
        {
            var body = Broken(random);
            var read = EpcisReader.Document(body, 1_000);
            Assert.True(read.FaultCount > 0 || read.Events.Count == read.Count, Encoding.UTF8.GetString(body));
            Assert.All(read.Faults, fault => Assert.False(string.IsNullOrEmpty(fault.Problem)));
            foreach (var each in read.Events)
            {
                _ = (EventIndex.Of(each), Movement.Of(each));
                // What is kept is the same event when it comes again.
                var again = EpcisReader.Document(body, 1_000).Events.Single(same => same.Index == each.Index);
                Assert.Equal(each.ContentHash, again.ContentHash);
            }

            if (read.FaultCount == 0) taken++;
            else wrong++;
        }

        Assert.True(taken > ReadTimes / 50 && wrong > ReadTimes / 10, $"{taken} were taken and {wrong} refused");
    }

    [Fact]
    public async Task Sending_what_is_broken_is_never_answered_with_a_failure_of_the_server()
    {
        await using var host = await EpcisHost.Start();
        await host.TellReference();
        var random = NewRandom();
        var codes = new SortedDictionary<int, int>();
        for (var time = 0; time < SentTimes; time++)
        {
            var path = random.Next(4) == 0 ? "/epcis/v2/events" : "/epcis/v2/capture";
            var answer = await host.Send(HttpMethod.Post, path, Broken(random), "application/json");
            codes[answer.Code] = codes.GetValueOrDefault(answer.Code) + 1;
            Assert.True(answer.Code is 201 or 202 or 400 or 409, answer.Text);
            if (answer.Code is 400 or 409) Assert.StartsWith("epcisException:", answer.Type, StringComparison.Ordinal);
            if (answer.Code == 202) Assert.Equal(200, (await host.Get(answer.Location!)).Code);
        }

        Assert.True(codes.ContainsKey(202) && codes.ContainsKey(400), string.Join(", ", codes));
        // What was taken can all be told.
        _ = await host.Events("perPage=100");
        Assert.Equal(200, (await host.Get("/api/v1/epcis/held")).Code);
    }

    private Random NewRandom()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }

    private static byte[] Broken(Random random)
    {
        var unit = Epcis.OfUnit(Epcis.Shipping());
        var document = JsonNode.Parse(Epcis.Document(
            Epcis.Shipping(), Epcis.Receiving(), Epcis.Packing("ADD", "2026-03-01T05:00:00Z", Epcis.Unit, Epcis.Lot, 20),
            Epcis.Declared(Epcis.Shipping()), unit))!;
        for (var changes = random.Next(3); changes >= 0; changes--) Change(document, random);
        var bytes = Encoding.UTF8.GetBytes(document.ToJsonString());
        switch (random.Next(8))
        {
            case 0:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                break;
            case 1:
                Array.Resize(ref bytes, random.Next(bytes.Length));
                break;
            case 2:
                bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("[", random.Next(200))));
                break;
        }

        return bytes;
    }

    private static void Change(JsonNode document, Random random)
    {
        var places = new List<JsonNode>();
        Walk(document);
        var at = places[random.Next(places.Count)];
        var value = Values[random.Next(Values.Length)];
        var changed = value.Contains("\\ud800", StringComparison.Ordinal) ? JsonValue.Create("\ud7ff") : JsonNode.Parse(value);
        switch (at)
        {
            case JsonObject named when named.Count > 0 && random.Next(2) == 0:
                var name = named.ElementAt(random.Next(named.Count)).Key;
                if (random.Next(2) == 0) named.Remove(name);
                else named[name] = changed;
                break;
            case JsonObject named:
                named[Names[random.Next(Names.Length)]] = changed;
                break;
            case JsonArray { Count: > 0 } list when random.Next(2) == 0:
                list[random.Next(list.Count)] = changed;
                break;
            case JsonArray list:
                list.Add(changed);
                break;
        }

        void Walk(JsonNode node)
        {
            if (node is not (JsonObject or JsonArray)) return;
            places.Add(node);
            foreach (var inner in node is JsonObject named ? named.Select(field => field.Value) : node.AsArray())
                if (inner is not null) Walk(inner);
        }
    }
}
