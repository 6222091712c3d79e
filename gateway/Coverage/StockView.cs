using Distribution.Contracts.Inventory.V1;
using Distribution.Gateway.Services;
using Distribution.Platform.Identity;
using Distribution.SharedKernel.Places;

namespace Distribution.Gateway.Coverage;

/// <summary>Inventory's figures of the places of a view, and of those above them.</summary>
/// <param name="Shown">The places of the view.</param>
/// <param name="Above">The places above them, and perhaps others, by id; as of the same moment.</param>
internal sealed record StockView(InventorySummary Shown, IReadOnlyDictionary<string, InventorySummaryRow> Above)
{
    /// <summary>
    /// Asks Inventory, for each vaccine. Which of several instances has an event in work that one alone knows: all are asked, before the
    /// figures are read.
    /// </summary>
    public static async Task<Part<StockView>> Ask(
        Caller caller, ServiceClient services, CoverageQuery query, PlaceTree? places, DateOnly today)
    {
        var instances = services.HasSeveral(ServiceNames.Inventory)
            ? await services.GetFromEach<InventoryProgress>(ServiceNames.Inventory, "api/v1/inventory/progress")
            : null;
        var shown = Of((query.Country, query.Level, query.Within));
        var above = Task.WhenAll(Scopes(query, places).Select(Of));
        Part<InventorySummary>[] parts = [await shown, .. await above];
        return Part<InventorySummary>.Together(parts, Sums.Of).Select(whole => new StockView(
            parts[0].Value! with
            {
                AsOf = whole.AsOf,
                ConsumedUpTo = instances is null ? whole.ConsumedUpTo : AsOf.OfAll([.. instances, new(whole.ConsumedUpTo)]),
            },
            parts.Skip(1).SelectMany(part => part.Value?.Rows ?? []).ToDictionary(row => row.FacilityId)));

        async Task<Part<InventorySummary>> Of((string? Country, string? Level, string? Within) scope) => Part<InventorySummary>.Together(
            await Task.WhenAll(query.VaccineIds.Select(vaccine => services.Get<InventorySummary>(
                caller, ServiceNames.Inventory, ServiceClient.Query("api/v1/inventory/summary",
                    ("country", scope.Country), ("level", scope.Level), ("within", scope.Within), ("vaccineId", vaccine),
                    ("asOf", query.AsOf < today ? $"{query.AsOf:yyyy-MM-dd}" : null))))),
            Sums.Of);
    }

    /// <summary>The questions to which the places above those of a view are the answers.</summary>
    private static IEnumerable<(string? Country, string? Level, string? Within)> Scopes(CoverageQuery query, PlaceTree? places)
    {
        var whole = query.Within is null ? null : places?.Find(query.Within);
        if (query.Within is not null && whole is null) yield break;
        var (top, end) = (whole is null ? -1 : PlaceLevel.Rank(whole.Level), query.Level is null ? 0 : PlaceLevel.Rank(query.Level));
        // A place is not within itself: it comes with those beside it.
        if (whole is not null && (query.Level is null || top < end))
            yield return (query.Country ?? whole.Country, whole.Level, places!.PathOf(whole.Id).Skip(1).FirstOrDefault());
        else if (query.Level is null && query.Country is not null) yield return (query.Country, PlaceLevel.All[0], null);
        for (var rank = top + 1; rank < end; rank++) yield return (query.Country, PlaceLevel.All[rank], query.Within);
    }
}
