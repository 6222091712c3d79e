using System.Globalization;
using Distribution.Contracts;
using Distribution.Contracts.Shipment.V1;
using Distribution.Shipment.Domain;

namespace Distribution.Shipment.Tests;

public sealed class StateMachineTests
{
    private static readonly Dictionary<ShipmentState, ShipmentState[]> Allowed = new()
    {
        [ShipmentState.Requested] =
            [ShipmentState.Allocated, ShipmentState.Refused, ShipmentState.Cancelled, ShipmentState.EnteredInError],
        [ShipmentState.Allocated] = [ShipmentState.Dispatched, ShipmentState.Cancelled, ShipmentState.EnteredInError],
        [ShipmentState.Dispatched] =
            [ShipmentState.Received, ShipmentState.PartlyReceived, ShipmentState.Returned, ShipmentState.EnteredInError],
        [ShipmentState.Refused] = [ShipmentState.EnteredInError],
        [ShipmentState.Received] = [ShipmentState.EnteredInError],
        [ShipmentState.PartlyReceived] = [ShipmentState.Received, ShipmentState.EnteredInError],
        [ShipmentState.Returned] = [ShipmentState.EnteredInError],
        [ShipmentState.Cancelled] = [ShipmentState.EnteredInError],
        [ShipmentState.EnteredInError] = [],
        [ShipmentState.Discarded] = [],
    };

    [Fact]
    public void Whatever_is_said_in_whatever_order_and_however_often_only_the_allowed_steps_are_taken()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            var route = random.Next(3) switch { 0 => Make.FromOutside, 1 => Make.ToOutside, _ => Make.BetweenFacilities };
            var first = Make.Request(
                route, Make.Line("v1", "A", random.Next(1, 100)), Make.Line("v1", "B", random.Next(1, 100)), Make.Line("v2", "A", 7));
            var shipment = first.Shipment;
            var events = new List<IEvent>(first.Events);
            var inTransit = Sum(InTransit.Change(null, shipment));
            for (var step = 0; step < 30; step++)
            {
                var before = shipment;
                if (Say(random, shipment) is not Outcome.Accepted accepted) continue;
                shipment = accepted.Shipment;
                events.AddRange(accepted.Events);
                inTransit += Sum(InTransit.Change(before, shipment));
                var asksOrStays = before.State is ShipmentState.Allocated && shipment.State is ShipmentState.Allocated;
                var receivedLater = shipment.Later.Count > before.Later.Count;
                Assert.True(asksOrStays || receivedLater || Allowed[before.State].Contains(shipment.State),
                    $"seed {seed}: {before.State} → {shipment.State}");
                Assert.Equal(before.History.Count + (asksOrStays ? 0 : 1), shipment.History.Count);
                Assert.Equal(shipment.State, shipment.History[^1].State);
            }

            var left = shipment.History.Any(at => at.State is ShipmentState.Dispatched);
            var arrived = shipment.ReceivedAt is not null;
            Assert.True(events.OfType<ShipmentRequested>().Count() == (route.FromFacilityId is null ? 0 : 1), $"seed {seed}");
            Assert.True(events.OfType<ShipmentDispatched>().Count() == (left ? 1 : 0), $"seed {seed}");
            Assert.True(events.OfType<ShipmentReceived>().Count() == (arrived ? 1 : 0), $"seed {seed}");
            Assert.True(events.OfType<ShipmentReceivedLater>().Count() == shipment.Later.Count, $"seed {seed}");
            var cancelled = shipment.History.Any(at => at.State is ShipmentState.Cancelled);
            Assert.True(events.OfType<ShipmentCancelled>().Count() == (cancelled ? 1 : 0), $"seed {seed}");
            if (events.OfType<ShipmentEnteredInError>().SingleOrDefault() is { } error)
            {
                // It tells again what was told, or is still looked at.
                Assert.Equal(ShipmentState.EnteredInError, shipment.State);
                if (left) Assert.Equal(Lines(events.OfType<ShipmentDispatched>().Single().Lines), Lines(error.Dispatched!.Lines));
                Assert.Equal(arrived, error.Received is not null);
                Assert.Equal(shipment.Later.Count, error.ReceivedLater.Count);
            }

