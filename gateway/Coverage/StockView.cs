using Distribution.Contracts.Inventory.V1;
using Distribution.Gateway.Services;
using Distribution.Gateway.Sharing;

namespace Distribution.Gateway.Coverage;

/// <summary>Inventory's figures of the places of a view, and of those above them.</summary>
internal static class StockView
{
    /// <summary>
    /// Asks Inventory, for each vaccine. Which of several instances has an event in work that one alone knows: all are asked, before the
    /// figures are read.
    /// </summary>
    public static async Task<Part<InventorySummary>> Ask(SharedView view, ServiceClient services, CoverageQuery query, DateOnly today)
    {
        var instances = services.HasSeveral(ServiceNames.Inventory)
            ? await services.GetFromEach<InventoryProgress>(ServiceNames.Inventory, "api/v1/inventory/progress")
            : null;
        var parts = await Task.WhenAll(query.VaccineIds.Select(vaccine => services.Get<InventorySummary>(
            view.OfStock, ServiceNames.Inventory, ServiceClient.Query("api/v1/inventory/summary",
                ("country", query.Country), ("level", query.Level), ("within", query.Within), ("vaccineId", vaccine),
                ("asOf", query.AsOf < today ? $"{query.AsOf:yyyy-MM-dd}" : null)))));
        return Part<InventorySummary>.Together(parts, Sums.Of).Select(whole => instances is null
            ? whole
            : whole with { ConsumedUpTo = AsOf.OfAll([.. instances, new(whole.ConsumedUpTo)]) });
    }
}
