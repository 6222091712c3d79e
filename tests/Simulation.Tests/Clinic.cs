using System.Text.Json.Nodes;

namespace Distribution.Simulation.Tests;

/// <summary>Those who report doses: late, twice, overlapping, wrong, and before the reference data is there.</summary>
internal sealed class Clinic(Random random, Model model, Client client, bool conflicts)
{
    private const int LinesMax = 8;
    private const int TallyMax = 30;
    private readonly List<(Guid Id, Given Given)> _doses = [];
    private readonly List<string> _lines = [];
    private readonly HashSet<Guid> _shared = [];
    private readonly HashSet<string> _discardAsked = [];
    private readonly Dictionary<string, long> _tallies = [];
    private readonly HashSet<string> _partlyRetracted = [];
    private int _next;

    /// <summary>A submission, as JSON or NDJSON, of new doses and tallies and perhaps some that were sent before.</summary>
    public Ask Submit()
    {
        var id = $"s{++_next}";
        var facility = Facility();
        var lines = Enumerable.Range(0, random.Next(1, LinesMax)).Select(_ => Line(facility)).ToList();
        if (random.Next(3) == 0) lines.AddRange(Again(facility));
        var json = random.Next(2) == 0;

        // In JSON the doses come first and then the tallies; the lines are numbered through.
        if (json) lines = [.. lines.Where(line => line.DoseId is not null), .. lines.Where(line => line.DoseId is null)];
        Remember(id, lines);
        return json ? AsJson(id, facility, lines) : AsNdjson(id, lines);
    }

    /// <summary>Takes back a dose or a tally that was sent, or perhaps not yet; once of each tally only some of it.</summary>
    public Ask? Retract()
    {
        if (_lines.Count == 0) return null;
        var name = random.Pick(_lines);
        if (Guid.TryParse(name, out var dose)) _shared.Add(dose);
        if (_tallies.TryGetValue(name, out var count) && random.Next(2) == 0 && _partlyRetracted.Add(name))
        {
            var doses = random.Next(1, (int)count + 1);
            var some = new { requestId = $"r{++_next}", reason = "typed wrong", doses };
            return Ask.Post($"retract {doses} of {name}", $"administrations/{Uri.EscapeDataString(name)}/retract", some, (answer, _) =>
            {
                if (answer.Accepted) model.TakeBack(name, doses);
            });
        }

        var request = new { requestId = $"r{++_next}", reason = "entered in error" };
        return Ask.Post($"retract {name}", $"administrations/{Uri.EscapeDataString(name)}/retract", request, (answer, _) =>
        {
            if (answer.Accepted) model.Correct(name);
        });
    }

    /// <summary>Replaces a dose or a tally that was sent, or perhaps not yet, by another.</summary>
    public Ask? Correct()
    {
        if (_lines.Count == 0) return null;
        var name = random.Pick(_lines);
        var isDose = Guid.TryParse(name, out var dose);
        if (isDose) _shared.Add(dose);
        var line = Line(Facility());
        line = line with { DoseId = isDose ? dose : null, Count = isDose ? 1 : random.Next(1, TallyMax), Bad = false };
        line = line with { Given = line.Given with { Day = World.Day(random) } };
        var fields = Fields(line);
        fields.AsObject().Remove("doseId");
        var request = new { requestId = $"r{++_next}", reason = "the wrong line of the register", dose = fields };
        return Ask.Post($"correct {name} {fields.ToJsonString()}", $"administrations/{Uri.EscapeDataString(name)}/correct", request,
            (answer, _) =>
            {
                if (!answer.Accepted) return;
                var by = (string)answer.Json["correctedBy"]!;
                model.Replace(name, by, line);
                _lines.Add(by);
            });
    }

    /// <summary>Discards a held line, if there is one that no other submission names.</summary>
    public async Task<Ask?> Discard()
    {
        var held = (await client.Get("administrations/held?limit=100"))?.Json["items"]!.AsArray()
            .Select(item => (string)item!["heldId"]!)
            .Where(id => !(Guid.TryParse(id, out var dose) && _shared.Contains(dose)) && !_discardAsked.Contains(id)
                && !model.OfOthers.Contains(id))
            .ToList();
        if (held is not { Count: > 0 }) return null;
        var name = random.Pick(held);
        _discardAsked.Add(name);
        var request = new { requestId = $"d{++_next}", reason = "not ours" };
        return Ask.Post($"discard {name}", $"administrations/held/{Uri.EscapeDataString(name)}/discard", request, (answer, _) =>
        {
            if (answer.Accepted) model.Correct(name);
        });
    }

