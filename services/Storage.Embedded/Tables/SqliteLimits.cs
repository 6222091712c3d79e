namespace Distribution.Storage.Embedded.Tables;

/// <summary>How much a store keeps in memory.</summary>
internal sealed record SqliteLimits
{
    /// <summary>Keys at most before they become a run in the file: 256 Ki, so that a table stays in the processor's cache.</summary>
    public int RecentKeysMax { get; init; } = 256 * 1024;

    /// <summary>Rows that are written before they begin to go into the tables: of some thousands of small changes.</summary>
    public int PendingRowsMax { get; init; } = 64 * 1024;

    /// <summary>Rows that go into the tables at once, so that those of a page are written together: a millisecond of work.</summary>
    public int PendingRowsAtOnce { get; init; } = 128;

    /// <summary>Whether all is written into the tables when the store is closed, so that the next start is quick; not after a
    /// crash.</summary>
    public bool WritesOnClose { get; init; } = true;
}
