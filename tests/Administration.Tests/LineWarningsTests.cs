using System.Text;
using Distribution.Administration.Domain;
using Distribution.Administration.Intake;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.SharedKernel.Places;

namespace Distribution.Administration.Tests;

public sealed class LineWarningsTests
{
    private static readonly int Today = new DateOnly(2026, 4, 1).DayNumber;

    private readonly ReferenceData _reference = new();

    public LineWarningsTests()
    {
        foreach (var (id, level, parent) in new[]
                 {
                     ("X", "country", null), ("R", "region", "X"), ("D", "district", "R"), ("E", "district", "R"),
                     ("F1", "facility", "D"), ("F2", "facility", "E"),
                 })
            _reference.Tree.Apply(new Place(id, id, level, parent, "C", 1), 0);
    }

    [Fact]
    public void The_first_line_of_more_doses_in_a_day_than_people_is_named_once()
    {
        Target("F1", 10);
        // Not given here, on another day, of another vaccine: none of it is the same day's doses.
        var answer = Look(
            Tally(7), Tally(4, on: "2026-03-02"), Tally(100, vaccine: "W"), Tally(100, kind: ",\"kind\":\"historical\""),
            Tally(100, kind: ",\"kind\":\"notGiven\",\"reason\":\"x\""), Dose("F1"), Tally(2), Tally(3, number: "2"), Tally(50));
        Assert.Equal((1, "S1:1", 1), (Assert.Single(answer.Warnings!).Line, answer.Warnings![0].Id, answer.WarningsTotal));
        Assert.Contains("'V' at 'F1' on 2026-03-01", answer.Warnings[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void As_many_doses_as_people_are_no_more_than_these()
    {
        Target("F1", 10);
        var answer = Look(Tally(9), Dose("F1"));
        Assert.Equal((null, 0), (answer.Warnings, answer.WarningsTotal));
    }

    [Fact]
    public void Doses_add_up_over_the_chunks_of_a_submission()
    {
        Target("F1", 10);
        var warnings = Warnings();
        warnings.Look(Read(1, Dose("F2"), Dose("F1")));
        warnings.Look(Read(3, Tally(9)));
        Assert.Null(warnings.In(Nothing).Warnings);
        warnings.Look(Read(4, Tally(1)));
        warnings.Look(Read(5, Tally(1)));
        var found = Assert.Single(warnings.In(Nothing).Warnings!);
        Assert.Equal((2, "0190c2a4-7f6e-7b3c-9a51-3f6f0a9d2c11"), (found.Line, found.Id));
    }

    [Fact]
    public void A_place_of_which_not_all_is_known_is_not_compared()
    {
        Target("F1", 10);
        Assert.Null(Look(Tally(11, facility: "R"), Tally(11, facility: "F2"), Tally(11, facility: "nowhere")).Warnings);
        Target("F2", 10);
        Assert.Equal([1L], Look(Tally(21, facility: "R"), Tally(20, facility: "X")).Warnings!.Select(warning => warning.Line));
    }

    [Fact]
    public void A_day_more_than_five_years_ago_is_told_of_what_was_given()
    {
        var answer = Look(
            Tally(1, on: "2021-04-01"), Tally(1, on: "2021-03-31"), Tally(1, on: "2012-03-01", kind: ",\"kind\":\"historical\""),
            Dose("F1"));
        Assert.Equal((2, 1), (Assert.Single(answer.Warnings!).Line, answer.WarningsTotal));
        Assert.Equal("occurredOn: 2021-03-31 is more than 5 years ago: check the year", answer.Warnings![0].Reason);
    }

    [Fact]
    public void Some_are_listed_by_line_and_all_are_counted()
    {
        Target("F1", 10);
        var warnings = Warnings();
        warnings.Add(7, "read as 7");
        string[] lines = [.. Enumerable.Range(1, 150).Select(_ => Tally(1, on: "2012-03-01"))];
        warnings.Look(Read(1, lines));
        warnings.Look(Read(151, lines));
        var answer = warnings.In(Nothing);
        Assert.Equal((3, 302), (answer.Warnings!.Count, answer.WarningsTotal));
        Assert.Equal(answer.Warnings.OrderBy(warning => warning.Line), answer.Warnings);
        Assert.Equal(1, answer.Warnings.Count(warning => warning.Line == 7));
        Assert.Equal(2, answer.Warnings.Count(warning => warning.Line == 1));
    }

    [Fact]
    public void Nothing_is_made_for_lines_of_which_there_is_nothing_to_say()
    {
        Target("F2", 1_000_000);
        var chunk = Read(1, [.. Enumerable.Range(1, 2_000).Select(number => Tally(1, on: $"2026-03-{(number % 28) + 1:D2}"))]);
        var warnings = Warnings();
        warnings.Look(chunk);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var again = 0; again < 10; again++) warnings.Look(chunk);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Null(warnings.In(Nothing).Warnings);
    }

    private static SubmissionAnswer Nothing => new("S1", 0, 0, 0, [], [], 0, 0);

    private LineWarnings Warnings() => new(new TargetTotals(_reference), Today);

    private SubmissionAnswer Look(params string[] lines)
    {
        var warnings = Warnings();
        warnings.Look(Read(1, lines));
        return warnings.In(Nothing);
    }

    private void Target(string place, long people) => _reference.Apply(new TargetPopulationDocument(
        place, "V", 1, new TargetPopulation(2026, "census", [new TargetCell(null, null, people)]), "local", DateTimeOffset.UnixEpoch));

    private static Chunk Read(long first, params string[] lines)
    {
        var chunk = new Chunk(_ => null);
        chunk.Begin("S1", Today);
        foreach (var (index, line) in lines.Index()) chunk.AddLine(first + index, Encoding.UTF8.GetBytes(line));
        Assert.Empty(chunk.Rejected.Listed);
        return chunk;
    }

    private static string Dose(string facility) =>
        $$"""{"doseId":"0190c2a4-7f6e-7b3c-9a51-3f6f0a9d2c11","facilityId":"{{facility}}","vaccineId":"V","doseNumber":"1","occurredOn":"2026-03-01"}""";

    private static string Tally(
        int count, string facility = "F1", string vaccine = "V", string on = "2026-03-01", string number = "1", string kind = "") =>
        $$"""{"facilityId":"{{facility}}","vaccineId":"{{vaccine}}","doseNumber":"{{number}}","occurredOn":"{{on}}","count":{{count}}{{kind}}}""";
}
