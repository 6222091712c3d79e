using Distribution.Administration.Domain;
using Distribution.Administration.Store;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Places;

namespace Distribution.Administration.Features;

/// <summary>What a view looks at of its places again and again: each is read once, whatever it is needed for.</summary>
/// <param name="store">The coverage cells.</param>
/// <param name="tree">The places.</param>
internal sealed class ViewCounters(AdministrationStore store, PlaceTree tree)
{
    private readonly Dictionary<(string PlaceId, string VaccineId), IReadOnlyList<Counter>> _totals = [];
    private readonly Dictionary<(string PlaceId, string VaccineId), IReadOnlyList<Counter>> _nones = [];

    /// <summary>The doses of a place by dose number, over all days.</summary>
    public ValueTask<IReadOnlyList<Counter>> Totals(string place, string vaccine, CancellationToken cancel) =>
        Once(_totals, Cells.DoseTotals, place, vaccine, cancel);

    /// <summary>The reports of a place that none were given, by day. Most programmes have none of these: then nothing below their top is
    /// read.</summary>
    public async ValueTask<IReadOnlyList<Counter>> Nones(string place, string vaccine, CancellationToken cancel)
    {
        IReadOnlyList<Counter> nones = [];
        foreach (var at in tree.PathOf(place).Reverse())
        {
            nones = await Once(_nones, Cells.Nones, at, vaccine, cancel);
            if (nones.Count == 0) return nones;
        }

        return nones;
    }

    /// <summary>Whether more doses of any number are counted in a place than in some that it contains.</summary>
    public async ValueTask<bool> HasMore(string place, IReadOnlyList<Place> parts, string vaccine, CancellationToken cancel)
    {
        var doses = new Dictionary<string, long>();
        foreach (var counter in await Totals(place, vaccine, cancel)) Cells.Add(doses, counter.Key, counter.Value);
        if (doses.Count == 0) return false;
        foreach (var part in parts)
            foreach (var counter in await Totals(part.Id, vaccine, cancel)) Cells.Add(doses, counter.Key, -counter.Value);
        return doses.Values.Any(more => more > 0);
    }

    private async ValueTask<IReadOnlyList<Counter>> Once(
        Dictionary<(string, string), IReadOnlyList<Counter>> known, string family, string place, string vaccine,
        CancellationToken cancel) =>
        known.TryGetValue((place, vaccine), out var counters)
            ? counters
            : known[(place, vaccine)] = await store.Counters(family, Cells.Partition(place, vaccine), cancel: cancel);
}
