using Distribution.Shipment.Domain;

namespace Distribution.Shipment.Tests;

public sealed class FingerprintTests
{
    private static readonly ConsignedLine[] Lines =
        [Make.Line("v1", "A", 10), Make.Line("v1", null, 5), Make.Line("v2", "A", 7, new DateOnly(2021, 6, 30))];

    private static readonly string Original = Fingerprints.OfRequest(Make.FromOutside, null, false, Make.Noon, Lines);

    [Fact]
    public void The_order_of_the_lines_and_the_offset_of_the_time_do_not_matter()
    {
        Assert.Equal(Original, Fingerprints.OfRequest(Make.FromOutside, null, false, Make.Noon, [.. Lines.Reverse()]));
        Assert.Equal(Original, Fingerprints.OfRequest(Make.FromOutside, null, false, Make.Noon.ToOffset(TimeSpan.FromHours(-5)), Lines));
    }

    [Fact]
    public void Any_other_difference_does()
    {
        string[] others =
        [
            Original,
            Fingerprints.OfRequest(Make.FromOutside with { Origin = "donor" }, null, false, Make.Noon, Lines),
            Fingerprints.OfRequest(Make.FromOutside with { ToFacilityId = "clinic" }, null, false, Make.Noon, Lines),
            Fingerprints.OfRequest(new(null, "maker", "store", null), null, false, Make.Noon, Lines),
            Fingerprints.OfRequest(Make.FromOutside, null, false, Make.Noon.AddTicks(1), Lines),
            Fingerprints.OfRequest(Make.FromOutside, null, false, Make.Noon, Lines[..2]),
            Fingerprints.OfRequest(Make.FromOutside, null, false, Make.Noon, [Lines[0] with { Doses = 11 }, .. Lines[1..]]),
            Fingerprints.OfRequest(Make.FromOutside, null, false, Make.Noon, [Lines[0] with { LotNumber = "a" }, .. Lines[1..]]),
            Fingerprints.OfRequest(Make.FromOutside, null, false, Make.Noon, [.. Lines[..2], Lines[2] with { ExpirationDate = null }]),
            Fingerprints.OfPast(Make.FromOutside, null, Make.Noon, Make.Noon, Lines),
            Fingerprints.OfRequest(Make.FromOutside, null, true, Make.Noon, Lines),
            Fingerprints.OfRequest(Make.FromOutside, "wrong", false, Make.Noon, Lines),
        ];
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    [Fact]
    public void Lines_of_one_lot_mean_their_sum()
    {
        var merged = Lots.Merge([Make.Line("v1", "A", 4), Make.Line("v2", "A", 7, new DateOnly(2021, 6, 30)), Make.Line("v1", "A", 6),
            Make.Line("v1", null, 5)]);
        Assert.Equal(
            [("v1", "A", 10), ("v2", "A", 7), ("v1", null, 5)], merged.Select(line => (line.VaccineId, line.LotNumber, line.Doses)));
        Assert.Equal(Original, Fingerprints.OfRequest(Make.FromOutside, null, false, Make.Noon, merged));
    }
}
