using Distribution.Command.Calls;

namespace Distribution.Command.Access;

/// <summary><c>access shares list</c>: what countries let their allies see, as far as the caller sees one of the two.</summary>
internal sealed class ListShares : ApiCommand<ListSettings>
{
    /// <inheritdoc/>
    protected override async Task Run(Api api, ListSettings settings, Output output, CancellationToken cancel)
    {
        var (now, shares) = (DateTimeOffset.UtcNow, await api.All("shares", cancel));
        output.Table<Share>(
            [.. shares.Where(share => settings.All || share.As<Share>().Term.Holds(now))],
            ("share", share => share.ShareId),
            ("owner", share => share.Owner),
            ("ally", share => share.Ally),
            ("measures", share => string.Join(", ", share.Measures)),
            ("down to", share => share.Depth),
            ("vaccines", share => share.VaccineIds is null ? "all" : string.Join(", ", share.VaccineIds)),
            ("until", share => share.Until is null ? "no end" : Output.Time(share.Until)),
            ("last used", share => share.LastUsedAt is null ? "never" : Output.Time(share.LastUsedAt)),
            ("given by", share => share.ChangedBy),
            ("state", share => share.Term.State(now)));
    }
}
