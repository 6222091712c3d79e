using Distribution.Administration.Domain;
using Distribution.Administration.Reference;
using Distribution.Contracts;
using Distribution.Contracts.Administration.V1;
using Distribution.Interop.Dhis2;
using Distribution.Platform.Refusals;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Dhis2;

/// <summary>What of a data set is fed from nothing.</summary>
/// <param name="DataElement">The data element's uid.</param>
/// <param name="CategoryOptionCombo">The uid of the category option combination; null where it is the whole element.</param>
/// <param name="Name">What DHIS2 calls it.</param>
/// <param name="Reason">What is not sent.</param>
internal sealed record Unfed(string DataElement, string? CategoryOptionCombo, string Name, string Reason);

/// <summary>Checks a mapping against the data set that it is for: every dose is in one cell of an element or in none, and no age band is in
/// two of them.</summary>
/// <param name="set">The data set.</param>
/// <param name="reference">The vaccines.</param>
internal sealed class MappingCheck(DataSet set, ReferenceData reference)
{
    /// <summary>Most data elements of a mapping.</summary>
    public const int ElementsMax = 1_000;

    /// <summary>Most cells of a data element.</summary>
    public const int CellsMax = 200;

    /// <summary>Most cells of a mapping.</summary>
    public const int CellsInAllMax = 10_000;

    /// <summary>The most of a data set that is listed as fed from nothing.</summary>
    public const int LeftOverMax = 1_000;

    private const int TextMax = 64;

    // Those that hold a count.
    private static readonly string[] ValueTypes = ["NUMBER", "INTEGER", "INTEGER_POSITIVE", "INTEGER_ZERO_OR_POSITIVE"];

    private readonly FieldErrors _errors = new();

    /// <summary>The mapping with its names as uids, or why it is refused.</summary>
    public (IReadOnlyList<MappedElement> Elements, Refusal? Refusal) Check(IReadOnlyList<MappedElement?>? sent)
    {
        _errors.Require(sent is { Count: > 0 and <= ElementsMax }, "mapping", $"must be a list of 1 to {ElementsMax} data elements");
        _errors.Require(Period.TypeOf(set.PeriodType) is not null, "dataSet",
            $"its periods are '{set.PeriodType}', and {string.Join(", ", Enum.GetNames<PeriodType>())} are known here");
        _errors.Require(!(sent?.Sum(element => element?.Cells?.Count ?? 0) > CellsInAllMax), "mapping",
            $"may have {CellsInAllMax:N0} cells in all: send fewer of its data elements");
        if (_errors.ToRefusal() is { } tooMuch) return ([], tooMuch);
        var elements = new List<MappedElement>();
        foreach (var (at, element) in (sent ?? []).Take(ElementsMax).Index())
            if (Check(element, $"mapping[{at}]") is { } read) elements.Add(read);
        if (_errors.ToRefusal() is { } refusal) return ([], refusal);
        CheckCountedOnce(elements);
        return (elements, _errors.ToRefusal());
    }

    /// <summary>What of the data set is fed from nothing, the first of it.</summary>
    public IReadOnlyList<Unfed> LeftOver(IReadOnlyList<MappedElement> elements) => [.. AllLeftOver(elements).Take(LeftOverMax)];

    private IEnumerable<Unfed> AllLeftOver(IReadOnlyList<MappedElement> elements)
    {
        foreach (var element in set.Elements)
        {
            var feeding = elements.Where(each => each.DataElement == element.Id).ToList();
            if (feeding.Count == 0)
            {
                yield return new Unfed(element.Id, null, element.Name, "nothing is mapped to it");
                continue;
            }

            var cells = feeding.SelectMany(each => each.Cells!).ToLookup(cell => cell!.CategoryOptionCombo, cell => cell!.AgeBand);
            if (cells.Count == 0 || set.ComboOf(element) is not { } combo) continue;
            foreach (var option in combo.OptionCombos)
            {
                if (!cells.Contains(option.Id))
                    yield return new Unfed(element.Id, option.Id, $"{element.Name}, {option.Name}", "nothing is mapped to it");
                else if (AgesLacking(option, cells[option.Id]) is { } lacking)
                    yield return new Unfed(element.Id, option.Id, $"{element.Name}, {option.Name}", lacking);
            }
        }
    }

