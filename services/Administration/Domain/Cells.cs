using System.Runtime.InteropServices;
using Distribution.Contracts.Administration.V1;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Domain;

/// <summary>An addition to a coverage counter.</summary>
internal readonly record struct CellDelta(string Family, string Partition, string Key, long Doses);

/// <summary>
/// The coverage cells: sums of doses for a place (with all below it) and a vaccine. The finest family holds a sum for
/// each day and all dimensions; every other family is a sum over it, kept so that the common questions read little.
/// </summary>
internal static class Cells
{
    /// <summary>By day, dose number, age band, sex and priority group.</summary>
    public const string Days = "days";

    /// <summary>By dose number, age band, sex and priority group, over all days.</summary>
    public const string Totals = "cells";

    /// <summary>By day and dose number.</summary>
    public const string DoseDays = "dose-days";

    /// <summary>By dose number, over all days.</summary>
    public const string DoseTotals = "doses";

    /// <summary>By day.</summary>
    public const string Dates = "dates";

    /// <summary>Reports that none were given, by day: how many there are.</summary>
    public const string Nones = "nones";

    /// <summary>Between the parts of a key. No part can hold it: control characters are rejected.</summary>
    public const char Separator = '\u001F';

    private const int DateLength = 10;

    /// <summary>The partition of a place and a vaccine. Ids cannot hold the bar.</summary>
    public static string Partition(string place, string vaccine) => $"{place}|{vaccine}";

    /// <summary>The key of a sum in the finest family.</summary>
    public static string DayKey(AdministeredSum sum) =>
        $"{DateKey(sum.OccurredOn)}{Separator}{NumberOf(sum)}{Separator}{sum.AgeBand}{Separator}{sum.Sex}{Separator}{sum.PriorityGroup}";

    // A subpotent dose is none of the series, whichever it was to be.
    private static string NumberOf(AdministeredSum sum) =>
        sum.Kind == DoseKinds.Subpotent ? NoDoseNumber.Subpotent : sum.DoseNumber;

    /// <summary>A day as a key, or as the beginning of one: keys sort by day.</summary>
    public static string DateKey(DateOnly day) => DatedKey.Of(day);

    /// <summary>The day with which a key begins.</summary>
    public static DateOnly DateOf(string key) => DatedKey.DayOf(key);

    /// <summary>The dose number of a <see cref="DoseDays"/> key.</summary>
    public static string DoseNumberOfDay(string key) => key[(DateLength + 1)..];

    /// <summary>The parts of a <see cref="Totals"/> key, or of the end of a <see cref="Days"/> key.</summary>
    public static (string DoseNumber, string AgeBand, string Sex, string PriorityGroup) Parts(string cellKey)
    {
        var parts = cellKey.Split(Separator);
        return (parts[0], parts[1], parts[2], parts[3]);
    }

    /// <summary>The end of a <see cref="Days"/> key, which is the <see cref="Totals"/> key.</summary>
    public static string WithoutDate(string dayKey) => dayKey[(DateLength + 1)..];

    /// <summary>What sums add to the cells of their facilities and of all places above them.</summary>
    /// <param name="sums">What is counted; one of no doses is a report that none were given.</param>
    /// <param name="pathOf">A facility itself and its ancestors.</param>
    /// <param name="sign">1 to count, −1 to take back.</param>
    public static List<CellDelta> Of(IReadOnlyList<AdministeredSum> sums, Func<string, IReadOnlyList<string>> pathOf, int sign = 1)
    {
        if (sums is [var only])
        {
            // Single doses come by the thousands a second, and need no summing up.
            var cells = only.Doses == 0 ? None(only, sign) : Expand(DayKey(only), only.Doses * sign);
            var path = pathOf(only.FacilityId);
            var single = new List<CellDelta>(path.Count * cells.Count);
            foreach (var place in path) Emit(single, place, only.VaccineId, cells);
            return single;
        }

        // Summed up at the facilities first, then at each place above them: most submissions are of one facility, and
        // then every place on its path gets the same additions.
        var vaccines = new Dictionary<string, Dictionary<string, Dictionary<string, long>>>();
        var deltas = new List<CellDelta>();
        foreach (var sum in sums)
        {
            if (sum.Doses != 0) Add(Group(Group(vaccines, sum.VaccineId), sum.FacilityId), DayKey(sum), sum.Doses * sign);
            else foreach (var place in pathOf(sum.FacilityId)) Emit(deltas, place, sum.VaccineId, None(sum, sign));
        }

        foreach (var (vaccine, facilities) in vaccines)
        {
            if (facilities.Count == 1)
            {
                var (facility, days) = facilities.First();
                var cells = Expand(days);
                foreach (var place in pathOf(facility)) Emit(deltas, place, vaccine, cells);
                continue;
            }

            var places = new Dictionary<string, Dictionary<string, long>>();
            foreach (var (facility, days) in facilities)
                foreach (var place in pathOf(facility))
                    AddAll(Group(places, place), days, 1);
            foreach (var (place, days) in places) Emit(deltas, place, vaccine, Expand(days));
        }

        return deltas;
    }

