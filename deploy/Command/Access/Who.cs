using System.ComponentModel;
using System.Text.Json;
using Distribution.Command.Calls;
using Spectre.Console.Cli;

namespace Distribution.Command.Access;

/// <summary>What the question takes.</summary>
internal sealed class WhoSettings : ApiSettings
{
    [CommandArgument(0, "<PLACE>")]
    [Description("The place, by its code.")]
    public required string Place { get; init; }

    [CommandOption("--right <RIGHT>")]
    [Description("Only who may do this, such as stock.write.")]
    public string? Right { get; init; }
}

/// <summary>Somebody who has a right at the place.</summary>
/// <param name="Caller">Who.</param>
/// <param name="Role">The role.</param>
/// <param name="PlaceId">Where it was given; null for the whole system.</param>
/// <param name="Until">When it ends.</param>
/// <param name="GivenBy">Who gave it.</param>
/// <param name="Why">Why it reaches the place.</param>
/// <param name="Rights">What may be done, by name.</param>
internal sealed record Reaching(
    string Caller, string Role, string? PlaceId, DateTimeOffset Until, string GivenBy, string Why, IReadOnlyList<string> Rights);

/// <summary>
/// <c>access who</c>: who may do what at a place, and why. Composed from the keys, the grants and the places above, as they are now, in the
/// way in which the services decide: by the place's path.
/// </summary>
internal sealed class Who : ApiCommand<WhoSettings>
{
    // Levels, and merged places among them.
    private const int PlacesAboveMax = 32;

    /// <inheritdoc/>
    protected override async Task Run(Api api, WhoSettings settings, Output output, CancellationToken cancel)
    {
        var now = DateTimeOffset.UtcNow;
        var path = await PathOf(api, settings.Place, cancel);
        var given = (await api.All("access/keys", cancel)).Select(IGiven (item) => item.As<Key>())
            .Concat((await api.All("access/grants", cancel)).Select(IGiven (item) => item.As<Grant>()));
        var reaching = given
            .Where(each => each.Term.Holds(now) && (settings.Right is null || each.Rights.Contains(settings.Right)))
            .Select(each => (Given: each, Steps: each.PlaceId is null ? path.Count : path.IndexOf(each.PlaceId)))
            .Where(each => each.Steps >= 0)
            .OrderBy(each => each.Steps).ThenBy(each => each.Given.Holder, StringComparer.Ordinal)
            .Select(each => JsonSerializer.SerializeToElement(Row(each.Given, each.Steps), JsonSerializerOptions.Web));
        output.Table<Reaching>(
            [.. reaching],
            ("caller", row => row.Caller),
            ("role", row => row.Role),
            ("given at", row => Output.Place(row.PlaceId)),
            ("until", row => Output.Time(row.Until)),
            ("given by", row => row.GivenBy),
            ("why it reaches there", row => row.Why));
        if ((await api.Get("me", cancel)).GetProperty("subject").GetString() == "local")
            Output.Note("Nobody is asked to sign in here (--open): whoever is on this machine may do everything.");
    }

    private static Reaching Row(IGiven given, int steps) => new(
        given.Holder, given.Role, given.PlaceId, given.Term.Until!.Value, given.GivenBy,
        given.PlaceId is null ? "for the whole system" : steps == 0 ? "for the place itself" : $"through {given.PlaceId}", given.Rights);

    /// <summary>The place, then those above it; one that was merged into another is a part of that.</summary>
    private static async Task<List<string>> PathOf(Api api, string placeId, CancellationToken cancel)
    {
        var path = new List<string>();
        for (string? at = placeId; at is not null && path.Count < PlacesAboveMax;)
        {
            path.Add(at);
            var place = await api.Find($"facilities/{Uri.EscapeDataString(at)}", cancel);
            if (place is null && path.Count == 1)
                Output.Note($"{placeId} is not a place yet: what was given for it by name, or for the whole system, will hold there.");
            at = place is null ? null : Text(place.Value, "mergedInto") ?? Text(place.Value, "parentId");
        }

        return path;
    }

    private static string? Text(JsonElement place, string name) => place.TryGetProperty(name, out var value) ? value.GetString() : null;
}
