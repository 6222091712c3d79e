using Distribution.Command.Calls;

namespace Distribution.Command.Access;

/// <summary>What the caller may do at a place.</summary>
/// <param name="PlaceId">The place, with all below it; null for the whole system.</param>
/// <param name="Rights">What may be done there, by name.</param>
internal sealed record MyGrant(string? PlaceId, IReadOnlyList<string> Rights);

/// <summary>What a question takes that has no more to it.</summary>
internal sealed class MeSettings : ApiSettings;

/// <summary><c>access me</c>: who the caller is to the system, and what that allows.</summary>
internal sealed class Me : ApiCommand<MeSettings>
{
    /// <inheritdoc/>
    protected override async Task Run(Api api, MeSettings settings, Output output, CancellationToken cancel)
    {
        var me = await api.Get("me", cancel);
        output.Tell(me, me.GetProperty("subject").GetString()!);
        if (settings.Json) return;
        output.Table<MyGrant>(
            [.. me.GetProperty("grants").EnumerateArray()],
            ("at", grant => Output.Place(grant.PlaceId)),
            ("may", grant => string.Join(", ", grant.Rights)));
    }
}
