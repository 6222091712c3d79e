using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Distribution.Interop.Hl7v2;
using Distribution.SharedKernel.Rules;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

public sealed class StandaloneHl7v2Tests(Standalone system) : Hl7v2Tests(system);

public sealed class DistributedHl7v2Tests(Distributed system) : Hl7v2Tests(system);

[Collection(OnMongo.Server)]
public sealed class MongoHl7v2Tests(OnMongo system) : Hl7v2Tests(system);

/// <summary>Doses as messages of HL7 v2.</summary>
public abstract class Hl7v2Tests(RunningSystem system) : SystemSuite(system)
{
    private static readonly string[] Vaccinations =
    [
        "nist-01-vxu", "nist-03-vxu", "nist-04-vxu", "nist-07-vxu", "nist-08-vxu", "cdc-vxu", "nist-old-admin-child-max", "ours-one",
        "ours-one-again", "ours-refused", "ours-998", "ours-month-only", "ours-two-vaccines-one-number", "lfh-partially-administered",
        "lfh-no-status-amount-999", "lfh-contraindication",
    ];

    // By NIST's and ours: what is not simply taken.
    private static readonly Dictionary<string, (string Code, string? Found)> Answers = new()
    {
        ["ours-month-only"] = ("AE", "RXA 1 3 102 E"),
        ["ours-two-vaccines-one-number"] = ("AE", "ORC 2 3 205 E"),
    };

    [Fact]
    public async Task Each_example_is_answered_as_its_index_says_and_counts_once()
    {
        Assert.SkipWhen(Examples.Find("hl7v2/index.csv") is null, Examples.Missing);
        var doses = OpenData.Rows(Path.GetDirectoryName(Examples.Find("hl7v2/rxa.csv"))!, "rxa.csv");
        await Prepare(doses);
        foreach (var name in Vaccinations)
        {
            var text = await File.ReadAllTextAsync(Examples.Find($"hl7v2/{name}.hl7")!, TestContext.Current.CancellationToken);
            if (text.Contains("|2.6|", StringComparison.Ordinal))
            {
                Assert.Equal(("AR", "MSH 1 12 203 E"), Told(await Send(text)));
                text = text.Replace("|2.6|", "|2.5.1|", StringComparison.Ordinal);
            }

            // All of one source have the same key.
            text = text.Replace("|197027|", $"|{name}|", StringComparison.Ordinal);

            var first = Told(await Send(text));
            var (code, found) = Answers.GetValueOrDefault(name, ("AA", null));
            Assert.Equal((name, code), (name, first.Code));
            if (found is not null) Assert.Equal((name, found), (name, first.Found));
            var counted = await Counted();
            foreach (var dose in doses.Where(dose => dose["file"] == $"{name}.hl7"))
            {
                if (dose["orc3"] == "197027") dose["orc3"] = name;
                if (IdOf(dose, text) is not { } id || found is not null) continue;
                var line = (await Api.Get($"administrations/{id}")).Body;
                var (state, kind) = dose["kind"] switch
                {
                    "deleted" => ("retracted", "given"),
                    "given" or "subpotent" => ("counted", dose["kind"]),
                    var other => ("kept", other),
                };
                Assert.Equal((name, dose["orc3"], kind), (name, dose["orc3"], (string)line["kind"]!));
                // Of history it is not said where; and that is held.
                if (dose["place"].Length > 0 || kind != "historical") Assert.Equal((name, state), (name, (string)line["state"]!));
                Assert.Equal(dose["lot"].Length == 0 ? null : dose["lot"], (string?)line["lotNumber"]);
                Assert.Equal("unspecified", (string)line["doseNumber"]!);
                Assert.Equal(dose["date"], ((string)line["occurredOn"]!).Replace("-", "", StringComparison.Ordinal));
                Assert.True((bool)line["hasRecipient"]!);
            }

            var again = Told(await Send(text));
            Assert.Equal((name, first), (name, again));
            Assert.Equal((name, counted), (name, await Counted()));
        }

        // 3 of the first message, 1 of the third that was taken back, and so on: all that was given here, and nothing else.
        string[] nothingNew = ["ours-one-again.hl7", "ours-month-only.hl7"];
        var given = doses.Where(dose => dose["kind"] is "given" or "subpotent" && !nothingNew.Contains(dose["file"]))
            .Count(dose => dose["file"] != "nist-03-vxu.hl7") - 1;
        Assert.Equal(given, await Counted());
    }

