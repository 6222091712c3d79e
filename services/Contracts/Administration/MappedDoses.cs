namespace Distribution.Contracts.Administration.V1;

/// <summary>Doses given as the values of a data set of DHIS2, by its mapping.</summary>
/// <param name="AsOf">When it was read.</param>
/// <param name="DataSet">The data set.</param>
/// <param name="Elements">Its data elements that are fed, in the order of the data set.</param>
/// <param name="Places">The places.</param>
/// <param name="Values">The values.</param>
/// <param name="LeftOut">What is not among the values, and why.</param>
/// <param name="Periods">The periods, as they are called outside, one right after the other; null from a service of before.</param>
/// <param name="Stock">What is to be taken from the stock of the places, and is not among the values; null from a service of
/// before.</param>
public sealed record MappedDoses(
    DateTimeOffset AsOf, OutsideName DataSet, IReadOnlyList<MappedElementName> Elements, IReadOnlyList<MappedPlace> Places,
    IReadOnlyList<MappedValue> Values, IReadOnlyList<LeftOutDoses> LeftOut, IReadOnlyList<string>? Periods = null,
    IReadOnlyList<MappedStock>? Stock = null);

/// <summary>A data element that is fed from the stock of a vaccine. One may be fed from several.</summary>
/// <param name="Element">The data element, by its position.</param>
/// <param name="Measure">One of <see cref="StockMeasures"/>.</param>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="SendsZero">Whether 0 is sent.</param>
/// <param name="SendsNegative">Whether numbers below 0 are.</param>
public sealed record MappedStock(int Element, string Measure, string VaccineId, bool SendsZero, bool SendsNegative);

/// <summary>What of the stock a data element can be fed from.</summary>
public static class StockMeasures
{
    /// <summary>Doses received in the period from outside the place, less what left it again.</summary>
    public const string Received = "received";

    /// <summary>Doses wasted in the period.</summary>
    public const string Wasted = "wasted";

    /// <summary>Doses on hand at the end of the period.</summary>
    public const string OnHand = "onHand";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Received, Wasted, OnHand];
}

/// <summary>What an outside system calls something.</summary>
/// <param name="Id">Its identifier there.</param>
/// <param name="Code">Its code there, or null.</param>
public sealed record OutsideName(string Id, string? Code);

/// <summary>A data element and its cells.</summary>
/// <param name="Name">The data element.</param>
/// <param name="Cells">Its cells; none where it is not broken down.</param>
public sealed record MappedElementName(OutsideName Name, IReadOnlyList<MappedCellName> Cells);

/// <summary>A cell of a data element.</summary>
/// <param name="Name">The combination of options.</param>
/// <param name="Options">The code of the option of each category by the category's code; null where one of them has no code.</param>
public sealed record MappedCellName(OutsideName Name, IReadOnlyDictionary<string, string>? Options);

/// <summary>A place.</summary>
/// <param name="FacilityId">Its code here.</param>
/// <param name="Name">What it is called outside.</param>
public sealed record MappedPlace(string FacilityId, OutsideName Name);

/// <summary>A value. What it is of is said by positions in the lists.</summary>
/// <param name="Place">The place.</param>
/// <param name="Period">The period, as it is called outside.</param>
/// <param name="Element">The data element.</param>
/// <param name="Cell">Its cell; −1 where it is not broken down.</param>
/// <param name="Doses">How many.</param>
public sealed record MappedValue(int Place, string Period, int Element, int Cell, long Doses);

/// <summary>What is not among the values.</summary>
/// <param name="What">What it is.</param>
/// <param name="Reason">Why it is left out, and what to do about it.</param>
/// <param name="Doses">How many doses these are; null where it is not told or not known.</param>
public sealed record LeftOutDoses(string What, string Reason, long? Doses);