    private string Facility() => random.Next(12) == 0 ? World.UnknownFacility : random.Pick(World.Reporters);

    private ReportLine Line(string facility)
    {
        var vaccine = random.Next(15) == 0 ? World.UnknownVaccine : random.Pick(World.Vaccines);
        var number = vaccine == "V1" ? random.Pick<string>(["1", "1", "2", World.LateDoseNumber, World.Unspecified])
            : random.Pick<string>(["1", "1", World.Unspecified]);
        var given = new Given(
            facility, vaccine, number, World.Day(random), random.Pick(World.LotNumbers), random.Pick(World.AgeBands),
            random.Pick(World.Sexes), random.Pick(World.Groups), random.Pick(World.Kinds),
            random.Next(5) == 0);
        var bad = random.Next(25) == 0;
        if (bad) given = given with { Day = World.FirstDay.AddYears(5) };
        return random.Next(4) == 0 ? new(null, given, random.Next(1, TallyMax), bad) : new(NewId(), given, 1, bad);
    }

    /// <summary>Doses that were sent before: the same, or with other content.</summary>
    private List<ReportLine> Again(string facility)
    {
        var known = _doses.Where(dose => !_discardAsked.Contains(dose.Id.ToString())).ToList();
        var again = new List<ReportLine>();
        for (var i = random.Next(1, 4); i > 0 && known.Count > 0; i--)
        {
            var (id, given) = random.Pick(known);
            _shared.Add(id);
            again.Add(new(id, conflicts && random.Next(3) == 0 ? given with { Facility = facility, Day = World.Day(random) } : given, 1));
        }

        return again;
    }

    private void Remember(string submissionId, List<ReportLine> lines)
    {
        for (var index = 0; index < lines.Count; index++)
        {
            var line = lines[index];
            if (line.Bad) continue;
            _lines.Add(line.DoseId?.ToString() ?? $"{submissionId}:{index + 1}");
            if (line.DoseId is { } id) _doses.Add((id, line.Given));
            else _tallies[$"{submissionId}:{index + 1}"] = line.Count;
        }
    }

    private Ask AsJson(string id, string facility, List<ReportLine> lines)
    {
        var body = new JsonObject
        {
            ["submissionId"] = id,
            ["facilityId"] = facility,
            ["doses"] = new JsonArray([.. lines.Where(line => line.DoseId is not null).Select(Fields)]),
            ["tallies"] = new JsonArray([.. lines.Where(line => line.DoseId is null).Select(Fields)]),
        };
        return new Ask($"submit {id} {body.ToJsonString()}", HttpMethod.Post, "administrations", body.ToJsonString(),
            (answer, _) => model.Learn(id, lines, answer));
    }

    private Ask AsNdjson(string id, List<ReportLine> lines)
    {
        var body = string.Join('\n', lines.Select(line => Fields(line).ToJsonString()));
        return new Ask($"submit {id} {body}", HttpMethod.Post, $"administrations?submissionId={id}", body,
            (answer, _) => model.Learn(id, lines, answer))
        { MediaType = "application/x-ndjson" };
    }

    private static JsonNode Fields(ReportLine line)
    {
        var (facility, vaccine, number, day, lot, age, sex, group, kind, byCode) = line.Given;
        var fields = new JsonObject
        {
            ["facilityId"] = facility,
            ["doseNumber"] = number,
            ["occurredOn"] = World.Date(day),
        };
        if (byCode) fields["vaccineCodes"] = new JsonArray(new JsonObject { ["system"] = World.CodeSystem, ["code"] = vaccine });
        else fields["vaccineId"] = vaccine;
        if (line.DoseId is { } id) fields["doseId"] = id.ToString();
        else fields["count"] = line.Count;
        if (lot is not null) fields["lotNumber"] = lot;
        if (age is not null) fields["ageBand"] = age;
        if (sex is not null) fields["sex"] = sex;
        if (group is not null) fields["priorityGroup"] = group;
        if (kind is not null) fields["kind"] = kind;
        if (kind == "notGiven") fields["reason"] = "she was ill";
        return fields;
    }

    private Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
