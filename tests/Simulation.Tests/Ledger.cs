using System.Text.Json.Nodes;

namespace Distribution.Simulation.Tests;

/// <summary>An entry as the API shows it.</summary>
internal sealed record Entry(
    string EntryId, string FacilityId, string VaccineId, string? LotNumber, string From, string To, long Doses, string Kind,
    string Cause, string? Reverses, string? ShipmentId, DateOnly Day);

/// <summary>An account of one vaccine and lot; without a facility where it is a shipment's, or a merge's.</summary>
internal readonly record struct AccountKey(string? Facility, string Account, string Vaccine, string? Lot);

/// <summary>The ledger's entries, read back, and what they add up to.</summary>
internal sealed class Ledger
{
    private readonly Dictionary<AccountKey, long> _accounts = [];
    private readonly Dictionary<(string Facility, string Vaccine, string Kind), long> _byFacility = [];
    private readonly Dictionary<(string Account, string Vaccine), long> _byShipment = [];

    public Ledger(IReadOnlyList<Entry> entries)
    {
        Entries = entries;
        foreach (var entry in entries)
        {
            Add(entry, entry.From, -entry.Doses);
            Add(entry, entry.To, entry.Doses);
        }
    }

    public IReadOnlyList<Entry> Entries { get; }

    public IReadOnlyDictionary<AccountKey, long> Accounts => _accounts;

    /// <summary>The doses of a kind of account of a facility over all lots.</summary>
    public long Of(string facility, string vaccine, string kind) => _byFacility.GetValueOrDefault((facility, vaccine, kind));

    /// <summary>The doses of a shipment's account over all lots.</summary>
    public long OfShipment(string account, string vaccine) => _byShipment.GetValueOrDefault((account, vaccine));

    public static string NameOf(string account) => account.Split(':')[0];

    /// <summary>Reads all pages of a list.</summary>
    public static async Task<List<JsonNode>> ReadAll(Client client, string path)
    {
        var items = new List<JsonNode>();
        for (string? after = null; ;)
        {
            var answer = await client.Get(
                path + (path.Contains('?') ? '&' : '?') + "limit=250" + (after is null ? "" : "&after=" + Uri.EscapeDataString(after)));
            var page = answer!.Accepted ? answer.Json : throw new InvalidOperationException($"{path}: {answer}");
            items.AddRange(page["items"]!.AsArray().Select(item => item!));
            after = (string?)page["next"];
            if (after is null) return items;
        }
    }

    public static async Task<Ledger> Read(Client client) => new([.. (await ReadAll(client, "ledger/entries")).Select(item => new Entry(
        (string)item["entryId"]!, (string)item["facilityId"]!, (string)item["vaccineId"]!, (string?)item["lotNumber"],
        (string)item["from"]!, (string)item["to"]!, (long)item["doses"]!, (string)item["kind"]!, (string)item["cause"]!,
        (string?)item["reverses"], (string?)item["shipmentId"], DateOnly.ParseExact(((string)item["occurredAt"]!)[..10], "yyyy-MM-dd")))]);

    private void Add(Entry entry, string account, long doses)
    {
        var kind = NameOf(account);
        var facility = kind is "inTransit" or "lost" or "origin" or "merged" ? null : entry.FacilityId;
        Add(_accounts, new AccountKey(facility, account, entry.VaccineId, entry.LotNumber), doses);
        if (facility is null) Add(_byShipment, (account, entry.VaccineId), doses);
        else Add(_byFacility, (facility, entry.VaccineId, kind), doses);
    }

    private static void Add<T>(Dictionary<T, long> sums, T key, long doses) where T : notnull =>
        sums[key] = sums.GetValueOrDefault(key) + doses;
}
