using System.Globalization;
using System.Text.Json.Nodes;
using Distribution.SharedKernel.Rules;

namespace Distribution.Simulation.Tests;

/// <summary>
/// Systems that tell of doses in formats of their own, HL7 v2 and FHIR: they tell of new ones, say again what they said, and correct and
/// take back by their own keys. Of each dose they say nothing else before they were answered.
/// </summary>
internal sealed class OtherSystems(Random random, Model model)
{
    private const int DosesOfTransactionMax = 4;
    private readonly List<Told> _byHl7 = [];
    private readonly List<Told> _byFhir = [];
    private int _messages;

    /// <summary>One dose, in a message of HL7 v2.</summary>
    public Ask ByHl7()
    {
        var (told, line) = Next(_byHl7, number => NamedUuid.Of($"hl7v2|C|k{number}"));
        var given = line?.Given ?? told.Now!.Given;
        var action = line is null ? "D" : told.Now is null || (line == told.Now && random.Next(2) == 0) ? "A" : "U";
        var message = string.Join('\r',
            $"MSH|^~\\&|APP|C|US|X|20240601080000||VXU^V04^VXU_V04|m{++_messages}|P|2.5.1",
            $"PID|1||P-17^^^C^MR||Test^Patient|||{given.Sex switch { "female" => "F", "male" => "M", _ => "" }}",
            $"ORC|RE||k{told.Number}^C",
            $"RXA|0|1|{given.Day:yyyyMMdd}||{given.Vaccine}^V^{World.CodeSystem}|999|||"
                + $"{(given.Kind == "historical" ? "01" : "00")}^X^NIP001||^^^{given.Facility}||||{given.Lot}|||"
                + $"{(given.Kind == "notGiven" ? "00^refused^NIP002" : "")}||"
                + $"{given.Kind switch { "notGiven" => "RE", "subpotent" => "PA", _ => "CP" }}|{action}");
        return new Ask($"hl7 {action} {told.Now?.Given} {message}", HttpMethod.Post, "/hl7v2", message, (answer, _) =>
        {
            if (!answer.Text.Contains("\rMSA|AA|", StringComparison.Ordinal))
                throw new InvalidOperationException($"a message is taken: {message}\n{answer}");
            told.Learn(line, model);
        })
        { MediaType = "application/hl7-v2", Keyed = false };
    }

    /// <summary>Some doses, in a transaction of FHIR.</summary>
    public Ask ByFhir()
    {
        var entries = new JsonArray();
        var all = new List<(Told Told, ReportLine? Line)>();
        for (var more = random.Next(1, DosesOfTransactionMax); more > 0; more--)
        {
            var (told, line) = Next(_byFhir, _ => NewId());
            all.Add((told, line));
            entries.Add(Entry(told.First, line?.Given ?? told.Now!.Given, isError: line is null));
        }

        var bundle = new JsonObject { ["resourceType"] = "Bundle", ["type"] = "transaction", ["entry"] = entries }.ToJsonString();
        return new Ask($"fhir {bundle}", HttpMethod.Post, "/fhir", bundle, (answer, _) =>
        {
            if (!answer.Accepted) throw new InvalidOperationException($"a transaction is taken: {bundle}\n{answer}");
            foreach (var (told, line) in all) told.Learn(line, model);
        })
        { MediaType = "application/fhir+json", Keyed = false };
    }

    /// <summary>A dose to tell of, and what: nothing where it is taken back.</summary>
    private (Told Told, ReportLine? Line) Next(List<Told> known, Func<int, Guid> name)
    {
        var free = known.Where(told => told is { IsAsked: false, Now: not null }).ToList();
        var told = free.Count == 0 || random.Next(2) == 0 ? null : random.Pick(free);
        if (told is null) known.Add(told = new Told(known.Count, name(known.Count)));

        told.IsAsked = true;
        model.OfOthers.UnionWith([told.Name(0), told.Name(1)]);
        return (told, told.Now is { } now ? random.Next(4) switch
        {
            0 => null,
            1 => now,
            // Something else, at least on another day.
            _ => now with { Given = Given() with { Day = now.Given.Day.AddDays(now.Given.Day == World.FirstDay ? 1 : -1) } },
        } : new ReportLine(told.First, Given(), 1));
    }

    private Given Given()
    {
        var facility = random.Next(12) == 0 ? World.UnknownFacility : random.Pick(World.Reporters);
        var vaccine = random.Next(15) == 0 ? World.UnknownVaccine : random.Pick(World.Vaccines);
        return new Given(
            facility, vaccine, World.Unspecified, World.Day(random), random.Pick(World.LotNumbers), null, random.Pick(World.Sexes), null,
            random.Pick(World.Kinds), ByCode: true);
    }

    private static JsonObject Entry(Guid id, Given given, bool isError)
    {
        var resource = new JsonObject
        {
            ["resourceType"] = "Immunization",
            ["id"] = id.ToString(),
            ["status"] = isError ? "entered-in-error" : given.Kind == "notGiven" ? "not-done" : "completed",
            ["vaccineCode"] = Code(World.CodeSystem, given.Vaccine),
            ["patient"] = new JsonObject { ["reference"] = "#p" },
            ["contained"] = new JsonArray(new JsonObject
            {
                ["resourceType"] = "Patient",
                ["id"] = "p",
                ["identifier"] = new JsonArray(new JsonObject { ["system"] = "urn:simulated:people", ["value"] = "P-17" }),
            }),
            ["occurrenceDateTime"] = given.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["primarySource"] = given.Kind != "historical",
            ["location"] = new JsonObject { ["reference"] = $"Location/{given.Facility}" },
        };
        if (given.Sex is not null) resource["contained"]![0]!["gender"] = given.Sex;
        if (given.Lot is not null) resource["lotNumber"] = given.Lot;
        if (given.Kind == "notGiven") resource["statusReason"] = Code("http://terminology.hl7.org/CodeSystem/v3-ActReason", "PATOBJ");
        if (given.Kind == "subpotent") resource["isSubpotent"] = true;
        return new JsonObject
        {
            ["resource"] = resource,
            ["request"] = new JsonObject { ["method"] = "PUT", ["url"] = $"Immunization/{id}" },
        };
    }

    private static JsonObject Code(string system, string code) =>
        new() { ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }) };

    private Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    /// <summary>A dose that another system tells of.</summary>
    private sealed class Told(int number, Guid first)
    {
        private int _version = 1;

        public int Number => number;

        /// <summary>The id of its first version.</summary>
        public Guid First => first;

        /// <summary>What was told of it last; null before it was, and after it was taken back.</summary>
        public ReportLine? Now { get; private set; }

        /// <summary>Whether an answer is awaited.</summary>
        public bool IsAsked { get; set; }

        /// <summary>The id of the version that stands, or of one after it.</summary>
        public string Name(int later) =>
            _version + later is > 1 and var version ? NamedUuid.Of($"{first}#{version}").ToString() : first.ToString();

        /// <summary>Takes in that something was taken.</summary>
        public void Learn(ReportLine? line, Model model)
        {
            var name = Name(0);
            if (line is null) model.Correct(name);
            else if (Now is null) model.Take(name, line);
            else if (line != Now)
            {
                _version++;
                model.Replace(name, Name(0), line);
            }

            (Now, IsAsked) = (line, false);
        }
    }
}