    private MappedElement? Check(MappedElement? sent, string field)
    {
        if (sent is null)
        {
            _errors.Add(field, "must be an object with dataElement, measure, vaccineId, doseNumber and cells");
            return null;
        }

        _errors.Require(sent.DataSet is null || sent.DataSet == set.Id, $"{field}.dataSet", $"must be '{set.Id}', or left out");
        var element = set.Element(sent.DataElement);
        if (element is null) _errors.Add($"{field}.dataElement", $"must be the uid or code of a data element of '{set.Id}'");
        else
        {
            _errors.Require(ValueTypes.Contains(element.ValueType), $"{field}.dataElement",
                $"'{element.Name}' holds values of the type '{element.ValueType}': name one of {string.Join(", ", ValueTypes)}");
        }

        _errors.Require(
            MappedMeasure.All.Contains(sent.Measure), $"{field}.measure", $"must be one of {string.Join(", ", MappedMeasure.All)}");
        var vaccine = Ids.IsId(sent.VaccineId) ? reference.Vaccine(sent.VaccineId!) : null;
        _errors.Require(vaccine is not null, $"{field}.vaccineId", "must be the code of a vaccine that is known here");
        if (!sent.IsOfDoses)
        {
            _errors.Require(sent.DoseNumber is null, $"{field}.doseNumber", "is of doses given: leave it out");
            _errors.Require(sent.Cells is not { Count: > 0 }, $"{field}.cells", "are of doses given: stock is of no people");
        }

        _errors.Require(
            !sent.IsOfDoses || sent.DoseNumber is MappedElement.AllNumbers || vaccine is null || (sent.DoseNumber is { } number
                && (vaccine.Takes(number) || NoDoseNumber.Is(number))),
            $"{field}.doseNumber", $"must be a dose number of the vaccine, 'unspecified', or '{MappedElement.AllNumbers}' for all");
        var cells = element is null ? [] : CheckCells(sent.Cells ?? [], element, field);
        return element is null ? null : sent with { DataElement = element.Id, Cells = cells, DataSet = null };
    }

    private List<MappedCell> CheckCells(IReadOnlyList<MappedCell?> sent, DataElement element, string field)
    {
        var cells = new List<MappedCell>();
        var combo = set.ComboOf(element);
        if (sent.Count == 0)
        {
            _errors.Require(element.CategoryCombo is null || combo is { IsDefault: true }, $"{field}.cells",
                combo is null ? "the metadata does not have the element's category combination: send an export with it"
                    : $"'{element.Name}' is broken down by '{combo.Name}': say what each cell is fed from");
            return cells;
        }

        _errors.Require(sent.Count <= CellsMax, $"{field}.cells", $"at most {CellsMax}");
        foreach (var (at, cell) in sent.Take(CellsMax).Index())
        {
            var option = combo?.OptionCombo(cell?.CategoryOptionCombo);
            if (cell is null || option is null)
            {
                _errors.Add($"{field}.cells[{at}].categoryOptionCombo", combo is null
                    ? "the metadata does not have the element's category combination: send an export with it"
                    : $"must be the uid or code of one of '{combo.Name}', as {combo.OptionCombos.Select(one => one.Id).FirstOrDefault()}");
                continue;
            }

            foreach (var (name, text) in new[] { ("ageBand", cell.AgeBand), ("sex", cell.Sex), ("priorityGroup", cell.PriorityGroup) })
            {
                _errors.Require(text is null || (text.Length is > 0 and <= TextMax && PlainText.Is(text)), $"{field}.cells[{at}].{name}",
                    $"must be text of 1 to {TextMax} characters, or left out");
            }

            cells.Add(cell with { CategoryOptionCombo = option.Id });
            CheckAges(cell, option, $"{field}.cells[{at}]");
        }

        CheckCountedOnce(cells, $"{field}.cells");
        return cells;
    }

