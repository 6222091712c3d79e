using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml;

namespace Distribution.Interop.Dhis2;

/// <summary>Writes values in the forms that DHIS2 takes.</summary>
public static class DataValueSetWriter
{
    /// <summary>The namespace of ADX.</summary>
    public const string AdxNamespace = "urn:ihe:qrph:adx:2015";

    private const string CsvHeader =
        "dataelement,period,orgunit,categoryoptioncombo,attributeoptioncombo,value,storedby,lastupdated,comment,followup\n";

    /// <summary>As JSON. What all values have in common is said once, for all of them.</summary>
    /// <param name="set">The values.</param>
    /// <param name="add">Writes what the answer says beyond them, into the same object; or null.</param>
    public static byte[] Json(DataValueSet set, Action<Utf8JsonWriter>? add = null)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.Default }))
        {
            var period = Common(set, value => value.Period);
            var orgUnit = Common(set, value => value.OrgUnit);
            json.WriteStartObject();
            if (set.DataSet is { } dataSet) json.WriteString("dataSet", dataSet);
            if (period is not null) json.WriteString("period", period);
            if (orgUnit is not null) json.WriteString("orgUnit", orgUnit);
            json.WriteStartArray("dataValues");
            foreach (var value in set.Values)
            {
                json.WriteStartObject();
                json.WriteString("dataElement", value.DataElement);
                if (period is null) json.WriteString("period", value.Period);
                if (orgUnit is null) json.WriteString("orgUnit", value.OrgUnit);
                if (value.CategoryOptionCombo is { } combo) json.WriteString("categoryOptionCombo", combo);
                if (value.AttributeOptionCombo is { } attribute) json.WriteString("attributeOptionCombo", attribute);
                json.WriteString("value", value.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            add?.Invoke(json);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>As CSV.</summary>
    public static byte[] Csv(DataValueSet set)
    {
        var csv = new StringBuilder(CsvHeader);
        foreach (var value in set.Values)
        {
            string?[] cells =
            [
                value.DataElement, value.Period, value.OrgUnit, value.CategoryOptionCombo, value.AttributeOptionCombo, value.Value,
                value.StoredBy, value.LastUpdated, value.Comment, value.Followup switch { true => "true", false => "false", _ => null },
            ];
            csv.AppendJoin(',', cells.Select(Cell)).Append('\n');
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    /// <summary>As ADX: a group for each period and place.</summary>
    /// <param name="set">The values; their periods must be as DHIS2 writes them.</param>
    /// <param name="exported">When it was made.</param>
    /// <param name="comments">What the answer says beyond the values, for people.</param>
    /// <exception cref="FormatException">A period is none that is known here.</exception>
    public static byte[] Adx(DataValueSet set, DateTimeOffset exported, params IReadOnlyList<string> comments)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, new XmlWriterSettings { Encoding = new UTF8Encoding(false), CheckCharacters = true }))
        {
            xml.WriteStartElement("adx", AdxNamespace);
            xml.WriteAttributeString("exported", exported.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            foreach (var comment in comments) xml.WriteComment($" {Plain(comment)} ");
            foreach (var group in set.Values.GroupBy(value => (value.Period, value.OrgUnit)))
            {
                xml.WriteStartElement("group", AdxNamespace);
                if (set.DataSet is { } dataSet) xml.WriteAttributeString("dataSet", Plain(dataSet));
                xml.WriteAttributeString("period", (Period.Parse(group.Key.Period) ?? throw new FormatException(Period.Rule)).Adx);
                xml.WriteAttributeString("orgUnit", Plain(group.Key.OrgUnit));
                foreach (var value in group) Write(xml, value);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        return bytes.ToArray();
    }

    /// <summary>Whether categories can be attributes of ADX: their codes are names in XML, and none of them means something else
    /// there.</summary>
    public static bool CanBeAttributes(IEnumerable<string> categories)
    {
        var seen = new HashSet<string>(AdxNames.OfValues, StringComparer.Ordinal);
        return categories.All(category => IsName(category) && seen.Add(category));
    }

    private static void Write(XmlWriter xml, DataValue value)
    {
        xml.WriteStartElement("dataValue", AdxNamespace);
        xml.WriteAttributeString("dataElement", Plain(value.DataElement));
        if (value.Categories is { Count: > 0 } categories && CanBeAttributes(categories.Keys))
            foreach (var (category, option) in categories) xml.WriteAttributeString(category, Plain(option));
        else if (value.CategoryOptionCombo is { } combo) xml.WriteAttributeString("categoryOptionCombo", Plain(combo));
        if (value.AttributeOptionCombo is { } attribute) xml.WriteAttributeString("attributeOptionCombo", Plain(attribute));
        xml.WriteAttributeString("value", Plain(value.Value));
        if (value.Comment is { } comment) xml.WriteElementString("annotation", AdxNamespace, Plain(comment));
        xml.WriteEndElement();
    }

    private static bool IsName(string text)
    {
        try
        {
            return XmlConvert.VerifyNCName(text).Length > 0 && !text.StartsWith("xml", StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception wrong) when (wrong is XmlException or ArgumentException)
        {
            return false;
        }
    }

    // What XML cannot hold is of no code.
    private static string Plain(string text) =>
        text.All(XmlConvert.IsXmlChar) ? text : string.Concat(text.Where(XmlConvert.IsXmlChar));

    private static string? Common(DataValueSet set, Func<DataValue, string> of) =>
        set.Values.Count > 0 && set.Values.Select(of).Distinct().Take(2).ToList() is [var only] ? only : null;

    private static string Cell(string? text) => text is null ? ""
        : text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text
        : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>Attributes of ADX that are no categories.</summary>
internal static class AdxNames
{
    /// <summary>Of a group.</summary>
    public static readonly string[] OfGroups =
        ["dataSet", "period", "orgUnit", "attributeOptionCombo", "comment", "completeDate", "dataSetComplete"];

    /// <summary>Of a value.</summary>
    public static readonly string[] OfValues =
        ["dataElement", "value", "categoryOptionCombo", "attributeOptionCombo", "created", "lastUpdated", "storedBy", "followup"];
}
