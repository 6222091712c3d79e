using System.Globalization;

namespace Distribution.Platform.Storage;

/// <summary>
/// Moves a service's store into another adapter: page by page, to be gone on with after a stop, and compared row by row at
/// the end. The service must not run meanwhile.
/// </summary>
public static class StoreMove
{
    private const int PageRows = 1_000;

    /// <summary>Moves, and says how far it is.</summary>
    /// <returns>True when both hold the same; what differs has been said then.</returns>
    public static async Task<bool> Run(IStoreSource source, IStoreTarget target, Action<string> say, CancellationToken cancel)
    {
        var reached = await target.Begin(source.Name, cancel);
        foreach (var kind in Enum.GetValues<StoredKind>())
        {
            var after = reached.GetValueOrDefault(kind);
            if (after is not null) say($"{kind}: going on after {string.Join('/', after)}");
            long moved = 0;
            foreach (var page in source.Rows(kind, after).Chunk(PageRows))
            {
                await target.Take(kind, page, cancel);
                moved += page.Length;
                if (moved % (PageRows * 20) == 0) say($"{kind}: {moved:N0} moved");
            }

            say($"{kind}: {moved:N0} moved, done");
        }

        var same = true;
        foreach (var kind in Enum.GetValues<StoredKind>()) same &= await Compare(kind, source, target, say, cancel);
        if (same) await target.Finish(cancel);
        return same;
    }

    private static async Task<bool> Compare(
        StoredKind kind, IStoreSource source, IStoreTarget target, Action<string> say, CancellationToken cancel)
    {
        var (here, there) = (new Totals(kind), new Totals(kind));
        foreach (var row in source.Rows(kind, null)) here.Add(row);
        await foreach (var row in target.Rows(kind, cancel)) there.Add(row);
        if (here.ToString() == there.ToString())
        {
            say($"{kind}: the same on both sides: {here}");
            return true;
        }

        say($"{kind}: NOT the same: {here} in the source, {there} in the target");
        return false;
    }

    /// <summary>A count, an order-free digest of every row, and for counters the sum of each family and measure.</summary>
    private sealed class Totals(StoredKind kind)
    {
        private readonly SortedDictionary<string, long> _sums = new(StringComparer.Ordinal);
        private long _rows;
        private ulong _digest;

        public void Add(StoredRow row)
        {
            _rows++;
            _digest = unchecked(_digest + row.Digest());
            if (kind == StoredKind.Counters) _sums[row.Address[1]] = _sums.GetValueOrDefault(row.Address[1]) + row.Number;
            if (kind != StoredKind.Outbox) return;
            var state = row.Texts[^1] is null ? "unsent" : "parked";
            _sums[state] = _sums.GetValueOrDefault(state) + 1;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{_rows} rows, digest {_digest:x16}{string.Concat(_sums.Select(sum => $", {sum.Key} {sum.Value}"))}");
    }
}
