namespace Distribution.Interop.Dhis2;

/// <summary>Reads the data sets out of an export of metadata of DHIS2 (JSON), and of them what values are named by.</summary>
public static class MetadataReader
{
    /// <summary>Most data elements, options and their combinations together.</summary>
    public const int ObjectsMax = 20_000;

    private const string DefaultName = "default";
    private const int TextMax = 230;

    /// <summary>Reads an export.</summary>
    /// <param name="json">The export, in UTF-8.</param>
    /// <param name="missing">What the data sets refer to and the export does not have, by uid.</param>
    /// <returns>Its data sets.</returns>
    /// <exception cref="FormatException">It cannot be read; the message says where and why.</exception>
    public static IReadOnlyList<DataSet> Read(ReadOnlySpan<byte> json, out IReadOnlyList<string> missing)
    {
        var wire = WireJson.Read<WireMetadata>(json);
        var objects = Count(wire.DataElements) + Count(wire.Categories) + Count(wire.CategoryOptions) + Count(wire.CategoryCombos)
            + Count(wire.CategoryOptionCombos);
        if (objects > ObjectsMax)
            throw new FormatException($"it has {objects} objects, and at most {ObjectsMax} are taken: export one data set at a time");
        var absent = new SortedSet<string>(StringComparer.Ordinal);
        var elements = ById(wire.DataElements, "dataElements");
        var combos = Combos(wire);
        DataSet[] sets = [.. ById(wire.DataSets, "dataSets").Values.Select(set => Set(set, elements, combos, absent))];
        if (sets.Length == 0) throw new FormatException("dataSets: there is none: export a data set with what it depends on");
        missing = [.. absent];
        return sets;
    }

    private static DataSet Set(
        WireObject set, Dictionary<string, WireObject> elements, Dictionary<string, CategoryCombo> combos, SortedSet<string> absent)
    {
        var own = new List<DataElement>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in set.DataSetElements ?? [])
        {
            if (member?.DataElement?.Id is not { } id || !seen.Add(id)) continue;
            if (!elements.TryGetValue(id, out var element))
            {
                absent.Add(id);
                continue;
            }

            var combo = member.CategoryCombo?.Id ?? element.CategoryCombo?.Id;
            if (combo is not null && !combos.ContainsKey(combo)) absent.Add(combo);
            own.Add(new DataElement(
                id, Text(element.Code), NameOf(element), Text(element.ValueType) ?? "", element.ZeroIsSignificant == true, combo));
        }

        var used = own.Select(element => element.CategoryCombo).OfType<string>().Distinct().Where(combos.ContainsKey);
        return new DataSet(
            set.Id!, Text(set.Code), NameOf(set), Text(set.PeriodType) ?? "", own, [.. used.Select(combo => combos[combo])]);
    }

    private static Dictionary<string, CategoryCombo> Combos(WireMetadata wire)
    {
        var options = ById(wire.CategoryOptions, "categoryOptions");
        var categories = ById(wire.Categories, "categories");
        var optionCombos = ById(wire.CategoryOptionCombos, "categoryOptionCombos").Values.ToLookup(combo => combo.CategoryCombo?.Id);
        return ById(wire.CategoryCombos, "categoryCombos").Values.ToDictionary(combo => combo.Id!, combo =>
        {
            var categoryOf = new Dictionary<string, WireObject>(StringComparer.Ordinal);
            foreach (var category in Named(combo.Categories, categories))
                foreach (var option in category.CategoryOptions ?? [])
                    if (option?.Id is { } id) categoryOf.TryAdd(id, category);
            return new CategoryCombo(
                combo.Id!, NameOf(combo), string.Equals(combo.Code ?? combo.Name, DefaultName, StringComparison.OrdinalIgnoreCase),
                [.. optionCombos[combo.Id].Select(each => new CategoryOptionCombo(
                    each.Id!, Text(each.Code), NameOf(each),
                    [.. Named(each.CategoryOptions, options).Select(option => new CategoryOption(
                        Text(categoryOf.GetValueOrDefault(option.Id!)?.Code), Text(option.Code), NameOf(option)))]))]);
        });
    }

    private static IEnumerable<WireObject> Named(List<WireObject?>? references, Dictionary<string, WireObject> known) =>
        (references ?? []).Select(each => each?.Id is { } id ? known.GetValueOrDefault(id) : null).OfType<WireObject>();

    private static Dictionary<string, WireObject> ById(List<WireObject?>? objects, string list)
    {
        var known = new Dictionary<string, WireObject>(StringComparer.Ordinal);
        foreach (var (at, each) in (objects ?? []).Index())
        {
            if (!Uid.Is(each?.Id)) throw new FormatException($"{list}[{at}].id: {Uid.Rule}");
            if (!known.TryAdd(each!.Id!, each)) throw new FormatException($"{list}[{at}].id: '{each.Id}' comes twice: send it once");
        }

        return known;
    }

    private static int Count(List<WireObject?>? objects) => objects?.Count ?? 0;

    private static string NameOf(WireObject named) => Text(named.Name) ?? named.Id!;

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Length > TextMax ? text[..TextMax] : text;

    private sealed record WireMetadata(
        List<WireObject?>? DataSets, List<WireObject?>? DataElements, List<WireObject?>? CategoryCombos, List<WireObject?>? Categories,
        List<WireObject?>? CategoryOptions, List<WireObject?>? CategoryOptionCombos);

    // Whatever of it an object of DHIS2 has.
    private sealed record WireObject(
        string? Id, string? Code, string? Name, string? PeriodType, string? ValueType, bool? ZeroIsSignificant,
        WireObject? CategoryCombo, List<WireObject?>? Categories, List<WireObject?>? CategoryOptions,
        List<WireElement?>? DataSetElements);

    private sealed record WireElement(WireObject? DataElement, WireObject? CategoryCombo);
}
