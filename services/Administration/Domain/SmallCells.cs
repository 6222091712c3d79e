namespace Distribution.Administration.Domain;

/// <summary>
/// Counts of some people that are so few that one could guess who they are. What such counts add up to may be known, so others are hidden
/// with them until what is hidden together is neither one count nor few.
/// </summary>
internal static class SmallCells
{
    /// <summary>Whether a count is small.</summary>
    /// <param name="count">The count.</param>
    /// <param name="smallest">The smallest that is not.</param>
    public static bool IsSmall(long count, int smallest) => count > 0 && count < smallest;

    /// <summary>Those of some parts that are hidden: the small ones, with the next larger ones as far as they are needed.</summary>
    /// <typeparam name="TPart">What names a part; the order decides between counts that are the same.</typeparam>
    /// <param name="counts">The parts' counts.</param>
    /// <param name="smallest">The smallest count that is not small.</param>
    public static HashSet<TPart> HiddenIn<TPart>(IReadOnlyCollection<KeyValuePair<TPart, long>> counts, int smallest)
        where TPart : IComparable<TPart>
    {
        var hidden = counts.Where(part => IsSmall(part.Value, smallest)).Select(part => part.Key).ToHashSet();
        Cover(counts, hidden, smallest);
        return hidden;
    }

    /// <summary>Hides more parts where those that are hidden could be found from their sum.</summary>
    /// <param name="counts">The parts' counts, as far as they may be hidden.</param>
    /// <param name="hidden">Those that are hidden: more of them, afterwards.</param>
    /// <param name="smallest">The smallest count that is not small.</param>
    public static void Cover<TPart>(IReadOnlyCollection<KeyValuePair<TPart, long>> counts, ISet<TPart> hidden, int smallest)
        where TPart : IComparable<TPart>
    {
        if (hidden.Count == 0) return;
        var doses = counts.Where(part => hidden.Contains(part.Key)).Sum(part => part.Value);
        foreach (var (part, count) in counts.Where(part => part.Value > 0 && !hidden.Contains(part.Key))
            .OrderBy(part => part.Value).ThenBy(part => part.Key).ToList())
        {
            if (hidden.Count > 1 && doses >= smallest) return;
            hidden.Add(part);
            doses += count;
        }
    }
}
