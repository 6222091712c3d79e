using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Distribution.Administration.Intake.Lines;

namespace Distribution.Administration.Tests;

public sealed class LineTests
{
    private const string Id = "0190c2a4-7f6e-7b3c-9a51-3f6f0a9d2c11";
    private static readonly int Newest = new DateOnly(2026, 4, 1).DayNumber;
    private static readonly RecipientKey Italy = new("IT", 1, new byte[32]);

    private static string Dose(string change = "") =>
        $$"""{"doseId":"{{Id}}","facilityId":"F1","vaccineId":"PFIZER","doseNumber":"1","occurredOn":"2026-03-31"{{change}}}""";

    private static Chunk Read(params string[] lines)
    {
        var chunk = new Chunk(_ => Italy);
        chunk.Begin("S1", Newest);
        for (var line = 0; line < lines.Length; line++) chunk.AddLine(line + 1, Encoding.UTF8.GetBytes(lines[line]));
        return chunk;
    }

    [Theory]
    [InlineData("""{"doseId":"nonsense"}""", "doseId: must be a UUID")]
    [InlineData("""{"doseId":7}""", "doseId: must be a UUID")]
    [InlineData("""{"facilityId":"F1"}""", "doseId: is missing")]
    [InlineData("""{"doseId":"0190c2a4-7f6e-7b3c-9a51-3f6f0a9d2c11"}""", "facilityId: is missing")]
    [InlineData("""{"doseId":"0190c2a4-7f6e-7b3c-9a51-3f6f0a9d2c11","facilityId":"F 1"}""", "facilityId: must be 1 to 64")]
    [InlineData("""{"doseId":"0190c2a4-7f6e-7b3c-9a51-3f6f0a9d2c11","facilityId":""}""", "facilityId: must be 1 to 64")]
    [InlineData("""{"doseId":"0190c2a4-7f6e-7b3c-9a51-3f6f0a9d2c11","facilityId":"F1"}""", "vaccineId: is missing")]
    [InlineData("""{"doseId":"0190c2a4-7f6e-7b3c-9a51-3f6f0a9d2c11","facilityId":"F1","vaccineId":"V"}""", "doseNumber: is missing")]
    [InlineData("""{"doseId":"0190c2a4-7f6e-7b3c-9a51-3f6f0a9d2c11","facilityId":"F1","vaccineId":"V","doseNumber":1}""", "doseNumber: must be 1 to 16")]
    [InlineData("""{"doseId":"0190c2a4-7f6e-7b3c-9a51-3f6f0a9d2c11","facilityId":"F1","vaccineId":"V","doseNumber":"1"}""", "occurredOn: is missing")]
    [InlineData("[]", "the line is not a JSON object")]
    [InlineData("7", "the line is not a JSON object")]
    [InlineData("{", "the line is not valid JSON")]
    [InlineData("""{"doseId":"x"} {}""", "the line is not valid JSON")]
    [InlineData("\u0001", "the line is not valid JSON")]
    public void A_line_that_can_never_be_right_is_rejected_with_its_field(string line, string reason)
    {
        var chunk = Read(line);
        Assert.Empty(chunk.Doses);
        Assert.StartsWith(reason, Assert.Single(chunk.Rejected.Listed).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""","status":"not-done" """, "status: is no field here")]
    [InlineData(""","note":null""", "note: is no field here")]
    [InlineData(""","occurredOn":"2026-02-29" """, "occurredOn: must be a date")]
    [InlineData(""","occurredOn":"2026-13-01" """, "occurredOn: must be a date")]
    [InlineData(""","occurredOn":"26-03-31" """, "occurredOn: must be a date")]
    [InlineData(""","occurredOn":"2026-03-31T00:00:00Z" """, "occurredOn: must be a date")]
    [InlineData(""","occurredOn":20260331""", "occurredOn: must be a date")]
    [InlineData(""","occurredOn":"1899-12-31" """, "occurredOn: must not be before")]
    [InlineData(""","occurredOn":"2026-04-02" """, "occurredOn: must not be in the future")]
    [InlineData(""","ageBand":"123456789012345678901234567890123" """, "ageBand: must be text of at most 32")]
    [InlineData(""","ageBand":{"from":1}""", "ageBand: must be text")]
    [InlineData(""","ageBand":"a\u001fb" """, "ageBand: must be text")]
    [InlineData(""","sex":"\u0000" """, "sex: must be text")]
    [InlineData(""","priorityGroup":["a"]""", "priorityGroup: must be text")]
    [InlineData(""","recipientKey":"\ud800" """, "recipientKey: must be text")]
    [InlineData(""","lotNumber":"\u0085" """, "lotNumber: must be 1 to 64")]
    [InlineData(""","count":-1""", "count: must be a whole number")]
    [InlineData(""","count":1""", "doseId: a tally has none")]
    [InlineData(""","kind":"refused" """, "kind: must be given, historical, subpotent or notGiven")]
    [InlineData(""","kind":"Given" """, "kind: must be given")]
    [InlineData(""","kind":1""", "kind: must be given")]
    [InlineData(""","kind":"notGiven" """, "reason: is missing")]
    [InlineData(""","kind":"notGiven","reason":" " """, "reason: is missing")]
    [InlineData(""","vaccineCodes":[{"system":"CVX","code":"03"}]""", "vaccineCodes: stand in place of vaccineId")]
    [InlineData(""","vaccineCodes":[]""", "vaccineCodes: must be 1 to 8")]
    [InlineData(""","vaccineCodes":{"system":"CVX","code":"03"}""", "vaccineCodes: must be 1 to 8")]
    [InlineData(""","vaccineCodes":[{"system":"CVX"}]""", "vaccineCodes: must be 1 to 8")]
    [InlineData(""","vaccineCodes":[{"system":"CVX","code":"0 3"}]""", "vaccineCodes: must be 1 to 8")]
    [InlineData(""","vaccineCodes":[{"system":"CVX","code":3}]""", "vaccineCodes: must be 1 to 8")]
    [InlineData(""","vaccineCodes":[{"system":"CVX","code":"3","code":"3"}]""", "vaccineCodes: must be 1 to 8")]
    [InlineData(""","vaccineCodes":[{"system":"CVX","code":"\ud800"}]""", "vaccineCodes: must be 1 to 8")]
    [InlineData(""","vaccineCodes":"CVX" """, "vaccineCodes: must be 1 to 8")]
    [InlineData(""","vaccineCodes":[[{"system":"CVX","code":"03"}]]""", "vaccineCodes: must be 1 to 8")]
    [InlineData(""","reason":"ill" """, "reason: belongs to a line of kind notGiven or subpotent")]
    [InlineData(""","kind":"historical","reason":"ill" """, "reason: belongs to a line of kind")]
    [InlineData(""","kind":"notGiven","reason":"a\u0007b" """, "reason: must be text of at most 200")]
    public void A_wrong_value_is_rejected_with_its_field(string change, string reason)
    {
        var problem = Assert.Single(Read(Dose(change)).Rejected.Listed);
        Assert.StartsWith(reason, problem.Reason, StringComparison.Ordinal);
        if (!change.Contains("count", StringComparison.Ordinal)) Assert.Equal(Id, problem.Id);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1000000001")]
    [InlineData("99999999999999999999")]
    [InlineData("\"7\"")]
    [InlineData("[7]")]
    public void A_tally_of_no_sensible_count_is_rejected(string count)
    {
        var line = $$"""{"facilityId":"F1","vaccineId":"V","doseNumber":"1","occurredOn":"2026-03-31","count":{{count}}}""";
        var problem = Assert.Single(Read(line).Rejected.Listed);
        Assert.StartsWith("count:", problem.Reason, StringComparison.Ordinal);
        Assert.Equal("S1:1", problem.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","ageBand":null,"sex":"" """)]
    [InlineData(""","ageBand":"60-69","sex":"F","priorityGroup":"health | care","lotNumber":"AB/12","recipientKey":"k\u00e9y" """)]
    public void A_line_that_makes_sense_is_taken(string change)
    {
        var chunk = Read(Dose(change));
        Assert.Empty(chunk.Rejected.Listed);
        Assert.Single(chunk.Doses);
    }

    [Fact]
    public void A_line_reads_back_as_it_came()
    {
        var chunk = Read(Dose(""","ageBand":"60-69","sex":"F","priorityGroup":"care \u2013 home","lotNumber":"L1","recipientKey":"k\u00e9y" """));
        var content = DoseRecord.Read(chunk.RecordOf(chunk.Doses[0]).Span);
        Assert.Equal(DoseState.Counted, content.State);
        Assert.Equal("S1", content.SubmissionId);
        Assert.Equal(("IT-1", 2 * RecipientKey.HashBytes), (content.Recipient!.Key, content.Recipient.Hash.Length));
        Assert.Equal(
            new("F1", "PFIZER", "L1", "1", new DateOnly(2026, 3, 31), "60-69", "F", "care – home", 1), content.Sum);
        Assert.Null(content.Reason);
        Assert.Equal(Id, chunk.IdOf(LineKind.Dose, chunk.Doses[0]));
        Assert.Equal(LineId.Parse(Id)!.Value.Key.ToArray(), chunk.KeyOf(chunk.Doses[0]).ToArray());
    }

    [Theory]
    [InlineData(""","kind":"historical" """, "historical", null)]
    [InlineData(""","kind":"subpotent","reason":" half of it – spilt " """, "subpotent", "half of it – spilt")]
    [InlineData(""","kind":"notGiven","reason":"refused","recipientKey":"k" """, "notGiven", "refused")]
    public void A_kind_reads_back_with_its_reason_whatever_is_taken_back(string change, string kind, string? reason)
    {
        var chunk = Read(Dose(change));
        var record = chunk.RecordOf(chunk.Doses[0]);
        foreach (var bytes in (ReadOnlyMemory<byte>[])[record, DoseRecord.WithTakenBack(record.Span, 1)])
        {
            var content = DoseRecord.Read(bytes.Span);
            Assert.Equal((kind, reason, "S1"), (content.Sum.Kind, content.Reason, content.SubmissionId));
        }

        Assert.Equal(1, DoseRecord.Read(DoseRecord.WithTakenBack(record.Span, 1)).TakenBack);
    }

    [Fact]
    public void A_dose_that_was_given_is_kept_as_it_was_before_there_were_kinds()
    {
        var chunk = Read(Dose(""","kind":"given" """));
        byte[] before = [1, 1, 2, .. "F1"u8, 6, .. "PFIZER"u8, 1, .. "1"u8, 0, 0, 0, 0, 0xF9, 0x92, 0x2D, 1, 0, .. "S1"u8];
        Assert.Equal(before, chunk.RecordOf(chunk.Doses[0]).ToArray());
    }

    [Fact]
    public void Codes_are_the_same_submission_whatever_they_mean_by_now_and_the_same_record_as_the_id()
    {
        const string Codes = """ "vaccineCodes":[{"system":"NDC","code":"6-4681-00"},{"system":"NDC","code":"00006468100"},{"system":"CVX","code":"3"}]""";
        var byCodes = Dose().Replace("\"vaccineId\":\"PFIZER\"", Codes, StringComparison.Ordinal)
            .Replace("6-4681", "0006-4681", StringComparison.Ordinal);
        var unknown = Read(byCodes);
        var known = new Chunk(_ => Italy) { MeantBy = codes => codes == "CVX|03 NDC|00006-4681-00" ? new("PFIZER", null) : default };
        known.Begin("S1", Newest);
        string[] lines = [byCodes, Dose(), byCodes.Insert(byCodes.Length - 1, ",\"recipientKey\":\"k\""), Dose()];
        foreach (var (at, line) in lines.Index()) known.AddLine(at + 1, Encoding.UTF8.GetBytes(line));
        Assert.Equal("CVX|03 NDC|00006-4681-00", Assert.Single(unknown.Sums).Vaccine.Text);
        Assert.True(known.Canonical.StartsWith(unknown.Canonical));
        Assert.Equal("PFIZER", Assert.Single(known.Sums).Vaccine.Text);
        var plain = Read(Dose());
        var record = plain.RecordOf(plain.Doses[0]).ToArray();
        foreach (var at in (int[])[0, 1, 3]) Assert.Equal(record, known.RecordOf(known.Doses[at]).ToArray());
        Assert.NotNull(DoseRecord.Read(known.RecordOf(known.Doses[2]).Span).Recipient);
        Assert.Equal(record, DoseRecord.OfVaccine(unknown.RecordOf(unknown.Doses[0]).Span, "PFIZER"));
    }

    [Fact]
    public void Another_kind_or_reason_is_another_content_whichever_came_first()
    {
        string[] changes = ["", ""","kind":"historical" """, ""","kind":"subpotent" """, ""","kind":"subpotent","reason":"x" """];
        foreach (var (first, kept) in changes.Index())
        {
            foreach (var (second, now) in changes.Index())
            {
                var (one, other) = (Read(Dose(kept)), Read(Dose(now)));
                var entry = other.Doses[0];
                Assert.Equal(first == second, DoseRecord.SameContent(
                    one.RecordOf(one.Doses[0]).Span, other.RecordOf(entry).Span, entry.ContentLength));
                Assert.Equal(first == second, one.Canonical.SequenceEqual(other.Canonical));
            }
        }
    }

    [Fact]
    public void Lines_of_the_same_dimensions_are_one_sum_and_one_content()
    {
        var chunk = Read(
            Dose().Replace("2c11", "2c12", StringComparison.Ordinal), Dose(),
            """{"facilityId":"F1","vaccineId":"PFIZER","doseNumber":"1","occurredOn":"2026-03-31","count":40}""");
        Assert.Equal([42L], chunk.Totals.ToArray());
        var (first, second) = (chunk.Doses[0], chunk.Doses[1]);
        Assert.True(DoseRecord.SameContent(chunk.RecordOf(first).Span, chunk.RecordOf(second).Span, second.ContentLength));
        Assert.Equal(40, DoseRecord.Read(chunk.RecordOf(chunk.Tallies[0]).Span).Sum.Doses);
        Assert.Equal(LineId.Parse("S1:3")!.Value.Key.ToArray(), chunk.KeyOf(chunk.Tallies[0]).ToArray());
    }

    [Fact]
    public void A_conflict_says_what_differs_and_what_to_do()
    {
        var chunk = Read(Dose(), Dose(""","doseNumber":"2","sex":"F","recipientKey":"secret" """));
        var kept = DoseRecord.Read(chunk.RecordOf(chunk.Doses[0]).Span);
        var reason = DoseRecord.Difference(kept, DoseRecord.Read(chunk.RecordOf(chunk.Doses[1]).Span));
        Assert.Equal(
            "counted before with doseNumber 1, now 2, with sex unset, now F, with another recipientKey; to correct it, send what is right "
                + "as a correction of it",
            reason);
    }

    [Fact]
    public void A_tally_of_none_is_a_report()
    {
        var chunk = Read("""{"facilityId":"F1","vaccineId":"V","doseNumber":"1","occurredOn":"2026-03-31","count":0}""");
        Assert.Empty(chunk.Rejected.Listed);
        Assert.Equal(0, Assert.Single(chunk.Tallies).Count);
        Assert.Empty(chunk.Administered(chunk.Totals));
    }

    [Fact]
    public void A_document_with_a_field_too_many_is_refused_by_its_name()
    {
        var problem = SubmissionBody.Read("""{"submissionId":"S1","status":"not-done","doses":[]}"""u8, new Chunk(_ => Italy), Newest);
        Assert.Equal("status", problem!.Value.Field);
    }

    [Fact]
    public void The_canonical_hash_of_lines_never_changes()
    {
        // Kept with every submission: were it to change, a repeat after an upgrade would be taken for another submission.
        string[] lines = [Dose(""","ageBand":"60-69","recipientKey":"k" """), "nonsense",
            """{"facilityId":"F1","vaccineId":"PFIZER","doseNumber":"B1","occurredOn":"2026-03-31","count":300}"""];
        var chunk = Read(lines);
        Assert.Equal(
            "f4e732c0cc006970ba80b3bfa15373c31c771c2a37fd3fe3a74120796e71b6d7", Convert.ToHexStringLower(SHA256.HashData(chunk.Canonical)));
        // As it was before recipients were hashed, for a repeat of what was kept then.
        var before = new Chunk(_ => Italy) { IsAsBefore = true };
        before.Begin("S1", Newest);
        for (var line = 0; line < lines.Length; line++) before.AddLine(line + 1, Encoding.UTF8.GetBytes(lines[line]));
        Assert.Equal(
            "9e89a49809282bf88859121518b644d782bc225f99747ab42d5fc42b261fa2bc",
            Convert.ToHexStringLower(SHA256.HashData(before.Canonical)));
    }

    [Fact]
    public void A_document_reads_the_same_in_any_order_of_its_fields()
    {
        var doses = $$"""[{"doseId":"{{Id}}","vaccineId":"V","doseNumber":"1","occurredOn":"2026-03-31"},7]""";
        var tallies = """[{"vaccineId":"V","doseNumber":"2","occurredOn":"2026-03-30","count":5},{"count":-1}]""";
        string[] fields = ["\"submissionId\":\"S1\"", "\"facilityId\":\"F1\"", "\"doses\":" + doses, "\"tallies\": " + tallies];
        var hashes = Orders(fields).Select(order =>
        {
            var chunk = new Chunk(_ => Italy);
            var problem = SubmissionBody.Read(Encoding.UTF8.GetBytes("{" + string.Join(" , ", order) + "}"), chunk, Newest);
            Assert.Null(problem);
            Assert.Equal([2L, 4L], chunk.Rejected.Listed.Select(line => line.Line));
            Assert.Equal(3, chunk.Tallies[0].Line);
            return Convert.ToHexString(SHA256.HashData(chunk.Canonical));
        });
        Assert.Single(hashes.Distinct());
    }

    [Fact]
    public void Lines_are_the_same_as_a_document_and_as_ndjson()
    {
        var chunk = new Chunk(_ => Italy);
        SubmissionBody.Read(Encoding.UTF8.GetBytes($$"""{"submissionId":"S1","facilityId":"F1","doses":[{{Dose(""","facilityId":null""")}}, {"doseId":"{{Id}}"}]}"""), chunk, Newest);
        var lines = Read(Dose(), $$"""{"doseId":"{{Id}}"}""");
        Assert.Equal(SHA256.HashData(lines.Canonical), SHA256.HashData(chunk.Canonical));
    }

    [Theory]
    [InlineData("[]", "body")]
    [InlineData("{}", "submissionId")]
    [InlineData("""{"submissionId":"S 1"}""", "submissionId")]
    [InlineData("""{"submissionId":"S1","facilityId":7}""", "facilityId")]
    [InlineData("""{"submissionId":"S1","doses":{}}""", "doses")]
    [InlineData("""{"submissionId":"S1","tallies":"none"}""", "tallies")]
    [InlineData("""{"submissionId":"S1","doses":[],"doses":[]}""", "doses")]
    public void A_document_that_makes_no_sense_names_the_field(string body, string field) =>
        Assert.Equal(field, SubmissionBody.Read(Encoding.UTF8.GetBytes(body), new Chunk(_ => Italy), Newest)?.Field);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"submissionId":"S1","facilityId":"F1","doses":[{]}""")]
    [InlineData("""{"submissionId":"S1"} x""")]
    public void A_malformed_document_says_where(string body) =>
        Assert.ThrowsAny<JsonException>(() => SubmissionBody.Read(Encoding.UTF8.GetBytes(body), new Chunk(_ => Italy), Newest));

    [Fact]
    public void A_document_of_too_many_lines_is_refused()
    {
        var doses = string.Join(',', Enumerable.Repeat("1", SubmissionBody.LinesMax + 1));
        var problem = SubmissionBody.Read(Encoding.UTF8.GetBytes($$"""{"submissionId":"S1","facilityId":"F1","doses":[{{doses}}]}"""), new Chunk(_ => Italy), Newest);
        Assert.Equal("doses", problem?.Field);
    }

    [Fact]
    public void A_dose_dated_today_is_not_in_the_future_anywhere()
    {
        Assert.Equal(new DateOnly(2026, 4, 1).DayNumber, LineRules.NewestDay(new DateTimeOffset(2026, 3, 31, 10, 0, 0, TimeSpan.Zero)));
        Assert.Equal(new DateOnly(2026, 3, 31).DayNumber, LineRules.NewestDay(new DateTimeOffset(2026, 3, 31, 9, 59, 59, TimeSpan.Zero)));
    }

    private static IEnumerable<string[]> Orders(string[] items) => items.Length == 0
        ? [[]]
        : items.SelectMany((item, at) => Orders([.. items[..at], .. items[(at + 1)..]]).Select(rest => (string[])[item, .. rest]));
}
