using System.Text.Json.Nodes;

namespace Distribution.Simulation.Tests;

/// <summary>Those who move stock: consignments of the past, shipments step by step, corrections of the stock.</summary>
internal sealed class Logistics(Random random, Model model, Client client)
{
    private const int DosesMax = 60;
    private static readonly string[] StockKinds = ["adjustments", "wastage", "counts", "quarantine", "quarantine/release"];
    private readonly Dictionary<string, ShipmentFacts> _asked = [];
    private readonly List<string> _past = [];
    private int _next;

    /// <summary>A few consignments of the past: into a facility, out of one, or between two.</summary>
    public Ask Past()
    {
        var facts = new List<ShipmentFacts>();
        var bodies = new List<string>();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var (shipment, body) = NewShipment("p", inbound: 3);
            var lines = Lines();
            body["dispatchedAt"] = World.Instant(random);
            body["receivedAt"] = "2024-05-20T00:00:00Z";
            body["lines"] = new JsonArray([.. lines.Select(ShippedLine)]);
            shipment.Dispatched = lines;
            shipment.Received = [.. lines.Select(line => new Arrived(line.Vaccine, line.Lot, line.Doses, 0, 0))];
            facts.Add(shipment);
            _past.Add(shipment.Id);
            bodies.Add(body.ToJsonString());
        }

