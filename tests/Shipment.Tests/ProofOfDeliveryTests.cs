using Distribution.Shipment.Domain;

namespace Distribution.Shipment.Tests;

public sealed class ProofOfDeliveryTests
{
    private static readonly ConsignedLine[] Shipped = [Make.Line("v1", "A", 100), Make.Line("v1", "B", 50), Make.Line("v2", "C", 10)];

    [Fact]
    public void A_receipt_is_taken_exactly_when_every_line_adds_up_to_what_was_shipped()
    {
        var taken = 0;
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var shipped = Enumerable.Range(0, random.Next(1, 5)).Select(at => Make.Line($"v{at % 2}", $"lot{at}", random.Next(1, 20)))
                .ToArray();
            var receipt = shipped.Select(line => Guess(random, line)).OrderBy(_ => random.Next()).ToList();
            if (random.Next(8) == 0) receipt.RemoveAt(0);
            if (random.Next(8) == 0 && receipt.Count > 0) receipt.Add(receipt[0]);

            var received = ProofOfDelivery.Compare(shipped, receipt, out var problems);

            var right = receipt.Count == shipped.Length && receipt.Distinct().Count() == receipt.Count && receipt.All(line =>
                line.Accepted is >= 0 && line.Rejected is null or >= 0 && line.Missing is null or >= 0
                && line.Accepted + (line.Rejected ?? 0) + (line.Missing ?? 0) == shipped.Single(of => of.LotNumber == line.LotNumber).Doses
                && (line.Rejected is null or 0 || line.Reason is not null));
            Assert.True(right == (problems.Count == 0), $"seed {seed}: {string.Join("; ", problems)}");
            if (!right) continue;
            taken++;
            Assert.True(shipped.Select(line => line.Key).SequenceEqual(received.Select(line => line.Key)), $"seed {seed}");
            Assert.All(received, line => Assert.Equal(line.Doses, line.Accepted + line.Rejected + line.Missing));
        }

