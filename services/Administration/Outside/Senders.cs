using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Outside;

/// <summary>What is agreed with a system that sends doses in a format of its own.</summary>
/// <param name="SenderId">The sender: who signs in, as <c>key:clinic-042</c>, or as its messages name it, as <c>APP/FACILITY</c>.</param>
/// <param name="DefaultFacilityId">Where its doses were given where they do not say so; or null.</param>
/// <param name="RefusesUnknown">Whether it is told of a vaccine, place or dose number that is not known by a refusal, instead of that the
/// dose is held.</param>
internal sealed record Sender(string SenderId, string? DefaultFacilityId, bool RefusesUnknown)
{
    /// <summary>The shape of this record.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Characters of a sender's name at most.</summary>
    public const int NameCharsMax = 200;

    /// <summary>Whether anything can be agreed with a sender of this name.</summary>
    public static bool IsName(string? name) => name is { Length: > 0 and <= NameCharsMax } && PlainText.Is(name);

    /// <summary>What is agreed with the first of some names that anything is agreed with.</summary>
    public static async ValueTask<Sender> Find(AdministrationStore store, CancellationToken cancel, params string[] names)
    {
        foreach (var name in names.Where(IsName))
        {
            if (await store.Find<Sender>(Collections.Senders, Collections.Whole, name, cancel) is { } agreed) return agreed;
        }

        return new Sender(names[0], null, false);
    }

    /// <summary>The facility that a sender means.</summary>
    /// <param name="reference">What is known of places.</param>
    /// <param name="said">What the dose itself says; null where it says nothing.</param>
    /// <param name="around">What is said around it, the nearest first: counts only where a place is called so.</param>
    /// <returns>The facility; or what was said, where no place is called so.</returns>
    public string? PlaceOf(ReferenceData reference, string? said, IEnumerable<string?> around)
    {
        if (said is not null) return Known(said) ?? said;
        var last = (string?)null;
        foreach (var name in around)
        {
            if (name is null) continue;
            if (Known(name) is { } known) return known;
            last ??= name;
        }

        return DefaultFacilityId ?? last;

        string? Known(string name) => reference.Tree.Find(name)?.Id ?? reference.Tree.FindNamed(name)?.Id;
    }
}
