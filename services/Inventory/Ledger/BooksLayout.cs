using Distribution.Inventory.Store;
using Distribution.Platform.Storage;

namespace Distribution.Inventory.Ledger;

/// <summary>How the stored books are laid out: 2 since cards have their days, 3 since places have sums of what something limits, of what is
/// on the way to them and of opened vials.</summary>
/// <param name="Version">The layout; that of a new store is written once it has started.</param>
internal sealed record BooksLayout(int Version)
{
    /// <summary>Today's.</summary>
    public const int Now = 3;

    private const string Id = "cards";

    /// <summary>Whether the books have a layout, as far as is known before a change.</summary>
    public static async ValueTask<bool> Is(IStore store, int version, CancellationToken cancel) =>
        await store.Find<BooksLayout>(Names.Meta, Names.One, Id, cancel) is { } known && known.Version >= version;

    /// <summary>Whether the books have today's layout.</summary>
    public static async ValueTask<bool> IsNow(ITransaction tx) =>
        await tx.Find<BooksLayout>(Names.Meta, Names.One, Id) is { Version: >= Now };

    /// <summary>Notes that they have it.</summary>
    public static async ValueTask Write(ITransaction tx) => await tx.Put(Names.Meta, Names.One, Id, new BooksLayout(Now));
}
