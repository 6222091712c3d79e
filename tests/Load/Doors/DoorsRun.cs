using System.Diagnostics;
using System.Text;

namespace Distribution.Load.Doors;

/// <summary>
/// The same dose through each door that takes doses, by turns in one server: what a standard's form costs beside the API's own. Then a
/// sheet of tallies, and events of EPCIS, which are no doses. In the end every dose that was taken is counted once.
/// </summary>
internal static class DoorsRun
{
    private const int ClientsDefault = 8;
    private const int SecondsDefault = 8;
    private const int Rounds = 3;
    private const int DosesOfTransaction = 500;
    private const int ShownMax = 1_000;
    private const int Captures = 5;
    private const int EventsOfCapture = 1_000;
    private const string Gtin = "09501101530003";
    private const string From = "9521141123454";
    private const string To = "9506000134352";

    /// <summary>A way in.</summary>
    /// <param name="Name">What it is called in the report.</param>
    /// <param name="Path">Where it is posted.</param>
    /// <param name="Type">The content type.</param>
    /// <param name="Text">The body; see <see cref="Template"/>.</param>
    /// <param name="IsTaken">Whether an answer says that all was taken.</param>
    private sealed record Way(string Name, string Path, string Type, string Text, Func<ReadOnlyMemory<byte>, bool> IsTaken);

    /// <summary>Runs all of them and prints.</summary>
    public static async Task Run(LoadOptions options, CancellationToken cancel)
    {
        using var server = await Server.Start(options, cancel);
        using var api = new ApiClient(server.Door);
        var world = new World(api);
        var clients = options.Clients ?? ClientsDefault;
        await world.SetUp(50_000_000, cancel);
        await api.Must(HttpMethod.Put, $"/api/v1/vaccines/{world.VaccineId}",
            $$$"""
            {"name":"Load vaccine","antigens":["LOAD"],"dosesPerVial":10,"codes":[{"system":"urn:load","code":"{{{world.VaccineId}}}"}],
             "gtin":"{{{Gtin}}}","series":[{"doseNumber":"1"},{"doseNumber":"2","completesSeries":true},{"doseNumber":"B1"}],
             "storage":{"minCelsius":2,"maxCelsius":8}}
            """, ApiClient.Json, cancel);

        foreach (var (region, gln) in new[] { (World.Regions[0], From), (World.Regions[1], To) })
        {
            await api.Must(HttpMethod.Put, $"/api/v1/facilities/{region}",
                $$"""{"name":"{{region}}","level":"region","parentId":"{{World.Country}}","country":"{{World.Country}}","gln":"{{gln}}"}""",
                ApiClient.Json, cancel);
        }

        var ways = Ways(world.VaccineId);
        long taken = 0;
        foreach (var way in ways)
            taken += (await Post(server, way, clients, TimeSpan.FromSeconds(options.WarmupSeconds), cancel)).Doses;
        var rates = ways.ToDictionary(way => way.Name, _ => new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var way in ways)
            {
                var (doses, seconds) =
                    await Post(server, way, clients, TimeSpan.FromSeconds((double)(options.Seconds ?? SecondsDefault) / Rounds), cancel);
                taken += doses;
                rates[way.Name].Add(doses / seconds);
            }
        }

        var single = Median(rates[ways[0].Name]);
        foreach (var (name, each) in rates)
        {
            Console.WriteLine($"{name,-28} {Median(each),10:N0} doses/s, {Median(each) / single:N2} of single posts "
                + $"({string.Join(", ", each.Select(rate => $"{rate:N0}"))})");
        }