            Assert.All(shipment.Lines, line => Assert.True(shipment.StillMissing(line) is null or >= 0, $"seed {seed}: found too many"));
            var onTheWay = shipment.State is ShipmentState.Dispatched && route.ToFacilityId is not null ? shipment.Lines.Sum(
                line => line.Doses) : 0;
            Assert.True(inTransit == onTheWay, $"seed {seed}: {inTransit} in transit, not {onTheWay}");
        }
    }

    [Theory]
    [InlineData(nameof(ShipmentState.Requested))]
    [InlineData(nameof(ShipmentState.Refused))]
    [InlineData(nameof(ShipmentState.Cancelled))]
    [InlineData(nameof(ShipmentState.Dispatched))]
    [InlineData(nameof(ShipmentState.Received))]
    [InlineData(nameof(ShipmentState.PartlyReceived))]
    public void Only_an_allocated_shipment_leaves_and_the_refusal_says_the_state(string state)
    {
        var shipment = Make.Request(
            Make.BetweenFacilities, Make.Line("v1", "A", 10)).Shipment with
        { State = Enum.Parse<ShipmentState>(state) };
        var wrong = Assert.IsType<Outcome.WrongState>(Departures.Dispatch(shipment, Make.Noon, Make.NoLots, Make.Stamp));
        Assert.Contains($"is {state}", wrong.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_consignment_from_outside_needs_no_allocation_and_one_from_a_facility_asks_for_it()
    {
        var consignment = Make.Request(Make.FromOutside, Make.Line("v1", "A", 10));
        Assert.Equal(ShipmentState.Allocated, consignment.Shipment.State);
        Assert.Empty(consignment.Events);

        var transfer = Make.Request(Make.BetweenFacilities, Make.Line("v1", null, 10));
        Assert.Equal(ShipmentState.Requested, transfer.Shipment.State);
        var asked = Assert.IsType<ShipmentRequested>(Assert.Single(transfer.Events));
        Assert.Equal("store", asked.FromFacilityId);
        Assert.Equal(10, Assert.Single(asked.Lines).Doses);
    }

    [Fact]
    public void An_allocation_replaces_the_lines_by_lots_and_comes_too_late_for_a_cancelled_shipment()
    {
        var requested = Make.Request(Make.BetweenFacilities, Make.Line("v1", null, 10)).Shipment;
        var expiry = new DateOnly(2021, 6, 30);
        Contracts.Inventory.V1.AllocatedLine[] lots = [new("v1", "A", expiry, 4), new("v1", "B", null, 6)];

        var allocated = Make.Accepted(ShipmentDecisions.Allocate(requested, lots, Make.Stamp));
        Assert.Equal([Make.Line("v1", "A", 4, expiry), Make.Line("v1", "B", 6)], allocated.Lines);
        Assert.Equal(requested.Lines, allocated.RequestedLines);
        Assert.IsType<Outcome.Unchanged>(ShipmentDecisions.Allocate(allocated, lots, Make.Stamp));

        var cancelled = Make.Accepted(ShipmentDecisions.Cancel(requested, "not needed", Make.Stamp));
        Assert.IsType<Outcome.Unchanged>(ShipmentDecisions.Allocate(cancelled, lots, Make.Stamp));
        Assert.IsType<Outcome.Unchanged>(ShipmentDecisions.RefuseAllocation(cancelled, "no stock", Make.Stamp));
    }

    [Fact]
    public void A_receipt_tells_everything_that_the_dispatch_told()
    {
        var dispatched = Make.Dispatched(Make.Line("v1", "A", 10));
        var outcome = Assert.IsType<Outcome.Accepted>(Receipts.Receive(
            dispatched, Make.Receipt(Make.Noon.AddDays(1), "Ada", new ReceiptLine("v1", "A", 7, 2, 1, "broken")), Make.Stamp));
        var received = Assert.IsType<ShipmentReceived>(Assert.Single(outcome.Events));
        Assert.Equal(new ReceivedLine("v1", "A", null, 7, 2, 1, "broken"), Assert.Single(received.Lines));
        Assert.Equal(("s1", "maker", null, "store", null),
            (received.ShipmentId, received.Origin, received.FromFacilityId, received.ToFacilityId, received.Destination));
        Assert.Equal((Make.Noon.AddHours(1), Make.Noon.AddDays(1)), (received.DispatchedAt, received.OccurredAt));
        Assert.Equal(ShipmentState.PartlyReceived, outcome.Shipment.State);
    }

    [Theory]
    [InlineData("2021-01-31T00:00:00+00:00", true)]
    [InlineData("2021-01-30T23:59:59+00:00", false)]
    [InlineData("2021-01-30T23:00:00-05:00", false)]
    [InlineData("2021-01-30T23:30:00-14:00", true)]
    [InlineData("2021-01-31T01:00:00+09:00", true)]
    public void What_arrives_does_so_on_no_day_before_it_left(string at, bool possible)
    {
        // It left at 13:00 of 31 January.
        var outcome = Receipts.Receive(Make.Dispatched(Make.Line("v1", "A", 10)), Make.Receipt(
            DateTimeOffset.Parse(at, CultureInfo.InvariantCulture), null, new ReceiptLine("v1", "A", 10)), Make.Stamp);
        if (possible)
        {
            Assert.IsType<Outcome.Accepted>(outcome);
        }
        else
        {
            var problem = Assert.Single(Assert.IsType<Outcome.Invalid>(outcome).Problems);
            Assert.Equal("occurredAt", problem.Field);
            Assert.Contains("2021-01-31", problem.Problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_left_in_the_evening_may_arrive_on_that_day_whatever_the_offset_that_the_sender_sent()
    {
        var shipment = Make.Request(Make.FromOutside, Make.Line("v1", "A", 10)).Shipment;
        var left = Make.Accepted(Departures.Dispatch(
            shipment, new DateTimeOffset(2021, 2, 1, 1, 0, 0, TimeSpan.Zero), Make.NoLots, Make.Stamp));
        var at = new DateTimeOffset(2021, 1, 31, 0, 0, 0, TimeSpan.FromHours(-5));
        var line = new ReceiptLine("v1", "A", 10);
        Assert.IsType<Outcome.Accepted>(Receipts.Receive(left, Make.Receipt(at, null, line), Make.Stamp));
        Assert.IsType<Outcome.Invalid>(Receipts.Receive(left, Make.Receipt(at.AddSeconds(-1), null, line), Make.Stamp));
    }

    [Fact]
    public void A_past_consignment_left_and_arrived_in_full_and_was_never_in_transit()
    {
        var past = ShipmentDecisions.Past(
            Make.Start(Make.FromOutside), Make.Noon, Make.Noon, [Make.Line("v1", null, 10)], Make.Stamp);
        Assert.Equal(ShipmentState.Received, past.Shipment.State);
        Assert.Equal([typeof(ShipmentDispatched), typeof(ShipmentReceived)], past.Events.Select(told => told.GetType()));
        Assert.Empty(InTransit.Change(null, past.Shipment));
    }

    [Fact]
    public void A_past_consignment_of_no_doses_is_kept_and_told_to_no_one()
    {
        var past = ShipmentDecisions.Past(
            Make.Start(Make.FromOutside), Make.Noon, Make.Noon, [Make.Line("v1", null, 0)], Make.Stamp);
        Assert.Single(past.Shipment.Lines);
        Assert.Empty(past.Events);
    }

    [Fact]
    public void A_dispatch_fills_in_the_expiry_that_is_known_of_the_lot_and_keeps_what_was_said()
    {
        var known = new DateOnly(2021, 6, 30);
        var said = new DateOnly(2021, 7, 31);
        var lots = new Dictionary<LotKey, LotRecord>
        {
            [new("v1", "A")] = new("v1", "A", 1, known, Lots.Approved, null),
            [new("v1", "B")] = new("v1", "B", 1, known, Lots.Approved, null),
        };
        var shipment = Make.Request(
            Make.FromOutside, Make.Line("v1", "A", 1), Make.Line("v1", "B", 1, said), Make.Line("v1", null, 1)).Shipment;
        var lines = Make.Accepted(Departures.Dispatch(shipment, Make.Noon, lots, Make.Stamp)).Lines;
        Assert.Equal([known, said, null], lines.Select(line => line.ExpirationDate));
    }

    [Fact]
    public void Recalled_quarantined_and_expired_lots_and_odd_times_are_warned_of()
    {
        var lots = new Dictionary<LotKey, LotRecord>
        {
            [new("v1", "A")] = new("v1", "A", 1, null, "RECALLED", new DateOnly(2021, 1, 1)),
            [new("v1", "B")] = new("v1", "B", 1, new DateOnly(2021, 1, 30), Lots.Approved, null),
            [new("v1", "C")] = new("v1", "C", 1, new DateOnly(2021, 1, 31), Lots.Approved, null),
        };
        var shipment = Make.Dispatched(
            Make.Line("v1", "A", 1), Make.Line("v1", "B", 1), Make.Line("v1", "C", 1)) with
        { DispatchedAt = Make.Noon.AddDays(-1) };
        Assert.Equal(
            ["dispatched before it was requested", "v1 lot A is RECALLED from 2021-01-01", "v1 lot B expired on 2021-01-30"],
            Lots.Warnings(shipment, lots, Make.Noon));
    }

    private static long Sum(IReadOnlyDictionary<string, long> change) => change.Values.Sum();

    private static Outcome Say(Random random, ShipmentRecord shipment)
    {
        var at = Make.Noon.AddHours(random.Next(-48, 48));
        return random.Next(7) switch
        {
            0 => ShipmentDecisions.Allocate(shipment, Make.Allocation(shipment.Lines), Make.Stamp),
            1 when random.Next(3) == 0 => ShipmentDecisions.RefuseAllocation(shipment, "no stock", Make.Stamp),
            2 => Departures.Dispatch(shipment, at, Make.NoLots, Make.Stamp),
            3 => Departures.Answer(shipment, new(
                "s1", shipment.DispatchAttempts - random.Next(2), random.Next(3) == 0 ? "recalled" : null), Make.Noon),
            4 when random.Next(3) == 0 => ShipmentDecisions.Cancel(shipment, "not needed", Make.Stamp),
            5 when random.Next(8) == 0 => ShipmentDecisions.EnterInError(shipment, "typed wrongly", Make.Stamp),
            5 => Receipts.ReceiveLater(shipment, new(
                Make.Noon.AddDays(9 + random.Next(20)), null, null, false, [.. shipment.Lines.Select(line => new ReceiptLine(
                    line.VaccineId, line.LotNumber, random.NextInt64((shipment.StillMissing(line) ?? 0) + 2)))]), Make.Stamp),
            _ => Receipts.Receive(shipment, new(
                at, null, null, random.Next(6) == 0, [.. shipment.Lines.Select(line => Receipt(random, line))]), Make.Stamp),
        };
    }

    private static IEnumerable<(string, string?, long)> Lines(IEnumerable<ShipmentLine> lines) =>
        lines.Select(line => (line.VaccineId, line.LotNumber, line.Doses));

    private static ReceiptLine Receipt(Random random, ConsignedLine line)
    {
        var rejected = random.Next(4) == 0 ? random.NextInt64(line.Doses + 1) : 0;
        var missing = random.Next(3) == 0 ? random.NextInt64(line.Doses - rejected + 1) : 0;
        return new(line.VaccineId, line.LotNumber, line.Doses - rejected - missing, rejected, missing, rejected > 0 ? "broken" : null);
    }
}
