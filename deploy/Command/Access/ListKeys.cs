using Distribution.Command.Calls;

namespace Distribution.Command.Access;

/// <summary><c>access keys list</c>: access keys, with when each was used last.</summary>
internal sealed class ListKeys : ApiCommand<ListSettings>
{
    /// <inheritdoc/>
    protected override async Task Run(Api api, ListSettings settings, Output output, CancellationToken cancel)
    {
        var (now, keys) = (DateTimeOffset.UtcNow, await api.All("access/keys", cancel));
        output.Table<Key>(
            [.. keys.Where(key => settings.All || key.As<Key>().Term.Holds(now))],
            ("key", key => key.KeyId),
            ("name", key => key.Name),
            ("role", key => key.Role),
            ("at", key => Output.Place(key.PlaceId)),
            ("until", key => Output.Time(key.Until)),
            ("last used", key => key.LastUsedAt is null ? "never" : Output.Time(key.LastUsedAt)),
            ("made by", key => key.MadeBy),
            ("state", key => key.Term.State(now)));
    }
}
