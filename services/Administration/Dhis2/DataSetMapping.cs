using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Distribution.Contracts.Administration.V1;
using Distribution.Interop.Dhis2;
using Distribution.Platform.Web;

namespace Distribution.Administration.Dhis2;

/// <summary>What a data element can be fed from.</summary>
internal static class MappedMeasure
{
    /// <summary>Doses given.</summary>
    public const string Doses = "doses";

    /// <summary>All of them: doses given, and those of the stock.</summary>
    public static IReadOnlyList<string> All { get; } = [Doses, .. StockMeasures.All];
}

/// <summary>A cell of a data element, and who its doses were given to.</summary>
/// <param name="CategoryOptionCombo">The category option combination, by uid or code.</param>
/// <param name="AgeBand">The age band, as the reports name it; left out where the cells are of all ages.</param>
/// <param name="Sex">The sex, as the reports name it; left out where the cells are of both.</param>
/// <param name="PriorityGroup">The priority group, as the reports name it; left out where the cells are of all.</param>
internal sealed record MappedCell(
    [Required] string? CategoryOptionCombo, string? AgeBand = null, string? Sex = null, string? PriorityGroup = null);

/// <summary>A data element, and what it is fed from.</summary>
/// <param name="DataElement">The data element, by uid or code.</param>
/// <param name="Measure">What is counted.</param>
/// <param name="VaccineId">The vaccine's code.</param>
/// <param name="DoseNumber">Of doses given: the dose number; <c>unspecified</c> for those without one, <c>*</c> for all of them.</param>
/// <param name="Cells">Of doses given: the cells into which the element is broken down; left out of one that is not. Several age bands may
/// feed one cell.</param>
/// <param name="DataSet">The data set; where it is said it must be that of the path.</param>
internal sealed record MappedElement(
    [Required] string? DataElement, [Required, ValuesOf(typeof(MappedMeasure))] string? Measure, [Required] string? VaccineId,
    string? DoseNumber = null, IReadOnlyList<MappedCell?>? Cells = null, string? DataSet = null)
{
    /// <summary>The dose number that stands for all.</summary>
    public const string AllNumbers = "*";

    /// <summary>Whether it is fed from doses given, and not from the stock.</summary>
    [JsonIgnore]
    public bool IsOfDoses => Measure == MappedMeasure.Doses;

    /// <summary>Whether it counts doses of a number.</summary>
    public bool Takes(string number) => DoseNumber is AllNumbers || DoseNumber == number;

    /// <summary>The cell that counts some doses, by its place in <see cref="Cells"/>; −1 where none does.</summary>
    public int CellOf(string ageBand, string sex, string priorityGroup)
    {
        for (var at = 0; at < Cells!.Count; at++)
        {
            var cell = Cells[at]!;
            if ((cell.AgeBand is null || cell.AgeBand == ageBand) && (cell.Sex is null || cell.Sex == sex)
                && (cell.PriorityGroup is null || cell.PriorityGroup == priorityGroup)) return at;
        }

        return -1;
    }
}

/// <summary>A data set of DHIS2 as it was sent.</summary>
/// <param name="Set">The data set.</param>
/// <param name="RecordedBy">Who sent it.</param>
/// <param name="RecordedAt">When it was recorded.</param>
internal sealed record StoredDataSet(DataSet Set, string RecordedBy, DateTimeOffset RecordedAt)
{
    /// <summary>Where they are kept.</summary>
    public const string Collection = "dhis2-data-sets";

    /// <summary>The shape of this record.</summary>
    public int SchemaVersion { get; init; } = 1;
}

/// <summary>How a data set is fed: data elements and combinations by their uids, checked against the data set.</summary>
/// <param name="Elements">What each data element is fed from.</param>
/// <param name="RecordedBy">Who said so.</param>
/// <param name="RecordedAt">When it was recorded.</param>
internal sealed record StoredMapping(IReadOnlyList<MappedElement> Elements, string RecordedBy, DateTimeOffset RecordedAt)
{
    /// <summary>Where they are kept.</summary>
    public const string Collection = "dhis2-mappings";

    /// <summary>The shape of this record.</summary>
    public int SchemaVersion { get; init; } = 1;
}
