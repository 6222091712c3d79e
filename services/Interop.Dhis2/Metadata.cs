using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Distribution.Interop.Dhis2;

/// <summary>What is kept of a data set of DHIS2: what values can be sent for it, and how they are named.</summary>
/// <param name="Id">Its uid.</param>
/// <param name="Code">Its code, or null.</param>
/// <param name="Name">Its name.</param>
/// <param name="PeriodType">How long its periods are, as DHIS2 says it.</param>
/// <param name="Elements">Its data elements.</param>
/// <param name="Combos">The category combinations of these.</param>
public sealed record DataSet(
    string Id, string? Code, string Name, string PeriodType, IReadOnlyList<DataElement> Elements, IReadOnlyList<CategoryCombo> Combos)
{
    /// <summary>A data element by its uid, or by its code; null where the set has none.</summary>
    public DataElement? Element(string? name) => name is null ? null
        : Elements.FirstOrDefault(element => element.Id == name) ?? Elements.FirstOrDefault(element => element.Code == name);

    /// <summary>The category combination by which a data element is broken down; null where the export did not have it.</summary>
    public CategoryCombo? ComboOf(DataElement element) => Combos.FirstOrDefault(combo => combo.Id == element.CategoryCombo);
}

/// <summary>A data element.</summary>
/// <param name="Id">Its uid.</param>
/// <param name="Code">Its code, or null.</param>
/// <param name="Name">Its name.</param>
/// <param name="ValueType">What values it takes, as DHIS2 says it, such as <c>INTEGER_ZERO_OR_POSITIVE</c>.</param>
/// <param name="ZeroIsSignificant">Whether DHIS2 keeps a value of 0.</param>
/// <param name="CategoryCombo">The uid of the category combination by which it is broken down in this data set.</param>
public sealed record DataElement(
    string Id, string? Code, string Name, string ValueType, bool ZeroIsSignificant, string? CategoryCombo);

/// <summary>A combination of categories.</summary>
/// <param name="Id">Its uid.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsDefault">Whether it breaks nothing down.</param>
/// <param name="OptionCombos">What values can be given for.</param>
public sealed record CategoryCombo(string Id, string Name, bool IsDefault, IReadOnlyList<CategoryOptionCombo> OptionCombos)
{
    /// <summary>One of its option combinations by uid, or by code.</summary>
    public CategoryOptionCombo? OptionCombo(string? name) => name is null ? null
        : OptionCombos.FirstOrDefault(combo => combo.Id == name) ?? OptionCombos.FirstOrDefault(combo => combo.Code == name);
}

/// <summary>One option of each category of a combination.</summary>
/// <param name="Id">Its uid.</param>
/// <param name="Code">Its code, or null.</param>
/// <param name="Name">Its name.</param>
/// <param name="Options">The options.</param>
public sealed record CategoryOptionCombo(string Id, string? Code, string Name, IReadOnlyList<CategoryOption> Options);

/// <summary>An option of a category.</summary>
/// <param name="CategoryCode">The category's code, or null.</param>
/// <param name="Code">The option's code, or null.</param>
/// <param name="Name">The option's name.</param>
public sealed partial record CategoryOption(string? CategoryCode, string? Code, string Name)
{
    private const int MonthsOfYear = 12;

    // Written for those who are older, whatever their age.
    private const int OldestYears = 120;

    /// <summary>The ages that its code says, as the packages of WHO have them (<c>P0Y--P1Y</c>), in whole months from the first up to the
    /// second; null where it says none.</summary>
    [JsonIgnore]
    public (int From, int Until)? Months
    {
        get
        {
            var match = Ages().Match(Code ?? "");
            if (!match.Success) return null;
            var (from, until) = (Number(1), Number(3));
            return from < until ? (from, until > OldestYears * MonthsOfYear ? int.MaxValue : until) : null;

            int Number(int at) => int.Parse(match.Groups[at].ValueSpan, CultureInfo.InvariantCulture)
                * (match.Groups[at + 1].ValueSpan is "Y" ? MonthsOfYear : 1);
        }
    }

    [GeneratedRegex(@"^P([0-9]{1,4})([YM])--P([0-9]{1,4})([YM])\z")]
    private static partial Regex Ages();
}
