namespace Distribution.Gateway.Changes;

/// <summary>What changed in one country.</summary>
/// <param name="Country">The country, or null when it is not known: it may be any.</param>
/// <param name="VaccineIds">The vaccines in order, or null when it may be any.</param>
/// <param name="At">When it was said.</param>
internal sealed record CountryChange(string? Country, IReadOnlyList<string>? VaccineIds, DateTimeOffset At);

/// <summary>
/// Changes that are not told yet, at most one a country, whatever their number. Safe for many threads.
/// </summary>
internal sealed class PendingChanges
{
    /// <summary>Countries that are told apart; more become "any".</summary>
    public const int CountriesMax = 300;

    /// <summary>Vaccines of a country that are told apart; more become "any".</summary>
    public const int VaccinesMax = 50;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<string>?> _byCountry = [];

    /// <summary>Whether there is nothing to tell.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate) return _byCountry.Count == 0;
        }
    }

    /// <summary>Adds a change.</summary>
    /// <param name="country">The country, or null for any.</param>
    /// <param name="vaccineIds">The vaccines, or null for any.</param>
    public void Add(string? country, IReadOnlyCollection<string>? vaccineIds)
    {
        lock (_gate)
        {
            var key = country ?? "";
            if (!_byCountry.ContainsKey(key) && _byCountry.Count >= CountriesMax) (key, vaccineIds) = ("", null);
            if (!_byCountry.TryGetValue(key, out var known)) _byCountry[key] = known = [];
            known?.UnionWith(vaccineIds ?? []);
            if (vaccineIds is null || known is null || known.Count > VaccinesMax) _byCountry[key] = null;
        }
    }

    /// <summary>Takes all changes out, by country.</summary>
    public IReadOnlyList<CountryChange> Drain(DateTimeOffset now)
    {
        lock (_gate)
        {
            var changes = _byCountry
                .OrderBy(each => each.Key, StringComparer.Ordinal)
                .Select(each =>
                    new CountryChange(each.Key.Length == 0 ? null : each.Key, each.Value?.Order(StringComparer.Ordinal).ToArray(), now))
                .ToArray();
            _byCountry.Clear();
            return changes;
        }
    }
}
