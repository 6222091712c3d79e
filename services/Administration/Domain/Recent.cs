namespace Distribution.Administration.Domain;

/// <summary>Doses over the last days that have reports.</summary>
/// <param name="Doses">Doses on these days.</param>
/// <param name="Days">How many days these are, at most <see cref="DaysMax"/>.</param>
internal readonly record struct Recent(long Doses, int Days)
{
    /// <summary>Days with reports that are looked at, at most.</summary>
    public const int DaysMax = 28;

    /// <summary>With so many older days, given from the oldest on; days without doses have no reports.</summary>
    public Recent Before(IReadOnlyList<long> olderDays)
    {
        var (doses, days) = this;
        for (var day = olderDays.Count - 1; day >= 0 && days < DaysMax; day--)
        {
            if (olderDays[day] == 0) continue;
            doses += olderDays[day];
            days++;
        }

        return new Recent(doses, days);
    }
}
