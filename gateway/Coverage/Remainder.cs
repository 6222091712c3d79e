using Distribution.Contracts.Inventory.V1;
using Distribution.Gateway.Sharing;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;

namespace Distribution.Gateway.Coverage;

/// <summary>
/// The stock that a place above those of a view has and no place of the view: it lies at that place itself, or on the way between places
/// below it, or in a place that is in none of the view's, such as a store in no district. With it the totals of every level agree.
/// </summary>
/// <param name="Place">The place above.</param>
/// <param name="Stock">What it has beyond the places of the view; null when that is not known.</param>
/// <param name="Incoming">Doses on the way to it and to no place of the view; null when that is not known.</param>
public sealed record Remainder(Place Place, InventorySummaryRow? Stock, long? Incoming)
{
    /// <summary>
    /// Whether anything is there. Doses given move what is on hand and unexplained, and may come between two readings: so these alone make
    /// no row, and Administration says where doses were given.
    /// </summary>
    /// <param name="shared">What an ally shares of the place; null of an own one.</param>
    public bool IsAny(SharedCountry? shared) =>
        (Incoming is not (null or 0) && shared.Has(ShareMeasure.Pipeline))
        || (Stock is { Wasted: not 0 } or { Lost: not 0 } && shared.Has(ShareMeasure.Wastage))
        || (Stock is { Delivered: not 0 } or { Received: not 0 } or { InTransit: not 0 } or { Quarantined: not 0 } or { Adjusted: not 0 }
            && shared.Has(ShareMeasure.Stock));

    /// <summary>What the places above those of a view have beyond it.</summary>
    /// <param name="above">These places.</param>
    /// <param name="stock">Inventory's figures, or null.</param>
    /// <param name="incoming">Doses on the way to each place and all below it, as far as that is known.</param>
    internal static IReadOnlyList<Remainder> Of(
        IReadOnlyList<PlaceAbove> above, InventorySummary? stock, IReadOnlyDictionary<string, long> incoming)
    {
        if (above.Count == 0) return [];
        var shown = stock?.Rows.ToDictionary(row => row.FacilityId) ?? [];
        var over = stock?.Above?.ToDictionary(row => row.FacilityId) ?? [];
        return [.. above.Select(place => new Remainder(
            place.Place, Beyond(place), Coming(place.Place) - place.Shown.Sum(part => Coming(part) ?? 0)))];

        long? Coming(Place place) => incoming.TryGetValue(place.Id, out var doses) ? doses : null;

        InventorySummaryRow? Beyond(PlaceAbove place) => over.GetValueOrDefault(place.Place.Id) is not { } whole
            ? null
            : place.Shown.Select(part => shown.GetValueOrDefault(part.Id) ?? over.GetValueOrDefault(part.Id))
                .OfType<InventorySummaryRow>().Aggregate(whole, Sums.Less) with
            { ShortfallDays = null };
    }
}
