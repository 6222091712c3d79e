using Distribution.Screens.Asking;

namespace Distribution.Screens.Logistics;

/// <summary>The stock of a vaccine, lot by lot in the order in which they expire; what is expired is in no sum.</summary>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="Lines">Its lots.</param>
/// <param name="Today">The day on which it is looked at.</param>
public sealed record StockSums(string VaccineId, IReadOnlyList<StockLine> Lines, DateOnly Today)
{
    /// <summary>Doses that lie there.</summary>
    public long OnHand => Counted.Sum(line => line.OnHand);

    /// <summary>Of which promised.</summary>
    public long Reserved => Counted.Sum(line => line.Reserved ?? 0);

    /// <summary>Usable and not promised.</summary>
    public long Available => Counted.Sum(line => line.Available ?? 0);

    /// <summary>Set apart.</summary>
    public long Quarantined => Counted.Sum(line => line.Quarantined);

    private IEnumerable<StockLine> Counted => Lines.Where(line => !IsExpired(line));

    /// <summary>By vaccine: what has no expiry comes last, and then by place.</summary>
    public static IReadOnlyList<StockSums> Of(IEnumerable<StockLine> lines, DateOnly today) =>
    [
        .. lines.GroupBy(line => line.VaccineId).OrderBy(vaccine => vaccine.Key, StringComparer.Ordinal)
            .Select(vaccine => new StockSums(vaccine.Key,
            [
                .. vaccine.OrderBy(line => line.ExpirationDate ?? DateOnly.MaxValue).ThenBy(line => line.LotNumber, StringComparer.Ordinal)
                    .ThenBy(line => line.FacilityId, StringComparer.Ordinal),
            ], today)),
    ];

    /// <summary>Whether a lot has expired, which it may have where all of it is set apart.</summary>
    public bool IsExpired(StockLine line) => line.ExpirationDate < Today;
}
