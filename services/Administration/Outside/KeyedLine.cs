using Distribution.Administration.Intake;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Outside;

/// <summary>A dose as another system tells of it, under a key of its own.</summary>
/// <param name="Id">The dose's id, which follows from the key: see <see cref="IdOf"/>.</param>
/// <param name="Action">What is to be done with it.</param>
/// <param name="Line">What is said of it, with its id; null where it is taken back.</param>
internal sealed record KeyedLine(Guid Id, KeyedAction Action, SubmittedLine? Line)
{
    /// <summary>The version that must stand, as <see cref="KeyedOutcome.Version"/> tells it; null where any may.</summary>
    public int? Expected { get; init; }

    /// <summary>The id of a dose that others know by a key: the key itself where it is a UUID.</summary>
    /// <param name="format">In which format they tell of it.</param>
    /// <param name="authority">Who gives such keys.</param>
    /// <param name="key">The key.</param>
    public static Guid IdOf(string format, string authority, string key) =>
        Guid.TryParseExact(key, "D", out var id) ? id : NamedUuid.Of($"{format}|{authority}|{key}");
}

/// <summary>What is to be done with a dose that another system tells of.</summary>
internal enum KeyedAction
{
    /// <summary>It is new, or told again.</summary>
    Add,

    /// <summary>This is how it is now, whatever was told before.</summary>
    Put,

    /// <summary>It was told of in error.</summary>
    Retract,
}

/// <summary>What came of a dose that another system told of.</summary>
/// <param name="Fate">What.</param>
/// <param name="Why">What it waits for, what differs or what is wrong; null where that goes without saying.</param>
/// <param name="Version">The version of the dose that stands now, from 1: every correction makes one, and so does that it is taken
/// back.</param>
internal readonly record struct KeyedOutcome(KeyedFate Fate, string? Why = null, int Version = 1);

/// <summary>What came of a dose.</summary>
internal enum KeyedFate
{
    /// <summary>It was taken for the first time.</summary>
    Taken,

    /// <summary>It was taken for the first time, and waits for something.</summary>
    Held,

    /// <summary>All of it was known.</summary>
    Known,

    /// <summary>It stands in the place of what had been told before.</summary>
    Corrected,

    /// <summary>It was taken back, now or before.</summary>
    Retracted,

    /// <summary>It is not taken: something else has its key.</summary>
    Conflict,

    /// <summary>It is not taken: another version stands than the one that must.</summary>
    Stale,

    /// <summary>It is not taken: it can never be right.</summary>
    Rejected,

    /// <summary>It is not taken: it would have to wait for something, and its sender is refused that.</summary>
    Refused,

    /// <summary>It is not taken: the caller lacks the right.</summary>
    NoRight,

    /// <summary>There is nothing to be taken back.</summary>
    Unknown,
}
