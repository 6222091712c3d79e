using Distribution.Inventory.Domain;
using Distribution.Inventory.Store;
using Distribution.Platform.Storage;

namespace Distribution.Inventory.Ledger;

/// <summary>The way back: where doses may be sent that nobody may be given any more.</summary>
internal static class StockReturns
{
    /// <summary>Whether a receiver may get expired and recalled lots: someone outside, such as the maker, or a place that holds
    /// returns.</summary>
    /// <param name="change">The change.</param>
    /// <param name="toFacilityId">The facility that gets them, or null when it is someone outside.</param>
    public static async ValueTask<bool> MayGetUnusable(LedgerChange change, string? toFacilityId) =>
        toFacilityId is null || await change.Transaction.Find<Facility>(
            Names.Facilities, Names.One, await change.TakenOverBy(toFacilityId) ?? toFacilityId) is { HoldsReturns: true };
}