        taken += await SheetRun.Run(api, world.VaccineId, cancel);
        var (_, problem) = await world.View.Drain(taken, cancel);
        Console.WriteLine(problem ?? $"every dose of {taken:N0} is counted once");
        await Capture(api, cancel);
        Console.WriteLine($"peak memory of the server {server.PeakResidentBytes / 1024 / 1024:N0} MB");
        if (problem is not null) throw new LoadFailure(problem);
    }

    private static Way[] Ways(string vaccineId)
    {
        var (place, day) = (World.Regions[0], Workload.FirstDay);
        return
        [
            new("single posts", "/api/v1/administrations", "application/json",
                $$"""
                {"submissionId":"{{Template.Id}}","facilityId":"{{place}}","doses":[{"doseId":"{{Template.Id}}","vaccineId":"{{vaccineId}}","doseNumber":"1","lotNumber":"LOT1","occurredOn":"{{day:yyyy-MM-dd}}"}]}
                """, answer => answer.Span.IndexOf("\"accepted\":1,"u8) >= 0),
            new("HL7 v2, one dose each", "/hl7v2", "application/hl7-v2",
                string.Join('\r',
                    $"MSH|^~\\&|APP|C|US|X|20240301101500||VXU^V04^VXU_V04|{Template.Id}|P|2.5.1",
                    "PID|1||P-17^^^C^MR||Test^Patient||20100815|F",
                    $"ORC|RE||{Template.Id}^C",
                    $"RXA|0|1|{day:yyyyMMdd}||{vaccineId}^X^urn:load|0.5|mL||00^New^NIP001||^^^{place}||||LOT1||MSD^M^MVX|||CP|A"),
                answer => answer.Span.IndexOf("MSA|AA|"u8) >= 0 && answer.Span.IndexOf("ERR|"u8) < 0),
            new($"FHIR, {DosesOfTransaction} a transaction", "/fhir", "application/fhir+json",
                "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + string.Join(',', Enumerable.Repeat(
                    $$$"""
                    {"fullUrl":"urn:uuid:{{{Template.Id}}}","resource":{"resourceType":"Immunization","status":"completed","vaccineCode":{"coding":[{"system":"urn:load","code":"{{{vaccineId}}}"}]},"patient":{"identifier":{"system":"urn:load:people","value":"p-1"}},"occurrenceDateTime":"{{{day:yyyy-MM-dd}}}","primarySource":true,"location":{"reference":"Location/{{{place}}}"},"lotNumber":"LOT1","protocolApplied":[{"doseNumberPositiveInt":1}],"identifier":[{"system":"urn:load:doses","value":"{{{Template.Id}}}"}]},"request":{"method":"POST","url":"Immunization"}}
                    """, DosesOfTransaction)) + "]}",
                answer => Count(answer.Span, "\"status\":\"201"u8) == DosesOfTransaction),
        ];
    }

    private static async Task<(long Doses, double Seconds)> Post(
        Server server, Way way, int clients, TimeSpan time, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        var doses = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            using var client = new RawClient(server.Door);
            var template = new Template(way.Text);
            var perBody = way.Text.Contains("Bundle", StringComparison.Ordinal) ? DosesOfTransaction : 1;
            long mine = 0;
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                var (status, answer) = await client.Post(way.Path, way.Type, template.Next(), cancel);
                if (status is not 200 || !way.IsTaken(answer))
                {
                    var shown = Encoding.UTF8.GetString(answer.Span[..Math.Min(answer.Length, ShownMax)]);
                    throw new LoadFailure($"POST {way.Path} is answered {status}: {shown}");
                }


                mine += perBody;
            }

            return mine;
        }, cancel)));
        return (doses.Sum(), Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>Events that are captured one document after the other, until each one's job is done.</summary>
    private static async Task Capture(ApiClient api, CancellationToken cancel)
    {
        var one = $$"""
            {"type":"ObjectEvent","eventID":"urn:uuid:{{Template.Id}}","eventTime":"2026-03-02T23:30:00Z","eventTimeZoneOffset":"+00:00","action":"OBSERVE","bizStep":"shipping","bizLocation":{"id":"https://id.gs1.org/414/{{From}}"},"quantityList":[{"epcClass":"https://id.gs1.org/01/{{Gtin}}/10/LOT1","quantity":1}],"bizTransactionList":[{"type":"desadv","bizTransaction":"urn:epcglobal:cbv:bt:{{From}}:{{Template.Id}}"}],"destinationList":[{"type":"location","destination":"https://id.gs1.org/414/{{To}}"}]}
            """;
        var template = new Template("""
            {"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-05T10:00:00Z","epcisBody":{"eventList":[
            """ + string.Join(',', Enumerable.Repeat(one, EventsOfCapture)) + "]}}");
        var seconds = new List<double>();
        for (var capture = 0; capture <= Captures; capture++)
        {
            var started = Stopwatch.GetTimestamp();
            await api.Must(HttpMethod.Post, "/epcis/v2/capture", Encoding.UTF8.GetString(template.Next().Span), ApiClient.Json, cancel);
            seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        Console.WriteLine($"EPCIS, {EventsOfCapture:N0} events a capture: {Median(seconds[1..]) * 1000:N0} ms "
            + $"({string.Join(", ", seconds.Select(each => $"{each * 1000:N0}"))})");
    }

    private static int Count(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word)
    {
        var count = 0;
        for (; text.IndexOf(word) is >= 0 and var at; text = text[(at + word.Length)..]) count++;
        return count;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
