namespace Distribution.Administration.Domain;

/// <summary>Doses over the days up to the last one that was reported, those without a report among them.</summary>
/// <param name="Doses">Doses on these days.</param>
/// <param name="Days">How many days these are: <see cref="DaysMax"/>, or those since the first report if fewer; 0 without any.</param>
/// <param name="Last">The last day that was reported, or null without any.</param>
internal readonly record struct Recent(long Doses, int Days, DateOnly? Last)
{
    /// <summary>Days that are looked at, at most.</summary>
    public const int DaysMax = 28;

    /// <summary>The first of the days that <see cref="DaysMax"/> days make which end with this one.</summary>
    public static DateOnly FirstOf(DateOnly last) => last.AddDays(1 - DaysMax);

    /// <summary>Of the days that were reported.</summary>
    public static Recent Of(List<(DateOnly Day, long Doses)> reported)
    {
        if (reported.Count == 0) return default;
        var (first, last) = (DateOnly.MaxValue, DateOnly.MinValue);
        foreach (var (day, _) in reported)
        {
            if (day < first) first = day;
            if (day > last) last = day;
        }

        var from = FirstOf(last);
        var doses = 0L;
        foreach (var report in reported)
            if (report.Day >= from) doses += report.Doses;
        return new Recent(doses, Math.Min(DaysMax, last.DayNumber - first.DayNumber + 1), last);
    }

    /// <summary>Of places together, over the same days.</summary>
    /// <param name="places">Each of them.</param>
    /// <param name="doses">Doses of all of them on the days up to the last that any of them reported.</param>
    public static Recent Together(IReadOnlyCollection<Recent> places, long doses)
    {
        if (places.Max(place => place.Last) is not { } last) return default;
        var first = places.Where(place => place.Last is not null).Min(place => place.Last!.Value.AddDays(1 - place.Days));
        return new Recent(doses, Math.Min(DaysMax, last.DayNumber - first.DayNumber + 1), last);
    }
}
