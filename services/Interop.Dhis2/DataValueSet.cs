namespace Distribution.Interop.Dhis2;

/// <summary>Values of data elements, as DHIS2 takes and gives them. What they are named by, uids or codes, is
/// the sender's to choose.</summary>
/// <param name="DataSet">The data set; null where it is not said.</param>
/// <param name="Values">The values.</param>
public sealed record DataValueSet(string? DataSet, IReadOnlyList<DataValue> Values);

/// <summary>One value.</summary>
/// <param name="DataElement">Of what.</param>
/// <param name="Period">For when, as DHIS2 writes it.</param>
/// <param name="OrgUnit">Where.</param>
/// <param name="CategoryOptionCombo">For which cell; null for the default one, or where <see cref="Categories"/> say it.</param>
/// <param name="Value">The value, as text.</param>
public sealed record DataValue(string DataElement, string Period, string OrgUnit, string? CategoryOptionCombo, string Value)
{
    /// <summary>For which cell by another combination, as by the partner who pays; null for the default one.</summary>
    public string? AttributeOptionCombo { get; init; }

    /// <summary>The option of each category by the categories' codes, as ADX may say it in place of the combination; else null.</summary>
    public IReadOnlyDictionary<string, string>? Categories { get; init; }

    /// <summary>The data set where each value names its own, as ADX does; else null.</summary>
    public string? DataSet { get; init; }

    /// <summary>Who entered it, or null.</summary>
    public string? StoredBy { get; init; }

    /// <summary>When it was last changed, as it was written, or null.</summary>
    public string? LastUpdated { get; init; }

    /// <summary>What was said of it, or null.</summary>
    public string? Comment { get; init; }

    /// <summary>Whether somebody wants it looked at; null where it is not said.</summary>
    public bool? Followup { get; init; }
}
