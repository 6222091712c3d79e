using Distribution.Contracts.Administration.V1;
using Distribution.Inventory.Domain;

namespace Distribution.Inventory.Ledger;

/// <summary>Doses given on a day, of a lot or of none in particular; below 0 when taken back.</summary>
internal sealed record GivenDoses(string? LotNumber, DateOnly Day, long Doses);

/// <summary>Doses given at one facility of one vaccine.</summary>
internal sealed record GivenAt(string FacilityId, string VaccineId, IReadOnlyList<GivenDoses> Doses);

/// <summary>
/// Facts are taken whatever the stock, in any order, and again. A fact that names something unknown changes nothing
/// and says what is missing.
/// </summary>
internal static class Facts
{
    /// <summary>Folds the sums of an event by facility and vaccine, lot and day; <paramref name="sign"/> −1 takes them back.</summary>
    public static IReadOnlyList<GivenAt> Fold(IReadOnlyList<AdministeredSum> sums, int sign)
    {
        if (sums.Count == 1)
        {
            var only = sums[0];
            return [new GivenAt(only.FacilityId, only.VaccineId, [new GivenDoses(only.LotNumber, only.OccurredOn, sign * only.Doses)])];
        }

        return [.. sums
            .GroupBy(sum => (sum.FacilityId, sum.VaccineId))
            .Select(at => new GivenAt(at.Key.FacilityId, at.Key.VaccineId, [.. at
                .GroupBy(sum => (sum.LotNumber, sum.OccurredOn))
                .Select(day => new GivenDoses(day.Key.LotNumber, day.Key.OccurredOn, sign * day.Sum(sum => sum.Doses)))]))];
    }

    /// <summary>Takes in doses that were given.</summary>
    public static async ValueTask<Named?> Give(LedgerChange change, GivenAt given)
    {
        if (await Missing(change, [given.FacilityId], [given.VaccineId]) is { } missing) return missing;
        foreach (var doses in given.Doses)
        {
            var work = await change.CardOf(given.FacilityId, given.VaccineId, doses.Day);
            var lot = await change.Lot(work, doses.LotNumber ?? "");
            work.ToReview |= !lot.Term.UsableOn(doses.Day);
            work.Add(doses.Day, StockRow.Demand(lot.Lot, doses.Doses));
            change.Post(
                work.Card.FacilityId, given.VaccineId, lot.Lot, work.OnHand, work.Account(AccountKind.Administered), doses.Doses,
                new EntryNote(EntryKind.Administration, FactTime.OfDay(doses.Day)));
        }

        return null;
    }

    /// <summary>The first of what a fact names that is not known; null when all is.</summary>
    public static async ValueTask<Named?> Missing(
        LedgerChange change, IEnumerable<string?> facilities, IEnumerable<string> vaccines)
    {
        foreach (var id in facilities)
        {
            if (id is not null && !await change.Knows(Named.Facility(id))) return Named.Facility(id);
        }

        foreach (var id in vaccines)
        {
            if (!await change.Knows(Named.Vaccine(id))) return Named.Vaccine(id);
        }

        return null;
    }
}
