using Distribution.Platform.Storage;

namespace Distribution.Inventory.Store;

/// <summary>Marks of the cards on which there may be doses that somebody should look at.</summary>
internal static class ReviewMarks
{
    /// <summary>Marks a card. Twice is once.</summary>
    public static async ValueTask MarkForReview(this ITransaction tx, string facilityId, string vaccineId) =>
        await tx.Put(Names.Reviews, facilityId, vaccineId, "{}"u8.ToArray());
}
