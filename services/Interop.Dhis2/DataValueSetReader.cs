using System.Text;
using System.Xml;

namespace Distribution.Interop.Dhis2;

/// <summary>Reads values in the forms that DHIS2 gives.</summary>
public static class DataValueSetReader
{
    /// <summary>Most values of a set.</summary>
    public const int ValuesMax = 1_000_000;

    private const int DocumentCharsMax = 64 * 1024 * 1024;

    /// <summary>Reads JSON.</summary>
    /// <exception cref="FormatException">It cannot be read; the message says why.</exception>
    public static DataValueSet Json(ReadOnlySpan<byte> json)
    {
        var wire = WireJson.Read<WireSet>(json);
        return new DataValueSet(wire.DataSet, [.. (wire.DataValues ?? []).Select((value, at) =>
            Value(value?.DataElement, value?.Period ?? wire.Period, value?.OrgUnit ?? wire.OrgUnit, value?.Value, $"dataValues[{at}]") with
            {
                CategoryOptionCombo = NullIfEmpty(value!.CategoryOptionCombo),
                AttributeOptionCombo = NullIfEmpty(value.AttributeOptionCombo ?? wire.AttributeOptionCombo),
                StoredBy = value.StoredBy,
                LastUpdated = value.LastUpdated,
                Comment = value.Comment,
                Followup = value.Followup,
            })]);
    }

    /// <summary>Reads CSV: columns by their names, whatever their order.</summary>
    /// <exception cref="FormatException">It cannot be read; the message says why.</exception>
    public static DataValueSet Csv(ReadOnlyMemory<byte> csv) => new(null, [.. CsvTable.Read(csv, ValuesMax).Select(row =>
        Value(row["dataelement"], row["period"], row["orgunit"], row["value"], $"line {row.Number}") with
        {
            CategoryOptionCombo = row["categoryoptioncombo"],
            AttributeOptionCombo = row["attributeoptioncombo"],
            StoredBy = row["storedby"],
            LastUpdated = row["lastupdated"] ?? row["timestamp"],
            Comment = row["comment"],
            Followup = Truth(row["followup"]),
        })]);

    /// <summary>Reads DHIS2's own XML (dxf 2).</summary>
    /// <exception cref="FormatException">It cannot be read; the message says why.</exception>
    public static DataValueSet Xml(Stream xml)
    {
        string? dataSet = null;
        var (root, values) = (new Dictionary<string, string>(), new List<DataValue>());
        Walk(xml, "dataValueSet", reader =>
        {
            var said = Attributes(reader);
            if (reader.Depth == 0) (root, dataSet) = (said, said.GetValueOrDefault("dataSet"));
            if (reader.LocalName != "dataValue") return;
            values.Add(Value(
                said.GetValueOrDefault("dataElement"), said.GetValueOrDefault("period") ?? root.GetValueOrDefault("period"),
                said.GetValueOrDefault("orgUnit") ?? root.GetValueOrDefault("orgUnit"), said.GetValueOrDefault("value"), Line(reader)) with
            {
                CategoryOptionCombo = said.GetValueOrDefault("categoryOptionCombo"),
                AttributeOptionCombo = said.GetValueOrDefault("attributeOptionCombo"),
                StoredBy = said.GetValueOrDefault("storedBy"),
                LastUpdated = said.GetValueOrDefault("lastUpdated") ?? said.GetValueOrDefault("timestamp"),
                Comment = said.GetValueOrDefault("comment"),
                Followup = Truth(said.GetValueOrDefault("followup")),
            });
            Limit(values);
        }, (_, _) => { });
        return new DataValueSet(dataSet, values);
    }