    // Whose age it is must be the same in both.
    private void CheckAges(MappedCell cell, CategoryOptionCombo option, string field)
    {
        if (cell.AgeBand is not { } band || option.Options.Select(each => each.Months).FirstOrDefault(ages => ages is not null)
            is not var (from, until)) return;
        if (AgeBands.MonthsIn(band) is not var (first, end))
        {
            _errors.Add($"{field}.ageBand",
                $"'{band}' cannot be compared with '{option.Name}': a band is named as 0-11m, 12m+, <5 or 12-15");
        }
        else if (first < from || end > until)
        {
            _errors.Add($"{field}.ageBand", $"'{band}' does not lie in '{option.Name}': part of it would be counted in the wrong cell");
        }
    }

    // Of each cell the first fault is enough.
    private void CheckCountedOnce(List<MappedCell> cells, string field)
    {
        var months = cells.ConvertAll(cell => cell.AgeBand is { } band ? AgeBands.MonthsIn(band) : null);
        for (var at = 0; at < cells.Count; at++)
        {
            var cell = cells[at];
            if (cell.AgeBand is null != cells[0].AgeBand is null || cell.Sex is null != cells[0].Sex is null
                || cell.PriorityGroup is null != cells[0].PriorityGroup is null)
                _errors.Add($"{field}[{at}]", "must name the same of ageBand, sex and priorityGroup as the other cells");
            for (var before = 0; before < at; before++)
            {
                var other = cells[before];
                if (other.Sex != cell.Sex || other.PriorityGroup != cell.PriorityGroup) continue;
                if (other.AgeBand == cell.AgeBand)
                    _errors.Add($"{field}[{at}]", "stands for the same people as another cell: map them once");
                else if (months[at] is var (from, until) && months[before] is var (first, end) && from < end && first < until)
                    _errors.Add($"{field}[{at}].ageBand", $"'{cell.AgeBand}' and '{other.AgeBand}' have ages in common: map one of them");
                else continue;
                break;
            }
        }
    }

    private void CheckCountedOnce(List<MappedElement> elements)
    {
        var before = new Dictionary<(string, string), List<MappedElement>>();
        var isBrokenDown = new Dictionary<string, bool>();
        var measures = new Dictionary<string, string>();
        foreach (var (at, element) in elements.Index())
        {
            if (!isBrokenDown.TryAdd(element.DataElement!, element.Cells!.Count > 0))
            {
                _errors.Require(isBrokenDown[element.DataElement!] == element.Cells.Count > 0, $"mapping[{at}].cells",
                    $"another line of '{element.DataElement}' has {(element.Cells.Count > 0 ? "none" : "some")}: all have cells, or none");
            }

            if (!measures.TryAdd(element.DataElement!, element.Measure!))
            {
                _errors.Require(measures[element.DataElement!] == element.Measure, $"mapping[{at}].measure",
                    $"another line of '{element.DataElement}' is of {measures[element.DataElement!]}: one data element is of one measure");
            }

            if (!before.TryGetValue((element.DataElement!, element.VaccineId!), out var others))
                before[(element.DataElement!, element.VaccineId!)] = others = [];
            _errors.Require(!others.Exists(other => other.Takes(element.DoseNumber!) || element.Takes(other.DoseNumber!)),
                $"mapping[{at}]", $"doses of '{element.VaccineId}' would be counted twice in '{element.DataElement}': map them once");
            others.Add(element);
        }
    }

    private static string? AgesLacking(CategoryOptionCombo option, IEnumerable<string?> bands)
    {
        if (option.Options.Select(each => each.Months).FirstOrDefault(ages => ages is not null) is not var (at, until)) return null;
        var ages = bands.OfType<string>().Distinct().Select(AgeBands.MonthsIn).OfType<(int From, int Until)>().OrderBy(each => each.From);
        foreach (var (first, end) in ages)
        {
            if (first > at) break;
            at = Math.Max(at, end);
        }

        return at >= until || !bands.OfType<string>().Any() ? null : $"no age band that is mapped to it has ages from {at} months";
    }
}
