using Distribution.Contracts.Administration.V1;

namespace Distribution.Inventory.Domain;

/// <summary>Doses that somebody should look at: they count all the same.</summary>
/// <param name="Day">The day on which they were given.</param>
/// <param name="Lot">The lot; empty where the reports left it open.</param>
/// <param name="Doses">Doses, above 0.</param>
/// <param name="Why">One of <see cref="ReviewReason"/>.</param>
internal sealed record Review(DateOnly Day, string Lot, long Doses, string Why);

/// <summary>Finds what is to be looked at on a card: from what is known now, so that a report that was taken back is not in it, and a
/// recall that was learned of later is.</summary>
internal static class Reviews
{
    /// <summary>All of them, by day and lot; doses are in it once for each reason.</summary>
    /// <param name="table">The days of the card.</param>
    /// <param name="terms">What is known of its lots.</param>
    /// <param name="closedOn">The day on which the place closed, or null.</param>
    /// <param name="introducedOn">The first day of the vaccine, or null when nobody has said.</param>
    public static IReadOnlyList<Review> Of(
        CardTable table, IReadOnlyList<LotTerm> terms, DateOnly? closedOn, DateOnly? introducedOn)
    {
        var limited = terms.Where(term => term.UsableUntil is not null).ToDictionary(term => term.Lot);
        var found = new List<Review>();
        foreach (var (day, known) in table.Days)
        {
            foreach (var given in known.Rows.Where(row => row.Time is null && row.Net < 0).OrderBy(row => row.Lot, StringComparer.Ordinal))
            {
                if (limited.TryGetValue(given.Lot, out var term) && !term.UsableOn(day))
                    Add(term.ExpirationDate < day ? ReviewReason.Expired : ReviewReason.Recalled);
                if (day > closedOn) Add(ReviewReason.Closed);
                if (day < introducedOn) Add(ReviewReason.NotIntroduced);

                void Add(string why) => found.Add(new Review(day, given.Lot, -given.Net, why));
            }
        }

        return found;
    }
}