    /// <summary>Reads ADX. Categories of a group are those of its values' other combination, and are not kept.</summary>
    /// <exception cref="FormatException">It cannot be read; the message says why.</exception>
    public static DataValueSet Adx(Stream xml)
    {
        var (group, values) = (new Dictionary<string, string>(), new List<DataValue>());
        var period = "";
        Walk(xml, "adx", reader =>
        {
            if (reader.LocalName == "group")
            {
                group = Attributes(reader);
                period = Period.ParseAdx(group.GetValueOrDefault("period"))?.Id ?? throw new FormatException(
                    $"{Line(reader)}: period: '{group.GetValueOrDefault("period")}' is no period of ADX, as 2026-03-01/P1M");
            }
            else if (reader.LocalName == "dataValue")
            {
                var said = Attributes(reader);
                var categories = said.Where(each => !AdxNames.OfValues.Contains(each.Key)).ToDictionary();
                values.Add(Value(
                    said.GetValueOrDefault("dataElement"), period, group.GetValueOrDefault("orgUnit"), said.GetValueOrDefault("value"),
                    Line(reader)) with
                {
                    CategoryOptionCombo = said.GetValueOrDefault("categoryOptionCombo"),
                    AttributeOptionCombo =
                        said.GetValueOrDefault("attributeOptionCombo") ?? group.GetValueOrDefault("attributeOptionCombo"),
                    Categories = categories.Count == 0 ? null : categories,
                    DataSet = group.GetValueOrDefault("dataSet"),
                    LastUpdated = said.GetValueOrDefault("lastUpdated"),
                });
                Limit(values);
            }
        }, (element, text) =>
        {
            if (element == "annotation" && values.Count > 0) values[^1] = values[^1] with { Comment = text };
        });
        var sets = values.Select(value => value.DataSet).Distinct().ToList();
        return new DataValueSet(sets is [var only] ? only : null, values);
    }

    private static void Walk(Stream xml, string root, Action<XmlReader> element, Action<string, string> text)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = DocumentCharsMax,
            IgnoreComments = true,
        };
        try
        {
            using var reader = XmlReader.Create(xml, settings);
            var within = "";
            while (reader.Read())
            {
                if (reader.NodeType == XmlNodeType.Element)
                {
                    if (reader.Depth == 0 && reader.LocalName != root)
                        throw new FormatException($"it begins with <{reader.LocalName}> and not with <{root}>");
                    within = reader.LocalName;
                    element(reader);
                }
                else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
                {
                    text(within, reader.Value);
                }
            }
        }
        catch (XmlException wrong)
        {
            throw new FormatException($"line {wrong.LineNumber} is no XML that is taken here", wrong);
        }
        catch (DecoderFallbackException wrong)
        {
            throw new FormatException("it is not in the encoding that it names", wrong);
        }
    }

    private static Dictionary<string, string> Attributes(XmlReader reader)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.MoveToNextAttribute())
            if (reader.NamespaceURI.Length == 0) attributes[reader.LocalName] = reader.Value;
        reader.MoveToElement();
        return attributes;
    }

    private static string Line(XmlReader reader) => $"line {((IXmlLineInfo)reader).LineNumber}";

    private static void Limit(List<DataValue> values)
    {
        if (values.Count > ValuesMax) throw new FormatException($"it has more than {ValuesMax} values: send it in several");
    }

    private static DataValue Value(string? dataElement, string? period, string? orgUnit, string? value, string where) =>
        string.IsNullOrEmpty(dataElement) ? throw new FormatException($"{where}: dataElement is missing")
        : Period.Parse(period) is null ? throw new FormatException($"{where}: period: {Period.Rule}")
        : string.IsNullOrEmpty(orgUnit) ? throw new FormatException($"{where}: orgUnit is missing")
        : value is null ? throw new FormatException($"{where}: value is missing")
        : new DataValue(dataElement, period!, orgUnit, null, value);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static bool? Truth(string? text) => bool.TryParse(text, out var is_) ? is_ : null;

    private sealed record WireSet(
        string? DataSet, string? Period, string? OrgUnit, string? AttributeOptionCombo, List<WireValue?>? DataValues);

    private sealed record WireValue(
        string? DataElement, string? Period, string? OrgUnit, string? CategoryOptionCombo, string? AttributeOptionCombo, string? Value,
        string? StoredBy, string? LastUpdated, string? Comment, bool? Followup);
}
