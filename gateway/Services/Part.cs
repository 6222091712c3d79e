using System.Text.Json.Serialization;
using Distribution.Platform.Refusals;

namespace Distribution.Gateway.Services;

/// <summary>What one service contributed: its figures, now or as they were last, or its refusal, or nothing.</summary>
/// <param name="Service">The service.</param>
/// <param name="Value">Its figures, or null.</param>
/// <param name="Stale">It did not answer now.</param>
/// <param name="Refusal">It answered that the query is wrong.</param>
internal sealed record Part<T>(string Service, T? Value, bool Stale, Refusal? Refusal = null) where T : class
{
    /// <summary>Whether the figures are there and of now.</summary>
    public bool IsFresh => Value is not null && !Stale;

    /// <summary>
    /// Answers to several queries as one: their sum when there are all, and stale when one of them is; nothing when one is missing, because
    /// the sum of the others would pass for the whole.
    /// </summary>
    /// <param name="parts">One or more answers of the same service.</param>
    /// <param name="add">Adds up two or more.</param>
    public static Part<T> Together(IReadOnlyList<Part<T>> parts, Func<IReadOnlyList<T>, T> add)
    {
        if (parts is [var only]) return only;
        T[] values = [.. parts.Select(part => part.Value).OfType<T>()];
        return new(parts[0].Service, values.Length == parts.Count ? add(values) : null, parts.Any(part => part.Stale),
            parts.Select(part => part.Refusal).FirstOrDefault(refusal => refusal is not null));
    }

    /// <summary>The same of what is made from the figures.</summary>
    public Part<TOther> Select<TOther>(Func<T, TOther> make) where TOther : class =>
        new(Service, Value is null ? null : make(Value), Stale, Refusal);

    /// <summary>How the answer describes this part.</summary>
    public PartState State(Func<T, DateTimeOffset?> asOf, long parked = 0) =>
        new(Value is null ? null : asOf(Value), Stale || Value is null, Value is null, parked);
}

/// <summary>How one service contributed to an answer.</summary>
/// <param name="AsOf">Every fact acknowledged before this moment is in the figures; null when that is not known.</param>
/// <param name="Stale">The service did not answer now: these are its last figures, or none.</param>
/// <param name="Missing">There are none: the figures of this part are null.</param>
/// <param name="Parked">Events that the figures lack whatever <paramref name="AsOf"/> says: they could not be delivered and wait for a
/// person.</param>
public sealed record PartState(
    DateTimeOffset? AsOf, bool Stale, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Missing = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long Parked = 0)
{
    /// <summary>Whether it was not asked, because an ally shares nothing of it; left out elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NotShared { get; init; }

    /// <summary>Of what was not asked.</summary>
    internal static PartState OfNothing { get; } = new(null, false) { NotShared = true };
}
