using System.Text;
using System.Text.Json;
using Distribution.Administration.Intake.Lines;

namespace Distribution.Administration.Tests;

/// <summary>Lines that are read by comparing them with one before give what the JSON reader alone gives, whatever is in them.</summary>
public sealed class LinesAlikeTests
{
    private const int Seeds = 20_000;
    private static readonly int Newest = new DateOnly(2026, 4, 1).DayNumber;
    private static readonly RecipientKey Key = new("IT", 1, new byte[32]);

    [Fact]
    public void A_document_reads_the_same_with_the_short_cut_and_without()
    {
        var (quick, thorough) = (new Chunk(_ => Key), new Chunk(_ => Key));
        long malformed = 0, taken = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var submissions = new RandomSubmissions(seed);
            var document = submissions.Document(1 + seed % 12, oddities: 1 + seed % 40);
            var expected = Outcome(thorough, chunk => SubmissionBody.Read(document, chunk, Newest, alike: false));
            var actual = Outcome(quick, chunk => SubmissionBody.Read(document, chunk, Newest));
            Assert.True(expected == actual, $"seed {seed}: {Encoding.UTF8.GetString(document)}\nexpected {expected}\nbut was {actual}");
            if (expected.StartsWith("malformed", StringComparison.Ordinal)) malformed++;
            else taken++;
        }

        Assert.Equal(0, thorough.Parser.LinesAlike);
        Assert.True(quick.Parser.LinesAlike > Seeds, $"only {quick.Parser.LinesAlike} lines were read by comparing");
        Assert.True(malformed > Seeds / 10 && taken > Seeds / 3, $"{malformed} malformed documents, {taken} others");
    }

    [Fact]
    public void Lines_read_the_same_with_the_short_cut_and_without()
    {
        var (quick, thorough) = (new Chunk(_ => Key), new Chunk(_ => Key));
        long all = 0;
        for (var seed = 1; seed <= Seeds / 2; seed++)
        {
            foreach (var line in new RandomSubmissions(-seed).Lines(6, oddities: 1 + seed % 10))
            {
                all++;
                var expected = Outcome(thorough, chunk => AddByReader(chunk, line)) + Fields(thorough.Parser);
                var actual = Outcome(quick, chunk => Add(chunk, line)) + Fields(quick.Parser);
                Assert.True(expected == actual, $"seed {-seed}: {Encoding.UTF8.GetString(line)}\nexpected {expected}\nbut was {actual}");
            }
        }

        Assert.Equal(0, thorough.Parser.LinesAlike);
        Assert.True(quick.Parser.LinesAlike > all / 3, $"only {quick.Parser.LinesAlike} of {all} lines were read by comparing");
    }

    [Fact]
    public void All_ordinary_lines_but_the_first_are_read_by_comparing()
    {
        const int Lines = 50;
        for (var seed = 1; seed <= 200; seed++)
        {
            var line = new RandomSubmissions(seed).Lines(1, oddities: 0)[0];
            var chunk = new Chunk(_ => Key);
            Assert.Null(SubmissionBody.Read(
                [.. """{"submissionId":"S1","facilityId":"F1","doses":["""u8, .. Enumerable.Range(0, Lines).SelectMany(at => at == 0 ? line : [(byte)',', .. line]), .. "]}"u8],
                chunk, Newest));
            Assert.Equal((Lines, Lines - 1), (chunk.Lines, chunk.Parser.LinesAlike));
            chunk.AddLine(Lines + 1, line);
            Assert.Equal(Lines, chunk.Parser.LinesAlike);
        }
    }

    [Fact]
    public void Lines_that_lack_values_or_fields_are_still_alike()
    {
        var chunk = new Chunk(_ => Key);
        chunk.Begin("S1", Newest);
        string[] lines =
        [
            """{"vaccineId":"V","doseNumber":"1","occurredOn":"2026-03-31","sex":"F","lotNumber":"L1","count":5,"facilityId":"F1"}""",
            """{"vaccineId":"COVID-19","doseNumber":"B1","occurredOn":"2026-03-30","sex":"M","lotNumber":null,"count":123456789,"facilityId":"F2"}""",
            """{"vaccineId":"V","doseNumber":"1","occurredOn":"2026-03-31","count":1,"facilityId":"F1"}""",
            """{"vaccineId":"V","doseNumber":"1","occurredOn":"2026-03-31","lotNumber":"L - 1","count":1,"facilityId":"F1"}""",
            """{"vaccineId":"V"}""",
        ];
        for (var line = 0; line < lines.Length; line++) chunk.AddLine(line + 1, Encoding.UTF8.GetBytes(lines[line]));
        Assert.Equal(lines.Length - 1, chunk.Parser.LinesAlike);
        Assert.Equal(4, chunk.Tallies.Count);
        Assert.Equal([5L, 123456789L, 1L, 1L], chunk.Totals.ToArray());
        Assert.Equal("F2", chunk.Sums[1].Facility.Text);
        Assert.Null(chunk.Sums[1].Lot);
        Assert.Equal("L - 1", chunk.Sums[3].Lot?.Text);
    }

    [Theory]
    [InlineData(SubmissionBody.LinesMax, null)]
    [InlineData(SubmissionBody.LinesMax + 1, "doses")]
    public void Lines_that_are_alike_count_towards_the_limit(int lines, string? field)
    {
        var chunk = new Chunk(_ => Key);
        var doses = string.Join(',', Enumerable.Repeat("""{"doseId":"0190c2a4-7f6e-7b3c-9a51-3f6f0a9d2c11"}""", lines));
        Assert.Equal(field, SubmissionBody.Read(Encoding.UTF8.GetBytes($$"""{"submissionId":"S1","facilityId":"F1","doses":[{{doses}}]}"""), chunk, Newest)?.Field);
        Assert.Equal(SubmissionBody.LinesMax, chunk.Lines);
        Assert.Equal(SubmissionBody.LinesMax - 1, chunk.Parser.LinesAlike);
    }

    private static BodyProblem? Add(Chunk chunk, byte[] line)
    {
        chunk.Begin("S1", Newest);
        chunk.AddLine(1, line);
        return null;
    }

    private static BodyProblem? AddByReader(Chunk chunk, byte[] line)
    {
        // After an object without fields nothing is known that a line could be compared with.
        Assert.True(chunk.Parser.TryRead("{}"u8));
        return Add(chunk, line);
    }

    private static string Outcome(Chunk chunk, Func<Chunk, BodyProblem?> read)
    {
        try
        {
            if (read(chunk) is { } problem) return problem.ToString();
        }
        catch (JsonException malformed)
        {
            return $"malformed at {malformed.LineNumber}:{malformed.BytePositionInLine}: {malformed.Message}";
        }

        return string.Join('\n', [
            $"{chunk.Lines} lines of {chunk.SubmissionId}", .. chunk.Doses.Select(dose => $"dose {dose}"),
            .. chunk.Tallies.Select(tally => $"tally {tally}"),
            .. chunk.Sums.Select((sum, at) => $"{sum}: {chunk.Totals[at]}"), .. chunk.Rejected.Listed.Select(line => $"rejected {line}"),
            Convert.ToHexString(chunk.Canonical), Convert.ToHexString(chunk.Recipients.Hashes)]);
    }

    private static string Fields(LineParser line) =>
        $"\n{line.DoseId} {line.BadDoseId} {line.Facility} {line.Vaccine} {line.DoseNumber} {line.Day} {line.Lot} {line.AgeBand} "
            + $"{line.Sex} {line.PriorityGroup} {line.Count} {Convert.ToHexString(line.RecipientKey)} {line.Problem}";
}
