using System.Text.Json.Nodes;

namespace Distribution.Simulation.Tests;

/// <summary>What must hold of the ledger and the shipments when everything has come to rest.</summary>
internal sealed class LedgerInvariants(Client client, Model model, Places places, Findings findings)
{
    private static readonly string[] Facilitywise = ["onHand", "quarantined", "administered", "wasted", "adjusted"];
    private static readonly string[] StockKinds = ["adjustment", "wastage", "count", "quarantine", "release", "reverse"];

    public async Task Check()
    {
        var ledger = await Ledger.Read(client);
        foreach (var entry in ledger.Entries)
            findings.Require(
                (entry.Doses > 0 || entry.Kind is "count" or "reversal") && entry.From != entry.To, $"a senseless entry: {entry}");
        await CheckStock(ledger);
        await CheckBalances(ledger);
        await CheckDays(ledger);
        CheckCommands(ledger);
        CheckReversals(ledger);
        await CheckShipments(ledger);
    }

    private async Task CheckStock(Ledger ledger)
    {
        var positions = await Ledger.ReadAll(client, "stock");
        foreach (var account in (string[])["onHand", "quarantined"])
        {
            var shown = Sums(positions.Select(item => (Position(item), (long)item[account]!)));
            var added = Sums(ledger.Accounts.Where(sum => sum.Key.Account == account)
                .Select(sum => ((sum.Key.Facility!, sum.Key.Vaccine, sum.Key.Lot), sum.Value)));
            findings.Same($"{account} by facility, vaccine and lot: entries and stock", added, shown);
            foreach (var (at, doses) in shown) findings.Require(doses >= 0, $"{account} of {at} is {doses}");
        }

        var reserved = new List<((string, string, string?), long)>();
        foreach (var shipment in model.Shipments.Values
            .Where(shipment => shipment is { From: not null, Dispatched: null, TakenBack: false }))
        {
            var view = (await client.Get($"shipments/{shipment.Id}"))!.Json;
            if ((string?)view["state"] is not "allocated") continue;
            reserved.AddRange(view["lines"]!.AsArray().Select(line =>
                ((shipment.From!, (string)line!["vaccineId"]!, (string?)line["lotNumber"]), (long)line["doses"]!)));
        }

        findings.Same("reserved: allocated shipments and stock",
            Sums(reserved), Sums(positions.Select(item => (Position(item), (long)item["reserved"]!))));
    }

    private async Task CheckBalances(Ledger ledger)
    {
        var given = model.Counted().GroupBy(dose => (dose.Given.Facility, dose.Given.Vaccine))
            .ToDictionary(dose => dose.Key, dose => dose.Sum(one => one.Count));
        foreach (var vaccine in World.Vaccines)
        {
            var world = await Balance($"vaccineId={vaccine}");
            var outside = ledger.Accounts.Where(sum => sum.Key.Account == "origin" && sum.Key.Vaccine == vaccine).Sum(sum => sum.Value);
            findings.Equal($"received of {vaccine} in the world", -outside, (long)world["received"]!);
            foreach (var country in places.All.Select(place => place.Country).Distinct())
                await Balance($"vaccineId={vaccine}&country={country}");
            foreach (var place in places.All)
            {
                var balance = await Balance($"vaccineId={vaccine}&facilityId={place.Id}");
                var within = places.Within(place.Id);
                foreach (var account in Facilitywise)
                    findings.Equal($"{account} of {vaccine} in {place.Id}", within.Sum(id => ledger.Of(id, vaccine, account)),
                        (long)balance[account]!);
                foreach (var account in (string[])["inTransit", "lost"])
                    findings.Equal(
                        $"{account} of {vaccine} in {place.Id}", OnTheWay(ledger, within, vaccine, account), (long)balance[account]!);

                findings.Equal($"doses given of {vaccine} in {place.Id}",
                    within.Sum(id => given.GetValueOrDefault((id, vaccine))), (long)balance["administered"]!);
                findings.Equal($"discrepancy of {vaccine} in {place.Id}", -within.Sum(id => ledger.Of(id, vaccine, "unexplained")),
                    (long)balance["discrepancy"]!);
            }
        }
    }