    /// <summary>
    /// What moves when a place's links change, as differences to what is counted now. Any of the chains may be empty;
    /// they do not hold the place itself.
    /// </summary>
    /// <param name="family">What is counted: <see cref="Days"/>, with what follows from them, or <see cref="Nones"/>.</param>
    /// <param name="place">The place that is new, or changed.</param>
    /// <param name="vaccine">The vaccine.</param>
    /// <param name="own">What the place counts now, by key.</param>
    /// <param name="detached">What the children count that no longer link to it.</param>
    /// <param name="attached">What the children count that link to it from now on.</param>
    /// <param name="before">The places above it until now.</param>
    /// <param name="after">The places above it from now on.</param>
    public static List<CellDelta> Move(
        string family, string place, string vaccine, IReadOnlyDictionary<string, long> own, IReadOnlyDictionary<string, long> detached,
        IReadOnlyDictionary<string, long> attached, IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var moved = new Dictionary<string, Dictionary<string, long>>();
        var change = Group(moved, place);
        AddAll(change, detached, -1);
        AddAll(change, attached, 1);
        foreach (var ancestor in before) AddAll(Group(moved, ancestor), own, -1);
        foreach (var ancestor in after)
        {
            AddAll(Group(moved, ancestor), own, 1);
            AddAll(Group(moved, ancestor), change, 1);
        }

        var deltas = new List<CellDelta>();
        foreach (var (at, sums) in moved)
            Emit(deltas, at, vaccine, family == Days ? Expand(sums) : [.. sums.Select(sum => (family, sum.Key, sum.Value))]);
        return deltas;
    }

    /// <summary>Adds to a sum in a dictionary of sums.</summary>
    public static void Add(Dictionary<string, long> sums, string key, long doses) =>
        CollectionsMarshal.GetValueRefOrAddDefault(sums, key, out _) += doses;

    private static List<(string Family, string Key, long Doses)> None(AdministeredSum sum, int sign) =>
        [(Nones, DateKey(sum.OccurredOn), sign)];

    /// <summary>The sum in every family that one of the finest makes.</summary>
    private static List<(string Family, string Key, long Doses)> Expand(string key, long doses)
    {
        var endOfDose = key.IndexOf(Separator, DateLength + 1);
        return
        [
            (Days, key, doses), (Totals, WithoutDate(key), doses), (DoseDays, key[..endOfDose], doses),
            (DoseTotals, key[(DateLength + 1)..endOfDose], doses), (Dates, key[..DateLength], doses),
        ];
    }

    /// <summary>The sums of every family that sums of the finest one make; those that are zero are left out.</summary>
    private static List<(string Family, string Key, long Doses)> Expand(Dictionary<string, long> days)
    {
        var cells = new List<(string, string, long)>(days.Count * 3);
        var totals = new Dictionary<string, long>(days.Count);
        var doseDays = new Dictionary<string, long>();
        var doseTotals = new Dictionary<string, long>();
        var dates = new Dictionary<string, long>();
        foreach (var (key, doses) in days)
        {
            if (doses == 0) continue;
            var endOfDose = key.IndexOf(Separator, DateLength + 1);
            cells.Add((Days, key, doses));
            Add(totals, WithoutDate(key), doses);
            Add(doseDays, key[..endOfDose], doses);
            Add(doseTotals, key[(DateLength + 1)..endOfDose], doses);
            Add(dates, key[..DateLength], doses);
        }

        Take(Totals, totals);
        Take(DoseDays, doseDays);
        Take(DoseTotals, doseTotals);
        Take(Dates, dates);
        return cells;

        void Take(string family, Dictionary<string, long> sums)
        {
            foreach (var (key, doses) in sums)
                if (doses != 0) cells.Add((family, key, doses));
        }
    }

    private static void Emit(List<CellDelta> deltas, string place, string vaccine, List<(string Family, string Key, long Doses)> cells)
    {
        var partition = Partition(place, vaccine);
        foreach (var (family, key, doses) in cells) deltas.Add(new CellDelta(family, partition, key, doses));
    }

    private static TGroup Group<TGroup>(Dictionary<string, TGroup> groups, string key) where TGroup : class, new() =>
        CollectionsMarshal.GetValueRefOrAddDefault(groups, key, out _) ??= new TGroup();

    private static void AddAll(Dictionary<string, long> to, IReadOnlyDictionary<string, long> from, int sign)
    {
        foreach (var (key, doses) in from) Add(to, key, doses * sign);
    }
}
