using Distribution.Gateway.Caching;
using Distribution.Platform.Identity;
using Distribution.SharedKernel.Places;

namespace Distribution.Gateway.Services;

/// <summary>The places and vaccines as Inventory knows them: read once when first needed, kept up by its events.</summary>
internal sealed class ReferenceData
{
    private const int PageItems = 1_000;
    private const int PagesMax = 1_000;

    private static readonly TimeSpan PlacesAgeMax = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan VaccinesAgeMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RecheckWait = TimeSpan.FromSeconds(1);

    private readonly ServiceClient _services;
    private readonly Refreshed<PlaceTree> _places;
    private readonly Refreshed<IReadOnlyList<KnownVaccine>> _vaccines;
    private volatile bool _vaccinesChanged;

    public ReferenceData(ServiceClient services, TimeProvider clock)
    {
        _services = services;
        _places = new(ReadPlaces, clock);
        _vaccines = new(ReadVaccines, clock);
    }

    /// <summary>The tree as far as it is known. Events may look in; views want <see cref="Places"/>.</summary>
    public PlaceTree Tree { get; } = new();

    /// <summary>The whole tree, or null when Inventory never could be asked.</summary>
    public ValueTask<PlaceTree?> Places() => _places.Get(PlacesAgeMax);

    /// <summary>The tree read anew: an event may be late, so that a place is known to Inventory and not here.</summary>
    public ValueTask<PlaceTree?> PlacesAnew() => _places.Get(RecheckWait);

    /// <summary>All vaccines by id, or null when Inventory never could be asked.</summary>
    public ValueTask<IReadOnlyList<KnownVaccine>?> Vaccines()
    {
        var changed = _vaccinesChanged;
        _vaccinesChanged = false;
        return _vaccines.Get(changed ? TimeSpan.Zero : VaccinesAgeMax);
    }

    /// <summary>The vaccines read anew: an event may be late, as of places.</summary>
    public ValueTask<IReadOnlyList<KnownVaccine>?> VaccinesAnew() => _vaccines.Get(RecheckWait);

    /// <summary>A vaccine was made or changed: the list is to be read again.</summary>
    public void VaccineChanged() => _vaccinesChanged = true;

    private async Task<PlaceTree?> ReadPlaces() => await ReadPages<FacilityItem>("api/v1/facilities", item => Tree.Apply(
        new Place(item.FacilityId, item.Name, item.Level, item.ParentId, item.Country, item.Version, MergedInto: item.MergedInto), 0),
        ("merged", "true")) ? Tree : null;

    private async Task<IReadOnlyList<KnownVaccine>?> ReadVaccines()
    {
        var vaccines = new SortedDictionary<string, KnownVaccine>(StringComparer.Ordinal);
        return await ReadPages<VaccineItem>(
            "api/v1/vaccines", item => vaccines[item.VaccineId] = new(item.VaccineId, item.Antigens ?? [])) ? [.. vaccines.Values] : null;
    }

    private async Task<bool> ReadPages<T>(string path, Action<T> take, (string Name, string? Value) which = default)
    {
        string? after = null;
        for (var page = 0; page < PagesMax; page++)
        {
            var query = ServiceClient.Query(path, ("limit", $"{PageItems}"), ("after", after), which);
            var answer = await _services.Get<Page<T>>(Caller.Gateway, ServiceNames.Inventory, query, keep: false);
            if (answer.Value is not { } read) return false;
            foreach (var item in read.Items) take(item);
            if (read.Next is null) return true;
            after = read.Next;
        }

        return true;
    }

    private sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

    private sealed record FacilityItem(string FacilityId, string Name, string Level, string? ParentId, string Country, long Version,
        string? MergedInto = null);

    private sealed record VaccineItem(string VaccineId, IReadOnlyList<string>? Antigens);
}

/// <summary>A vaccine that Inventory knows.</summary>
/// <param name="VaccineId">Its code.</param>
/// <param name="Antigens">What it protects against.</param>
internal sealed record KnownVaccine(string VaccineId, IReadOnlyList<string> Antigens);
