using System.Net;
using System.Text.Json.Nodes;

namespace Distribution.Tests.Support;

/// <summary>
/// Tells of doses as other systems do: messages of HL7 v2, some of them corrected or taken back afterwards, and transactions of FHIR. Some
/// are sent twice at once, and what is not answered is sent again.
/// </summary>
/// <param name="api">The system.</param>
/// <param name="clinic">Where the doses are given.</param>
/// <param name="seed">Of what it tells.</param>
internal sealed class OtherDoors(ApiClient api, string clinic, int seed)
{
    /// <summary>The vaccine's code as other systems have it.</summary>
    public const string CodeSystem = "urn:example:vaccines";

    private const int DosesOfTransactionMax = 40;

    private readonly Random _random = new(seed);

    /// <summary>Tells of one dose by HL7 v2: it stays, is corrected, or is taken back.</summary>
    /// <param name="id">Names the dose.</param>
    /// <param name="once">Sends until it is answered, once or twice at once.</param>
    /// <returns>What stands in the end.</returns>
    public async Task<Acknowledged> TellByHl7(string id, Func<Func<Task<Answer>>, Task<Answer[]>> once)
    {
        var requests = 1;
        await Tell("A", "L1");
        var end = _random.Next(4);
        if (end is 1 or 2) await Tell("U", "L2");
        if (end is 2 or 3) await Tell("D", "L2");
        return new Acknowledged(requests, end is 2 or 3 ? 0 : 1, 0, 0);

        async Task Tell(string action, string lot)
        {
            var message = string.Join('\r',
                $"MSH|^~\\&|APP|C|US|X|20240301101500||VXU^V04^VXU_V04|{id}-{requests++}|P|2.5.1",
                "PID|1||P-17^^^C^MR||Test^Patient||20100815|F",
                $"ORC|RE||{id}^C",
                $"RXA|0|1|20240301||{FaultWorld.Vaccine}^V^{CodeSystem}|0.5|mL||"
                    + $"00^New^NIP001||^^^{clinic}||||{lot}||MSD^M^MVX|||CP|{action}");
            foreach (var answer in await once(() => api.SendTo(HttpMethod.Post, "/hl7v2", message, "application/hl7-v2")))
                FaultClient.Check(answer.Text.Contains("\rMSA|AA|", StringComparison.Ordinal), $"{action} is taken", answer.Text);
        }
    }

    /// <summary>Tells of some doses by a transaction of FHIR.</summary>
    /// <param name="id">Names it.</param>
    /// <param name="once">Sends until it is answered, once or twice at once.</param>
    /// <returns>What stands in the end.</returns>
    public async Task<Acknowledged> TellByFhir(string id, Func<Func<Task<Answer>>, Task<Answer[]>> once)
    {
        var doses = _random.Next(1, DosesOfTransactionMax);
        var bundle = new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["type"] = "transaction",
            ["entry"] = new JsonArray([.. Enumerable.Range(0, doses).Select(number => Entry($"{id}-{number}"))]),
        }.ToJsonString();
        foreach (var answer in await once(() => api.SendTo(HttpMethod.Post, "/fhir", bundle, "application/fhir+json")))
            FaultClient.Check(answer.Status == HttpStatusCode.OK, "a transaction is taken", answer.Text);
        return new Acknowledged(1, doses, 0, 0);
    }

    private JsonObject Entry(string key) => new()
    {
        ["resource"] = new JsonObject
        {
            ["resourceType"] = "Immunization",
            ["status"] = "completed",
            ["vaccineCode"] = new JsonObject
            {
                ["coding"] = new JsonArray(new JsonObject { ["system"] = CodeSystem, ["code"] = FaultWorld.Vaccine }),
            },
            ["patient"] = new JsonObject
            {
                ["identifier"] = new JsonObject { ["system"] = "urn:example:people", ["value"] = "p-1" },
            },
            ["occurrenceDateTime"] = "2024-03-02",
            ["primarySource"] = true,
            ["location"] = new JsonObject { ["reference"] = $"Location/{clinic}" },
            ["protocolApplied"] = new JsonArray(new JsonObject { ["doseNumberPositiveInt"] = _random.Next(1, 3) }),
            ["identifier"] = new JsonArray(new JsonObject { ["system"] = "urn:example:doses", ["value"] = key }),
        },
        ["request"] = new JsonObject { ["method"] = "POST", ["url"] = "Immunization" },
    };
}