        var text = string.Join('\n', bodies);
        return new Ask($"past {text}", HttpMethod.Post, "shipments/bulk", text, (answer, _) =>
        {
            // Whoever did not hear the answer may be told that it was given up since.
            var givenUp = answer.Json["conflicts"]!.AsArray()
                .Count(line => ((string)line!["reason"]!).StartsWith("was discarded", StringComparison.Ordinal));
            var taken = (long)answer.Json["accepted"]! + (long)answer.Json["held"]! + (long)answer.Json["duplicates"]! + givenUp;
            if (taken != facts.Count) throw new InvalidOperationException($"past consignments were not all taken: {answer}\n{text}");
            foreach (var shipment in facts) model.Learn(shipment);
        })
        { MediaType = "application/x-ndjson", Keyed = false };
    }

    /// <summary>Asks for a shipment: mostly of what is there, when it is from a facility.</summary>
    public async Task<Ask> Request()
    {
        var (shipment, body) = NewShipment("t", inbound: 1);
        var lines = Lines();
        if (shipment.From is { } from && await Stock($"?facilityId={from}") is { Count: > 0 } stock && random.Next(4) > 0)
        {
            lines = [.. stock.Take(random.Next(1, 4)).Select(at =>
                new Consigned(at.Vaccine, random.Next(3) == 0 ? null : at.Lot, random.NextInt64(1, at.Doses + 1)))];
            lines = [.. lines.DistinctBy(line => (line.Vaccine, line.Lot)).DefaultIfEmpty(Lines()[0])];
        }

        body["requestedAt"] = World.Instant(random);
        body["lines"] = new JsonArray([.. lines.Select(ShippedLine)]);
        return Ask.Post($"request {body.ToJsonString()}", "shipments", body, (answer, _) =>
        {
            if (!answer.Accepted) throw new InvalidOperationException($"shipment {shipment.Id} was refused: {answer}");
            _asked[shipment.Id] = shipment;
            model.Learn(shipment);
        });
    }

    /// <summary>Takes some shipment a step further, or calls it off, whether its state allows it or not.</summary>
    public async Task<Ask?> Advance()
    {
        if (_asked.Count == 0) return null;
        var shipment = random.Pick([.. _asked.Values]);
        if ((await client.Get($"shipments/{shipment.Id}"))?.Json is not { } view) return null;

        // What has come to an end is tried now and then, for it must stay refused.
        if ((string?)view["state"] is "refused" or "cancelled" or "received" or "enteredInError" or "discarded" && random.Next(3) > 0)
            _asked.Remove(shipment.Id);
        var lines = view["lines"]!.AsArray()
            .Select(line => new Consigned((string)line!["vaccineId"]!, (string?)line["lotNumber"], (long)line["doses"]!)).ToList();
        return random.Next(8) switch
        {
            0 => Cancel(shipment),
            1 => Dispatch(shipment),
            2 => Receive(shipment, lines),
            > 2 when (string?)view["state"] is "partlyReceived" => ReceiveLater(shipment, view),
            _ when (string?)view["state"] is "dispatched" => Receive(shipment, lines),
            _ => Dispatch(shipment),
        };
    }

    /// <summary>Marks some shipment as entered in error, wherever it stands.</summary>
    public Ask? TakeBack()
    {
        if (model.Shipments.Count == 0) return null;
        var shipment = random.Pick([.. model.Shipments.Values]);
        return TakeBack(shipment.Id);
    }

    /// <summary>Marks consignments of the past as entered in error; each is not found before it is known.</summary>
    public IEnumerable<Ask> TakeBackPast() =>
        [.. _past.Where(_ => random.Next(5) == 0).Select(id => TakeBack(id) with { UntilAccepted = true })];

    private Ask TakeBack(string shipmentId) => Ask.Post(
        $"error {shipmentId}", $"shipments/{shipmentId}/entered-in-error",
        new { requestId = $"e{++_next}", reason = "typed wrongly" }, (answer, _) =>
        {
            if (answer.Accepted) model.TakeBack(shipmentId);
        });

    /// <summary>Gives up something that is held.</summary>
    public async Task<Ask?> Discard()
    {
        var held = (await client.Get("inventory/held"))?.Json["items"]!.AsArray()
            .Where(item => (string?)item!["shipmentId"] is not null).ToList() ?? [];
        if (held.Count == 0) return null;
        var one = random.Pick(held)!;
        var (id, shipment) = ((string)one["heldId"]!, (string)one["shipmentId"]!);
        return Ask.Post($"give-up {shipment}", $"inventory/held/{id}/discard", new { requestId = $"g{++_next}", reason = "mistyped" },
            (answer, _) =>
            {
                if (answer.Accepted) model.TakeBack(shipment);
            });
    }

    /// <summary>Learns which shipments have left: what a facility sends leaves when Inventory has looked at it.</summary>
    public async Task Learn()
    {
        foreach (var shipment in model.Shipments.Values.Where(shipment => shipment is { From: not null, Dispatched: null }))
        {
            var view = (await client.Get($"shipments/{shipment.Id}"))!;
            if (view.Json["dispatchedAt"] is not null) shipment.Dispatched = Shipped(view);
        }
    }

    /// <summary>An adjustment, wastage, count, quarantine or release: mostly of what is there.</summary>
    public async Task<Ask> Correct()
    {
        var kind = random.Pick(StockKinds);
        var id = $"c{++_next}";
        var facility = random.Pick(World.Reporters);
        var lines = Lines(allowUnknown: false);
        if (random.Next(5) > 0 && await Stock("", kind == "quarantine/release" ? "quarantined" : "onHand") is { Count: > 0 } stock)
        {
            facility = random.Pick(stock).Facility;
            lines = [.. stock.Where(at => at.Facility == facility).Take(random.Next(1, 3))
                .Select(at => new Consigned(at.Vaccine, at.Lot, random.NextInt64(1, at.Doses + 1)))];
        }

        if (kind == "adjustments") lines = [.. lines.Select(line => random.Next(2) == 0 ? line : line with { Doses = -line.Doses })];
        var body = new JsonObject
        {
            ["requestId"] = id,
            ["facilityId"] = facility,
            // Mostly when all that is known has come; dated back, much of it is refused.
            ["occurredAt"] = random.Next(4) > 0 ? "2024-06-01T08:00:00Z" : World.Instant(random),
            ["reason"] = "broken",
            ["lines"] = new JsonArray([.. lines.Select(LineBody)]),
        };
        return Ask.Post($"{kind} {body.ToJsonString()}", "stock/" + kind, body, (answer, _) =>
        {
            if (!answer.Accepted) model.RefusedCommands.Add(id);
            else model.Commands.Add(new(kind, id, facility, lines, [.. answer.Json["entries"]!.AsArray().Select(entry => (string)entry!)]));
        });
    }

    /// <summary>Reverses an entry of an accepted command, perhaps for the second time.</summary>
    public Ask? Reverse()
    {
        var entries = model.Commands.SelectMany(command => command.Entries).ToList();
        if (entries.Count == 0) return null;
        var entry = random.Pick(entries);
        var id = $"v{++_next}";
        return Ask.Post(
            $"reverse {entry} by {id}", $"ledger/entries/{entry}/reverse", new { requestId = id, reason = "typed wrongly" }, (answer, _) =>
        {
            if (answer.Accepted) model.Reversals.Add(id, entry);
            else model.RefusedCommands.Add(id);
        });
    }

    private async Task<List<Position>> Stock(string scope, string account = "onHand") =>
        (await client.Get("stock" + scope))?.Json["items"]!.AsArray()
            .Select(item =>
                new Position((string)item!["facilityId"]!, (string)item["vaccineId"]!, (string?)item["lotNumber"], (long)item[account]!))
            .Where(at => at.Doses > 0)
            .ToList() ?? [];

    private Ask Dispatch(ShipmentFacts shipment) =>
        // Mostly when all that is known has come; dated back, much of it stays.
        Ask.Post($"dispatch {shipment.Id}", $"shipments/{shipment.Id}/dispatch",
            new { occurredAt = random.Next(4) > 0 ? "2024-05-22T00:00:00Z" : World.Instant(random) }, (answer, _) =>
        {
            if (answer.Code == 200) shipment.Dispatched ??= Shipped(answer);
        }) with
        { Keyed = false };

    /// <summary>Some of what was missing comes after the rest.</summary>
    private Ask ReceiveLater(ShipmentFacts shipment, JsonNode view)
    {
        var came = view["lines"]!.AsArray()
            .Select(line => (Line: line!, Missing: (long?)line!["stillMissing"] ?? (long?)line["missing"] ?? 0))
            .Where(line => line.Missing > 0)
            .Select(line => new Consigned((string)line.Line["vaccineId"]!, (string?)line.Line["lotNumber"],
                random.NextInt64(1, line.Missing + 1))).ToList();
        var body = new
        {
            occurredAt = $"2024-05-{random.Next(26, 31)}T00:00:00Z",
            lines = came.Select(line => new { vaccineId = line.Vaccine, lotNumber = line.Lot, accepted = line.Doses }),
        };
        return Ask.Post($"later {shipment.Id} {Ask.Json(body)}", $"shipments/{shipment.Id}/receive", body, (answer, _) =>
        {
            // The same at the same time is a repeat.
            if (answer.Accepted && shipment.HeardLater.Add(Ask.Json(body))) shipment.Later.AddRange(came);
        }) with
        { Keyed = false };
    }

    private Ask Receive(ShipmentFacts shipment, List<Consigned> lines)
    {
        var full = random.Next(2) == 0;
        var arrived = lines.Select(line =>
        {
            var missing = full ? 0 : random.NextInt64(line.Doses + 1) / 3;
            var rejected = full ? 0 : random.NextInt64(line.Doses - missing + 1) / 3;
            return new Arrived(line.Vaccine, line.Lot, line.Doses - missing - rejected, rejected, missing);
        }).ToList();
        var body = new
        {
            occurredAt = "2024-05-25T00:00:00Z",
            lines = arrived.Select(line => new
            {
                vaccineId = line.Vaccine,
                lotNumber = line.Lot,
                accepted = line.Accepted,
                rejected = line.Rejected,
                missing = line.Missing,
                reason = line.Rejected + line.Missing > 0 ? "frozen" : null,
            }),
        };
        return Ask.Post($"receive {shipment.Id} {Ask.Json(body)}", $"shipments/{shipment.Id}/receive", body, (answer, _) =>
        {
            if (!answer.Accepted) return;
            var shipped = Shipped(answer);
            shipment.Dispatched ??= shipped;
            // A line that was made before the stock was allocated names no lot: it is received as the one lot that was sent.
            var lots = shipped.ToLookup(line => line.Vaccine, line => line.Lot);
            List<Arrived> received = [.. arrived.Select(
                line => line.Lot is null && !lots[line.Vaccine].Contains(null) ? line with { Lot = lots[line.Vaccine].Single() } : line)];
            if (shipment.Received is not null && !shipment.Received.SequenceEqual(received))
                throw new InvalidOperationException($"shipment {shipment.Id} was received twice: {answer}");
            shipment.Received = received;
        });
    }

    private static Ask Cancel(ShipmentFacts shipment) =>
        Ask.Post($"cancel {shipment.Id}", $"shipments/{shipment.Id}/cancel", new { reason = "not needed" }, (_, _) => { });

    private static List<Consigned> Shipped(Answer answer) => [.. answer.Json["lines"]!.AsArray()
        .Select(line => new Consigned((string)line!["vaccineId"]!, (string?)line["lotNumber"], (long)line["doses"]!))];

    private (ShipmentFacts Shipment, JsonObject Body) NewShipment(string kind, int inbound)
    {
        var id = $"{kind}{++_next}";
        var (from, to) = (random.Pick(World.Reporters), random.Pick(World.Reporters));
        var route = random.Next(inbound + 2);
        var shipment = route == 0 || (from == to && route == 1) ? new ShipmentFacts { Id = id, From = from }
            : route == 1 ? new ShipmentFacts { Id = id, From = from, To = to }
            : new ShipmentFacts { Id = id, To = random.Next(15) == 0 && kind == "p" ? World.UnknownFacility : to };
        var body = new JsonObject { ["shipmentId"] = id };
        if (shipment.From is null) body["origin"] = "Maker";
        else body["fromFacilityId"] = shipment.From;
        if (shipment.To is null) body["destination"] = "Ally";
        else body["toFacilityId"] = shipment.To;
        return (shipment, body);
    }

    private List<Consigned> Lines(bool allowUnknown = true)
    {
        var lines = Enumerable.Range(0, random.Next(1, 4)).Select(_ => new Consigned(
            allowUnknown && random.Next(30) == 0 ? World.UnknownVaccine : random.Pick(World.Vaccines),
            random.Pick(World.LotNumbers), random.Next(1, DosesMax)));
        return [.. lines.DistinctBy(line => (line.Vaccine, line.Lot))];
    }

    private JsonNode ShippedLine(Consigned line)
    {
        var body = LineBody(line);
        if (line.Lot is not null && random.Next(2) == 0) body["expirationDate"] = World.Date(random.Pick(World.Expiries));
        return body;
    }

    private static JsonNode LineBody(Consigned line)
    {
        var body = new JsonObject { ["vaccineId"] = line.Vaccine, ["doses"] = line.Doses };
        if (line.Lot is not null) body["lotNumber"] = line.Lot;
        return body;
    }

    private sealed record Position(string Facility, string Vaccine, string? Lot, long Doses);
}
