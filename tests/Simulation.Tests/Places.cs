namespace Distribution.Simulation.Tests;

/// <summary>The tree of places as Inventory shows it.</summary>
internal sealed class Places
{
    private readonly Dictionary<string, HashSet<string>> _within;

    private Places(IReadOnlyList<PlaceFacts> all)
    {
        All = all;
        _within = all.ToDictionary(place => place.Id, _ => new HashSet<string>());
        foreach (var place in all)
        {
            for (var at = place; at is not null; at = all.FirstOrDefault(one => one.Id == at.Parent)) _within[at.Id].Add(place.Id);
        }
    }

    public static IReadOnlyList<string> Levels { get; } = ["country", "region", "district", "facility"];

    public IReadOnlyList<PlaceFacts> All { get; }

    /// <summary>A place with all places below it.</summary>
    public IReadOnlySet<string> Within(string place) => _within[place];

    public static async Task<Places> Read(Client client) =>
        new([.. (await Ledger.ReadAll(client, "facilities?merged=true")).Select(item => new PlaceFacts(
        (string)item["facilityId"]!, (string)item["level"]!, (string?)item["parentId"], (string)item["country"]!,
        item["mergedInto"] is not null))]);
}