    [Fact]
    public async Task A_dose_is_changed_and_taken_back_by_its_key_and_by_no_other()
    {
        var world = await NewWorld();
        var code = world.Country;
        await PutCode(world.Vaccine, code);
        Assert.Equal(("AA", ""), Told(await Send(Message(world, "1", "A", "L1"))));
        Assert.Equal(1, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
        var key = NamedUuid.Of($"hl7v2|C|{world.Country}-K");

        Assert.Equal(("AA", ""), Told(await Send(Message(world, "2", "U", "L2"))));
        Assert.Equal(("AA", ""), Told(await Send(Message(world, "2", "U", "L2"))));
        Assert.Equal("AA", Told(await Send(Message(world, "2b", "A", "L2"))).Code);
        Assert.Equal(("AE", "ORC 1 3 205 E"), Told(await Send(Message(world, "3", "A", "L3"))));
        var second = (string)(await Api.Get($"administrations/{key}")).Body["correctedBy"]!;
        Assert.Equal("L2", (string?)(await Api.Get($"administrations/{second}")).Body["lotNumber"]);
        // Back to what it was at first: a third version.
        Assert.Equal(("AA", ""), Told(await Send(Message(world, "4", "U", "L1"))));
        var third = (string)(await Api.Get($"administrations/{second}")).Body["correctedBy"]!;
        Assert.Equal(("counted", "L1"), ((string)(await Api.Get($"administrations/{third}")).Body["state"]!,
            (string?)(await Api.Get($"administrations/{third}")).Body["lotNumber"]));
        Assert.Equal(1, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
        Assert.Equal(1, (long)(await world.Balance())["administered"]!);

        Assert.Equal(("AA", ""), Told(await Send(Message(world, "5", "D", "L1"))));
        Assert.Equal(("AA", ""), Told(await Send(Message(world, "5", "D", "L1"))));
        Assert.Equal(("AE", "ORC 1 3 205 E"), Told(await Send(Message(world, "6", "U", "L4"))));
        Assert.Equal(0, (long)(await world.Balance())["administered"]!);
        Assert.Equal(("AE", "ORC 1 3 204 E"), Told(await Send(Message(world, "7", "D", "L1", key: "never"))));
        Assert.Equal(("AA", "ORC 1 3 204 W"), Told(await Send(Message(world, "8", "U", "L1", key: $"{world.Country}-late"))));
    }

    [Fact]
    public async Task An_unknown_code_is_held_and_counts_when_it_is_mapped_or_is_refused_where_that_is_agreed()
    {
        var world = await NewWorld();
        Assert.Equal(("AA", "RXA 1 5 103 W"), Told(await Send(Message(world, "1", "A", "L1"))));
        Assert.Equal(0, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
        var codes = (await Api.Get("administrations/held/codes?limit=1000")).Text;
        Assert.Contains(world.Country, codes, StringComparison.Ordinal);
        _ = (await Api.Put("administrations/senders",
            new JsonObject { ["senderId"] = $"{world.Country}/C", ["refusesUnknown"] = true, ["defaultFacilityId"] = world.Store })).Body;
        var refused = Message(world, "2", "A", "L1", key: "refused").Replace("|APP|", $"|{world.Country}|", StringComparison.Ordinal);
        Assert.Equal(("AE", "RXA 1 5 103 E"), Told(await Send(refused)));
        await PutCode(world.Vaccine, world.Country);
        Assert.Equal(1, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
        Assert.Equal(("AA", ""), Told(await Send(refused)));
        Assert.Equal(2, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
        // Where a dose does not say where it was given, it was at the sender's place.
        var placeless = refused.Replace($"^^^{world.Clinic}", "", StringComparison.Ordinal)
            .Replace("refused", "elsewhere", StringComparison.Ordinal);
        Assert.Equal(("AA", ""), Told(await Send(placeless)));
        Assert.Equal(1, (long)(await world.CoverageOf(world.Store, "facility"))["doses"]!);
    }

    [Fact]
    public async Task A_place_is_known_by_what_others_call_it_and_age_and_sex_by_the_patient()
    {
        var world = await NewWorld();
        await PutCode(world.Vaccine, world.Country);
        _ = (await Api.Put($"facilities/{world.Clinic}", new JsonObject
        {
            ["name"] = "a clinic",
            ["level"] = "facility",
            ["parentId"] = world.Region,
            ["country"] = world.Country,
            ["identifiers"] = new JsonArray(new JsonObject { ["system"] = "urn:clinics", ["value"] = $"The {world.Country} clinic" }),
        })).Body;
        _ = (await Api.Put($"target-populations/{world.Clinic}/{world.Vaccine}", new JsonObject
        {
            ["year"] = 2024,
            ["source"] = "census",
            ["cells"] = new JsonArray(
                new JsonObject { ["ageBand"] = "12-15", ["population"] = 10 }, new JsonObject { ["ageBand"] = "16+", ["population"] = 90 }),
        })).Body;
        await Api.Drained();
        var message = Message(world, "1", "A", "L1").Replace(world.Clinic, $"The {world.Country} clinic", StringComparison.Ordinal);
        Assert.Equal(("AA", ""), Told(await Send(message)));
        var line = (await Api.Get($"administrations/{NamedUuid.Of($"hl7v2|C|{world.Country}-K")}")).Body;
        Assert.Equal((world.Clinic, "12-15", "female"), ((string)line["facilityId"]!, (string?)line["ageBand"], (string?)line["sex"]));
        Assert.Equal(("AE", "RXA 1 11 103 E"),
            Told(await Send(message.Replace($"The {world.Country}", "No such", StringComparison.Ordinal)
                .Replace("-K^", "-K2^", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_dose_without_a_key_is_known_again_by_person_day_vaccine_and_lot()
    {
        var world = await NewWorld();
        await PutCode(world.Vaccine, world.Country);
        foreach (var (control, lot, count) in new[] { ("1", "L1", 1), ("2", "L1", 1), ("3", "L2", 2) })
        {
            Assert.Equal(("AA", "ORC 1 3 101 W"), Told(await Send(Message(world, control, "A", lot, key: "9999"))));
            Assert.Equal(count, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
        }

        Assert.Equal(("AE", "ORC 1 3 101 E"), Told(await Send(Message(world, "4", "U", "L1", key: "9999"))));
    }

    [Theory]
    [InlineData("VXU^V04", "ADT^A01", "AR", "MSH 1 9 200 E")]
    [InlineData("VXU^V04", "VXU^V03", "AR", "MSH 1 9 201 E")]
    [InlineData("|P|", "|T|", "AR", "MSH 1 11 202 E")]
    [InlineData("|2.5.1", "|2.3", "AR", "MSH 1 12 203 E")]
    [InlineData("MSH|", "BHS|^~\\&|X\rMSH|", "AR", "MSH 1  200 E")]
    [InlineData("PID|", "ZZZ|", "AE", "   101 E", 1)]
    [InlineData("|20240301|", "||", "AE", "RXA 1 3 101 E")]
    [InlineData("|20240301|", "|202403|", "AE", "RXA 1 3 102 E")]
    [InlineData("|20240301|", "|20240230|", "AE", "RXA 1 3 102 E")]
    [InlineData("|20240301|", "|29990101|", "AE", "RXA 1 3 102 E")]
    [InlineData("|CP|A", "|XX|A", "AE", "RXA 1 20 103 E")]
    [InlineData("|CP|A", "|CP|X", "AE", "RXA 1 21 103 E")]
    [InlineData("|00^", "|99^", "AE", "RXA 1 9 103 E")]
    public async Task What_is_wrong_is_named_where_it_stands(string right, string wrong, string code, string found, long counted = 0)
    {
        var world = await NewWorld();
        await PutCode(world.Vaccine, world.Country);
        var told = Told(await Send(Message(world, "1", "A", "L1").Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Equal((code, found), told);
        Assert.Equal(counted, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
    }

    [Fact]
    public async Task What_is_no_message_is_refused_as_any_request_is()
    {
        Assert.Equal(400, (int)(await Post("{}", "application/hl7-v2")).StatusCode);
        Assert.Equal(415, (int)(await Post("MSH|", "application/json")).StatusCode);
        using var large = await Post($"MSH|^~\\&|{new string('x', 9_000_000)}", "text/plain");
        Assert.Equal(413, (int)large.StatusCode);
    }

    [Fact]
    public async Task Whatever_a_message_is_made_into_it_is_answered_and_nothing_breaks()
    {
        var world = await NewWorld();
        await PutCode(world.Vaccine, world.Country);
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var start = Message(world, "1", "A", "L1");
        for (var round = 0; round < 200; round++)
        {
            var text = new StringBuilder(start);
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                var at = random.Next(8, text.Length);
                if (random.Next(2) == 0) text.Insert(at, "|^~\\&\r\"é\u0000"[random.Next(9)]);
                else text.Remove(at, Math.Min(text.Length - at, random.Next(1, 6)));
            }

            using var response = await Post(text.ToString(), "application/hl7-v2");
            Assert.True(response.StatusCode is System.Net.HttpStatusCode.OK or System.Net.HttpStatusCode.BadRequest,
                $"seed {seed}, round {round}: {(int)response.StatusCode} for {text}");
        }
    }

    [Fact]
    public async Task A_character_that_no_text_has_breaks_nothing_wherever_it_stands()
    {
        var world = await NewWorld();
        await PutCode(world.Vaccine, world.Country);
        var start = Message(world, "1", "A", "L1");
        for (var at = "MSH|^~\\&|".Length; at < start.Length; at++)
        {
            using var response = await Post(start.Insert(at, "\u0000"), "application/hl7-v2");
            Assert.True(response.StatusCode is System.Net.HttpStatusCode.OK, $"{(int)response.StatusCode} for one at {at}");
        }
    }

    private async Task Prepare(List<Dictionary<string, string>> doses)
    {
        var world = new World(Api, "ATL");
        await world.PutPlace("ATL", "country", null);
        foreach (var place in new[] { "NIST-Clinic-1", "DCS_DC", "X68", "RI2050", "RI88140101" })
            await world.PutPlace(place, "facility", "ATL");
        foreach (var vaccine in doses.Where(dose => dose["cvx"] != "998").GroupBy(dose => dose["cvx"]))
        {
            var codes = new[] { ("CVX", vaccine.Key) }
                .Concat(vaccine.Where(dose => dose["system"] == "NDC").Select(dose => ("NDC", dose["code"])));
            await PutCodes($"CVX-{vaccine.Key}", [.. codes.Distinct()]);
        }

        _ = (await Api.Put("administrations/senders",
            new JsonObject { ["senderId"] = "EHR/12345", ["defaultFacilityId"] = "NIST-Clinic-1" })).Body;
        await Api.Drained();
    }

    private Task PutCode(string vaccine, string code) => PutCodes(vaccine, ("urn:test", code));

    private async Task PutCodes(string vaccine, params (string System, string Code)[] codes)
    {
        _ = (await Api.Put($"vaccines/{vaccine}", new JsonObject
        {
            ["name"] = vaccine,
            ["antigens"] = new JsonArray("x"),
            ["dosesPerVial"] = 5,
            ["series"] = new JsonArray(
                new JsonObject { ["doseNumber"] = "1" }, new JsonObject { ["doseNumber"] = "2", ["completesSeries"] = true }),
            ["storage"] = new JsonObject { ["minCelsius"] = 2, ["maxCelsius"] = 8 },
            ["codes"] = new JsonArray(
                [.. codes.Select(code => new JsonObject { ["system"] = code.System, ["code"] = code.Code })]),
        })).Body;
        await Api.Drained();
    }

    private static string Message(World world, string control, string action, string lot, string? key = null) => string.Join('\r',
        $"MSH|^~\\&|APP|C|US|X|20240301101500+0700||VXU^V04^VXU_V04|{world.Country}-{control}|P|2.5.1",
        "PID|1||P-17^^^C^MR||Test^Patient||20100815|F",
        $"ORC|RE||{key ?? $"{world.Country}-K"}^C",
        $"RXA|0|1|20240301||{world.Country}^X^urn:test|0.5|mL||00^New^NIP001||^^^{world.Clinic}||||{lot}|20300101|MSD^M^MVX|||CP|{action}");

    private async Task<HttpResponseMessage> Post(string text, string mediaType)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return await Api.Http.PostAsync("hl7v2", content, TestContext.Current.CancellationToken);
    }

    private async Task<Message> Send(string text)
    {
        using var response = await Post(text, "application/hl7-v2");
        var answer = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, Encoding.UTF8.GetString(answer));
        Assert.Equal("application/hl7-v2", response.Content.Headers.ContentType?.MediaType);
        return Interop.Hl7v2.Message.Read(answer)!;
    }

    /// <summary>An answer's code, and where it found what first.</summary>
    private static (string Code, string Found) Told(Message answer)
    {
        Assert.Equal("MSA", answer.Segments[1].Name);
        var found = answer.Segments.Skip(2).Select(err => $"{err[2][1]} {err[2][2]} {err[2][3]} {err[3][1]} {err[4][1]}");
        return (answer.Segments[1][1][1]!, found.FirstOrDefault() ?? "");
    }

    private static Guid? IdOf(Dictionary<string, string> dose, string text)
    {
        if (dose["orc3"] is "9999" or "") return null;
        var header = text.Split('\r', '\n')[0].Split('|');
        var authority = dose["orc3_authority"].Length > 0 ? dose["orc3_authority"] : header[3].Split('^')[0];
        return NamedUuid.Of($"hl7v2|{authority}|{dose["orc3"]}");
    }

    private async Task<long> Counted()
    {
        await Api.Drained();
        return (long)(await Api.Get("ledger/balance?country=ATL")).Body["administered"]!;
    }
}