    /// <summary>The balance of a past day is what the entries up to it add up to, at every place.</summary>
    private async Task CheckDays(Ledger ledger)
    {
        var days = ledger.Entries.Select(entry => entry.Day).Distinct().Order().ToList();
        foreach (var day in days.Where((_, index) => index % Math.Max(1, days.Count / 6) == 0))
        {
            var until = new Ledger([.. ledger.Entries.Where(entry => entry.Day <= day)]);
            foreach (var vaccine in World.Vaccines)
                foreach (var place in places.All)
                {
                    var balance = await Balance($"vaccineId={vaccine}&facilityId={place.Id}&asOf={day:yyyy-MM-dd}");
                    foreach (var account in Facilitywise)
                    {
                        findings.Equal($"{account} of {vaccine} in {place.Id} on {day:yyyy-MM-dd}",
                            places.Within(place.Id).Sum(id => until.Of(id, vaccine, account)), (long)balance[account]!);
                    }
                }
        }
    }

    private async Task<JsonNode> Balance(string scope)
    {
        var balance = (await client.Get($"ledger/balance?{scope}"))!;
        findings.Require(balance.Accepted && (bool)balance.Json["balanced"]!, $"the balance of {scope} is not: {balance}");
        return balance.Json;
    }

    /// <summary>What lies on the way, or was lost there, counts where both ends lie.</summary>
    private long OnTheWay(Ledger ledger, IReadOnlySet<string> within, string vaccine, string account) => model.Shipments.Values
        .Where(shipment => (shipment.From is null || within.Contains(shipment.From))
            && (shipment.To is null || within.Contains(shipment.To)))
        .Sum(shipment => ledger.OfShipment($"{account}:{shipment.Id}", vaccine));

    private void CheckCommands(Ledger ledger)
    {
        var byCause = ledger.Entries.Where(entry => entry.Kind != "settlement").ToLookup(entry => entry.Cause);
        foreach (var command in model.Commands)
        {
            var (kind, sign) = command.Kind switch
            {
                "adjustments" => ("adjustment", 1),
                "counts" => ("count", 0),
                "quarantine/release" => ("release", 1),
                _ => (command.Kind, -1),
            };
            var made = byCause[$"{kind}:{command.RequestId}"].ToList();
            findings.Same($"entries of {command.RequestId}", command.Entries.Order(), made.Select(entry => entry.EntryId).Order());
            if (kind == "count") continue;

            // A line that leaves the lot open takes from several.
            findings.Same($"doses of {command.RequestId}",
                Sums(command.Lines.Select(line => (line.Vaccine, sign * line.Doses))),
                Sums(made.Select(entry => (entry.VaccineId, entry.To == "onHand" ? entry.Doses : -entry.Doses))));
        }

        foreach (var refused in model.RefusedCommands)
            findings.Require(!StockKinds.Any(kind => byCause.Contains($"{kind}:{refused}")), $"{refused} was refused, and has an effect");
    }

    private void CheckReversals(Ledger ledger)
    {
        var reversals = ledger.Entries.Where(entry => entry.Reverses is not null).ToList();
        findings.Same("reversed entries", model.Reversals.Values.Order(), reversals.Select(entry => entry.Reverses!).Distinct().Order());
        var originals = ledger.Entries.ToDictionary(entry => entry.EntryId);
        foreach (var reversal in reversals)
        {
            var original = originals[reversal.Reverses!];
            // What is taken back of a count is what it explains by then.
            findings.Require(original.Kind == "count"
                || (reversal.From == original.To && reversal.To == original.From && reversal.Doses == original.Doses),
                $"{reversal} does not take back {original}");
        }
    }

