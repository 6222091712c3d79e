using Distribution.Command.Calls;

namespace Distribution.Command.Access;

/// <summary><c>access grants list</c>: what people have been granted whom a provider of their own signs in.</summary>
internal sealed class ListGrants : ApiCommand<ListSettings>
{
    /// <inheritdoc/>
    protected override async Task Run(Api api, ListSettings settings, Output output, CancellationToken cancel)
    {
        var (now, grants) = (DateTimeOffset.UtcNow, await api.All("access/grants", cancel));
        output.Table<Grant>(
            [.. grants.Where(grant => settings.All || grant.As<Grant>().Term.Holds(now))],
            ("grant", grant => grant.GrantId),
            ("caller", grant => grant.Caller),
            ("role", grant => grant.Role),
            ("at", grant => Output.Place(grant.PlaceId)),
            ("until", grant => Output.Time(grant.Until)),
            ("given by", grant => grant.GrantedBy),
            ("reason", grant => grant.Reason),
            ("state", grant => grant.Term.State(now)));
    }
}
