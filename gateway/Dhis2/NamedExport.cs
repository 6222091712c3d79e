using System.Globalization;
using Distribution.Contracts.Administration.V1;
using Distribution.Interop.Dhis2;

namespace Distribution.Gateway.Dhis2;

/// <summary>By what an export names things.</summary>
internal static class ExportNames
{
    /// <summary>By the uids of DHIS2.</summary>
    public const string Uid = "uid";

    /// <summary>By codes, where there are any.</summary>
    public const string Code = "code";

    /// <summary>Both.</summary>
    public static IReadOnlyList<string> All { get; } = [Uid, Code];
}

/// <summary>Values with the names that DHIS2 knows: by uids, or by codes as far as there are any.</summary>
internal sealed class NamedExport
{
    // Each is a sentence for people.
    private const int ListedMax = 100;

    private readonly List<LeftOutDoses> _leftOut;
    private readonly SortedSet<string> _uncoded = new(StringComparer.Ordinal);
    private readonly bool _byCode;

    /// <summary>Names the values.</summary>
    /// <param name="doses">The values.</param>
    /// <param name="byCode">Whether by codes.</param>
    public NamedExport(MappedDoses doses, bool byCode)
    {
        _byCode = byCode;
        _leftOut = [.. doses.LeftOut];
        var dataSet = Name("data set", doses.DataSet);
        var values = new List<DataValue>(doses.Values.Count);
        foreach (var ofPlace in doses.Values.GroupBy(value => value.Place))
        {
            var place = doses.Places[ofPlace.Key];
            if (place.Name.Id.Length == 0 && (!byCode || place.Name.Code is null))
            {
                _leftOut.Add(new LeftOutDoses(
                    $"{ofPlace.Count()} values of the place {place.FacilityId}",
                    "DHIS2 does not know it by any uid that is known here: send its organisation units, or name the uid among the place's "
                        + "identifiers", ofPlace.Sum(value => value.Doses)));
                continue;
            }

            var orgUnit = Name("organisation unit", place.Name);
            foreach (var value in ofPlace) values.Add(Named(value, doses.Elements[value.Element], orgUnit));
        }

        Set = new DataValueSet(dataSet, values);
        LeftOut = Listed(_leftOut, more => new LeftOutDoses($"{more} more", "they are not listed", null));
        Notes = Listed(
            [.. _uncoded.Select(what => $"{what} has no code: it is named by its uid")], more => $"{more} more have no code either");
    }

    /// <summary>The values.</summary>
    public DataValueSet Set { get; }

    /// <summary>What is not among them, and why.</summary>
    public IReadOnlyList<LeftOutDoses> LeftOut { get; }

    /// <summary>What is named otherwise than was asked for.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>All of it as text for people.</summary>
    public IReadOnlyList<string> Comments =>
        [.. LeftOut.Select(each => each.Doses is { } doses
            ? string.Create(CultureInfo.InvariantCulture, $"left out: {each.What} ({doses} doses): {each.Reason}")
            : $"left out: {each.What}: {each.Reason}"), .. Notes];

    private DataValue Named(MappedValue value, MappedElementName element, string orgUnit)
    {
        var cell = value.Cell < 0 ? null : element.Cells[value.Cell];
        // Where the categories' codes say the cell, the combination need not be named.
        var categories = _byCode && cell?.Options is { } options && DataValueSetWriter.CanBeAttributes(options.Keys) ? options : null;
        return new DataValue(
            Name("data element", element.Name), value.Period, orgUnit, cell is null ? null : Name("category option combination", cell.Name),
            value.Doses.ToString(CultureInfo.InvariantCulture))
        {
            Categories = categories,
        };
    }

    private string Name(string kind, OutsideName name)
    {
        if (!_byCode) return name.Id;
        if (name.Code is null) _uncoded.Add($"the {kind} {name.Id}");
        return name.Code ?? name.Id;
    }

    private static List<TListed> Listed<TListed>(List<TListed> all, Func<int, TListed> more) =>
        all.Count <= ListedMax ? all : [.. all.Take(ListedMax), more(all.Count - ListedMax)];
}
