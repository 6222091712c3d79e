using Distribution.Administration.Domain;
using Distribution.Contracts.Administration.V1;

namespace Distribution.Administration.Tests;

public sealed class CellsTests
{
    private static readonly DateOnly Day = new(2026, 3, 1);

    [Fact]
    public void A_report_that_none_were_given_is_counted_by_its_day_at_every_place_above_and_makes_no_dose()
    {
        var none = new AdministeredSum("F", "V", null, "1", Day, null, null, null, 0);
        CellDelta[] expected = [new(Cells.Nones, "F|V", "2026-03-01", 1), new(Cells.Nones, "R|V", "2026-03-01", 1)];
        Assert.Equal(expected, Cells.Of([none], PathOf));
        Assert.Equal([.. expected, .. expected], Cells.Of([none, none with { DoseNumber = "2" }], PathOf));
        Assert.Equal([-1, -1], Cells.Of([none], PathOf, sign: -1).Select(delta => delta.Doses));
        var withDoses = Cells.Of([none, none with { Doses = 5 }], PathOf).ToLookup(delta => delta.Family, delta => delta.Doses);
        Assert.Equal([1, 1], withDoses[Cells.Nones]);
        Assert.Equal([5, 5], withDoses[Cells.DoseTotals]);
    }

    [Fact]
    public void Subpotent_doses_are_none_of_the_series_and_doses_all_the_same()
    {
        var subpotent = new AdministeredSum("F", "V", null, "1", Day, null, null, null, 3, DoseKinds.Subpotent);
        var cells = Cells.Of([subpotent, subpotent with { DoseNumber = "2" }, subpotent with { Kind = null }], PathOf)
            .Where(delta => delta.Partition == "R|V").ToLookup(delta => delta.Family, delta => (delta.Key, delta.Doses));
        Assert.Equal([("1", 3), ("subpotent", 6)], cells[Cells.DoseTotals].Order());
        Assert.Equal([("2026-03-01", 9)], cells[Cells.Dates]);
    }

    [Fact]
    public void What_moves_with_a_place_leaves_the_places_above_it_for_others()
    {
        var own = new Dictionary<string, long> { ["2026-03-01"] = 2 };
        var moved = Cells.Move(Cells.Nones, "F", "V", own, new Dictionary<string, long>(), new Dictionary<string, long>(), ["R1"], ["R2"]);
        Assert.Equal([new(Cells.Nones, "R1|V", "2026-03-01", -2), new(Cells.Nones, "R2|V", "2026-03-01", 2)], moved);
    }

    private static string[] PathOf(string facility) => [facility, "R"];
}