        Assert.InRange(taken, 100, 1900);
    }

    [Fact]
    public void More_than_was_shipped_is_refused_with_the_numbers() => Refused(
        "lines[0]", "v1 lot A: accepted 90 + rejected 8 + missing 3 = 101 doses, but 100 were shipped: say extra: 1 for those beyond, "
            + "with a reason, and the others as what was shipped",
        new("v1", "A", 90, 8, 3, "broken"), new("v1", "B", 50), new("v2", "C", 10));

    [Fact]
    public void Less_than_was_shipped_is_refused_saying_how_many_are_missing() => Refused(
        "lines[1].missing", "v1 lot B: accepted 40 + rejected 3 + missing 0 = 43 of 50 doses shipped: say missing: 7",
        new("v1", "A", 100), new("v1", "B", 40, 3, null, "broken"), new("v2", "C", 10));

    [Fact]
    public void Rejected_doses_need_a_reason() => Refused(
        "lines[0].reason", "v1 lot A: 1 rejected doses need a reason",
        new("v1", "A", 99, 1), new("v1", "B", 50), new("v2", "C", 10));

    [Fact]
    public void A_line_that_was_shipped_and_is_not_accounted_for_is_named() => Refused(
        "lines", "v1 lot B, 50 doses shipped, is not accounted for: add a line for it", new("v1", "A", 100), new("v2", "C", 10));

    [Fact]
    public void A_line_that_was_never_shipped_is_named_with_what_was() => Refused(
        "lines[3]", "the shipment has no lot 'X' of v1: its lots are A, B",
        new("v1", "A", 100), new("v1", "B", 50), new("v2", "C", 10), new("v1", "X", 1));

    [Fact]
    public void A_vaccine_that_was_never_shipped_is_named_with_what_was() => Refused(
        "lines[3]", "the shipment has no 'v9': it has v1, v2",
        new("v1", "A", 100), new("v1", "B", 50), new("v2", "C", 10), new("v9", null, 1));

    [Fact]
    public void The_same_line_twice_is_refused() => Refused(
        "lines[3]", "is v1 lot A again, as lines[0]: add them up in one line",
        new("v1", "A", 50), new("v1", "B", 50), new("v2", "C", 10), new("v1", "A", 50));

    [Fact]
    public void A_vaccine_is_told_by_lot_or_in_all() => Refused(
        "lines[1]", "is the total of v1, and lines[0] is of it too: name the lot in each line of a vaccine, or in none",
        new("v1", "A", 100), new("v1", null, 50), new("v2", null, 10));

    [Fact]
    public void A_lot_after_the_total_of_its_vaccine_is_refused_likewise() => Refused(
        "lines[1]", "is v1 lot A, and lines[0] is the total of v1: name the lot in each line of a vaccine, or in none",
        new("v1", null, 150), new("v1", "A", 100), new("v2", null, 10));

    [Fact]
    public void A_total_that_is_not_what_was_shipped_is_refused_with_the_numbers() => Refused(
        "lines[0].missing", "v1 in all lots: accepted 120 + rejected 0 + missing 0 = 120 of 150 doses shipped: say missing: 30",
        new("v1", null, 120), new("v2", null, 10));

    [Fact]
    public void A_line_without_a_lot_is_the_total_of_the_vaccine_of_which_what_expires_first_was_accepted()
    {
        // By expiry: B, A, and D, of which none is known.
        ConsignedLine[] shipped =
        [
            Make.Line("v1", "D", 30), Make.Line("v1", "A", 100) with { ExpirationDate = new(2027, 5, 1) },
            Make.Line("v1", "B", 50) with { ExpirationDate = new(2027, 1, 1) }, Make.Line("v2", "C", 10),
        ];
        ReceiptLine[] lines = [new("v2", null, 10), new("v1", null, 140, 15, 25, "a box fell", Extra: 2)];
        var received = Make.Accepted(Receipts.Receive(Make.Dispatched(shipped), Make.Receipt(Make.Noon, "Ada", lines), Make.Stamp));
        Assert.Equal(
            [(0, 5, 25, null), (90, 10, 0, null), (50, 0, 0, 2L), (10, 0, 0, (long?)null)],
            received.Lines.Select(line => (line.Accepted!.Value, line.Rejected!.Value, line.Missing!.Value, line.Extra)));
        Assert.Equal(["a box fell", "a box fell", "a box fell", null], received.Lines.Select(line => line.Reason));
        Assert.True(Receipts.IsRepeat(received, Make.Receipt(Make.Noon, "Ada", lines)));

        // What had been missing, also in all.
        var later = Make.Accepted(Receipts.ReceiveLater(
            received, Make.Receipt(Make.Noon.AddDays(1), "Ada", new ReceiptLine("v1", null, 20, 1, null, "wet")), Make.Stamp));
        Assert.Equal([("D", 20, 1)], later.Later[0].Lines.Select(line => (line.LotNumber!, line.Accepted!.Value, line.Rejected!.Value)));
        var beyond = Receipts.ReceiveLater(
            received, Make.Receipt(Make.Noon.AddDays(1), "Ada", new ReceiptLine("v1", null, 26)), Make.Stamp);
        Assert.Contains("v1 has 25 of 180 doses missing", Assert.IsType<Outcome.WrongState>(beyond).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Negative_doses_are_refused() => Refused(
        "lines[0].rejected", "-5 doses: must be 0 or more, and no more than were shipped",
        new("v1", "A", 105, -5), new("v1", "B", 50), new("v2", "C", 10));

    [Fact]
    public void A_receipt_without_lines_is_refused()
    {
        foreach (var lines in new IReadOnlyList<ReceiptLine?>?[] { null, [] })
        {
            ProofOfDelivery.Compare(Shipped, lines, out var problems);
            Assert.Equal("lines", Assert.Single(problems).Field);
        }
    }

    [Fact]
    public void A_receipt_that_comes_again_is_the_same_whatever_its_order_and_its_unsaid_zeros()
    {
        var received = Make.Accepted(Receipts.Receive(Make.Dispatched(Shipped), Make.Receipt(Make.Noon, "Ada",
            new("v1", "A", 90, null, 10), new("v1", "B", 50, 0), new("v2", "C", 10)), Make.Stamp));

        ReceiptLine[] again = [new("v2", null, 10, 0, 0, "all is well"), new("v1", "B", 50), new("v1", "A", 90, 0, 10)];
        Assert.True(Receipts.IsRepeat(received, Make.Receipt(Make.Noon.ToOffset(TimeSpan.FromHours(3)), "Ada", again)));
        Assert.False(Receipts.IsRepeat(received, Make.Receipt(Make.Noon.AddSeconds(1), "Ada", again)));
        Assert.False(Receipts.IsRepeat(received, Make.Receipt(Make.Noon, "Bob", again)));
        Assert.False(Receipts.IsRepeat(received, Make.Receipt(Make.Noon, "Ada", [.. again[..2], new("v1", "A", 91, 0, 9)])));
        Assert.False(Receipts.IsRepeat(received, Make.Receipt(Make.Noon, "Ada", again[..2])));
    }

    private static void Refused(string field, string problem, params ReceiptLine[] receipt)
    {
        var refused = Assert.IsType<Outcome.Invalid>(
            Receipts.Receive(Make.Dispatched(Shipped), Make.Receipt(Make.Noon, null, receipt), Make.Stamp));
        Assert.Contains(new FieldProblem(field, problem), refused.Problems);
    }

    private static ReceiptLine Guess(Random random, ConsignedLine line)
    {
        var rejected = random.NextInt64(-1, 3);
        long? missing = random.Next(2) == 0 ? null : random.NextInt64(0, 3);
        var accepted = line.Doses - rejected - (missing ?? 0) + (random.Next(6) == 0 ? random.Next(-1, 2) : 0);
        return new(
            line.VaccineId, line.LotNumber, accepted, rejected == 0 ? null : rejected, missing, random.Next(5) == 0 ? null : "broken");
    }
}