    private async Task CheckShipments(Ledger ledger)
    {
        var moved = ledger.Entries.Where(entry => entry.ShipmentId is not null).ToLookup(entry => entry.ShipmentId!);
        foreach (var shipment in model.Shipments.Values)
        {
            var entries = moved[shipment.Id].ToList();
            if (shipment.TakenBack)
            {
                var left = Sums(entries.SelectMany(entry => new[]
                {
                    ((entry.VaccineId, entry.LotNumber, entry.FacilityId, entry.From), -entry.Doses),
                    ((entry.VaccineId, entry.LotNumber, entry.FacilityId, entry.To), entry.Doses),
                }));
                findings.Same($"what is left of shipment {shipment.Id}, which was taken back", Sums<string>([]), left);
                continue;
            }

            var transit = $"inTransit:{shipment.Id}";
            var (dispatched, received) = shipment.Unknown ? ([], []) : (shipment.Dispatched ?? [], shipment.Received ?? []);
            Compare("dispatched", dispatched.Select(line => (line.Vaccine, line.Lot, line.Doses)),
                entries.Where(entry => entry.To == transit));
            Compare("accepted",
                received.Select(line => (line.Vaccine, line.Lot, shipment.To is null ? line.Accepted + line.Rejected : line.Accepted)),
                entries.Where(entry => entry.From == transit && entry.To is "onHand" or "origin"));
            Compare("rejected", received.Select(line => (line.Vaccine, line.Lot, shipment.To is null ? 0 : line.Rejected)),
                entries.Where(entry => entry.From == transit && Ledger.NameOf(entry.To) == "wasted"));
            Compare("missing", received.Select(line => (line.Vaccine, line.Lot, line.Missing)),
                entries.Where(entry => entry.From == transit && Ledger.NameOf(entry.To) == "lost"));

            Compare("found", shipment.Unknown ? [] : shipment.Later.Select(line => (line.Vaccine, line.Lot, line.Doses)),
                entries.Where(entry => entry.From == $"lost:{shipment.Id}"));

            void Compare(string what, IEnumerable<(string, string?, long)> said, IEnumerable<Entry> made) => findings.Same(
                $"{what} doses of shipment {shipment.Id}", Sums(said.Select(line => ((line.Item1, line.Item2), line.Item3))),
                Sums(made.Select(entry => ((entry.VaccineId, entry.LotNumber), entry.Doses))));
        }

        foreach (var vaccine in World.Vaccines)
        {
            var shown = (await client.Get($"shipments/summary?vaccineId={vaccine}"))!.Json["rows"]!.AsArray();
            var open = model.Shipments.Values
                .Where(shipment => shipment is { Dispatched: not null, Received: null, To: not null, TakenBack: false })
                .SelectMany(
                    shipment => shipment.Dispatched!.Where(line => line.Vaccine == vaccine).Select(line => (shipment.To!, line.Doses)));
            findings.Same($"doses of {vaccine} in transit", Sums(open),
                Sums(shown.Select(row => ((string)row!["toFacilityId"]!, (long)row["doses"]!))));
        }

        var held = (await Ledger.ReadAll(client, "inventory/held")).Select(item => (string)item["shipmentId"]!);
        findings.Same("shipments that wait for reference data",
            model.Shipments.Values.Where(shipment => shipment.Unknown).SelectMany(shipment =>
                Enumerable.Repeat(shipment.Id, (shipment.Received is null ? 1 : 2) + shipment.HeardLater.Count)).Order(), held.Order());
    }

    private static (string, string, string?) Position(JsonNode item) =>
        ((string)item["facilityId"]!, (string)item["vaccineId"]!, (string?)item["lotNumber"]);

    private static SortedDictionary<string, long> Sums<T>(IEnumerable<(T Key, long Doses)> doses) where T : notnull
    {
        var sums = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in doses.GroupBy(line => line.Key))
        {
            if (line.Sum(one => one.Doses) is var sum and not 0) sums[line.Key.ToString()!] = sum;
        }

        return sums;
    }
}
