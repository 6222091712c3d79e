using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Distribution.Interop.Dhis2;
using Distribution.Tests.Support;

namespace Distribution.Interop.Tests.Dhis2;

/// <summary>DHIS2's own files are read, and what is written is read back the same.</summary>
public sealed class DataValueSetTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Exported = new(2026, 4, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_examples_are_read_as_their_index_says()
    {
        var csv = DataValueSetReader.Csv(Example("dataValueSetB.csv"));
        Assert.Equal(12, csv.Values.Count);
        Assert.Equal(
            new DataValue("f7n9E0hX8qk", "201201", "DiszpKrYNg8", null, "10001")
            {
                StoredBy = "john",
                LastUpdated = "2012-01-01",
                Comment = "comment",
                Followup = false,
            }, csv.Values[0]);
        Assert.Equal("10", DataValueSetReader.Json(Example("dataValueSetJ.json").Span).Values.Single().Value);
        Assert.Equal("0", DataValueSetReader.Json(Example("dataValueSetJDeleteZeroValue.json").Span).Values.Single().Value);

        var xml = DataValueSetReader.Xml(Stream("dataValueSetNonStrict.xml"));
        Assert.Equal(("pBOMPrpg1QX", "201201 2012Q2 2012"), (xml.DataSet, string.Join(' ', xml.Values.Select(value => value.Period))));
        Assert.Equal(("kjuiHgy67hg", "Gad33qy67g5"), (xml.Values[0].CategoryOptionCombo, xml.Values[1].AttributeOptionCombo));

        var sample = DataValueSetReader.Adx(Stream("adx_data_sample2.xml"));
        Assert.Equal((13, null), (sample.Values.Count, sample.DataSet));
        Assert.Equal(("201501", "342", "under5", "M"), (sample.Values[2].Period, sample.Values[2].OrgUnit,
            sample.Values[2].Categories!["ageGroup"], sample.Values[2].Categories!["sex"]));
        Assert.Equal(("0", "Some qualifying text here on the datavalue"), (sample.Values[8].Value, sample.Values[8].Comment));
        var a = DataValueSetReader.Adx(Stream("exportA.adx.xml"));
        Assert.Equal(("MalariaDS", 2, "FFFFFFFFFFF"), (a.DataSet, a.Values.Count, a.Values[0].Categories!["Sex_category"]));
        Assert.Equal(4, DataValueSetReader.Adx(Stream("exportB.adx.xml")).Values.Count);
        var import = DataValueSetReader.Adx(Stream("importA.adx.xml"));
        Assert.Equal((9, "FOver555555", "2021Q1", "cocMcDonald"), (import.Values.Count, import.Values[2].CategoryOptionCombo,
            import.Values[6].Period, import.Values[8].AttributeOptionCombo));
        var dates = DataValueSetReader.Adx(Stream("importDates.adx.xml")).Values.Single();
        Assert.Equal(("1987-12-21T23:59:38.376+0000", "33333"), (dates.LastUpdated, dates.Comment));
    }

    [Fact]
    public void The_export_of_a_month_is_written_in_all_three_forms()
    {
        var example = JsonNode.Parse(Example("ours-export-bcg-march.json").Span)!;
        var set = DataValueSetReader.Json(Encoding.UTF8.GetBytes(example["json"]!.ToJsonString()));
        Assert.Equal(2, set.Values.Count);
        Assert.True(JsonNode.DeepEquals(example["json"], JsonNode.Parse(DataValueSetWriter.Json(set))));
        Assert.Equal((string)example["csv"]!, Encoding.UTF8.GetString(DataValueSetWriter.Csv(set)));
        var expected = XDocument.Parse((string)example["adx"]!);
        var adx = XDocument.Load(new MemoryStream(DataValueSetWriter.Adx(set, Exported)));
        Assert.Equal("2026-04-01T08:00:00Z", (string)adx.Root!.Attribute("exported")!);
        foreach (var document in (XDocument[])[expected, adx]) document.Root!.Attribute("exported")!.Remove();
        Assert.True(XNode.DeepEquals(expected.Root, adx.Root), adx.ToString());
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var set = new DataValueSet("jqSaKxtj8IA", [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => new DataValue(
                Text(), Period.Of((PeriodType)random.Next(5), new DateOnly(2020, 1, 1).AddDays(random.Next(4_000))).Id, Text(),
                random.Next(2) == 0 ? null : Text(), $"{random.Next(100)}"))]);
            Assert.Equal(set.Values, DataValueSetReader.Json(DataValueSetWriter.Json(set)).Values);
            Assert.Equal(set.Values, DataValueSetReader.Csv(DataValueSetWriter.Csv(set)).Values);
            var adx = DataValueSetReader.Adx(new MemoryStream(DataValueSetWriter.Adx(set, Exported, "a -- comment --")));
            // ADX groups values by period and place.
            Assert.Equal(
                set.Values.GroupBy(value => (value.Period, value.OrgUnit)).SelectMany(group => group).ToList(),
                adx.Values.Select(value => value with { DataSet = null }));
        }

        string Text() => string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => "aB1,\"'<&>é字-"[random.Next(12)]));
    }

    [Fact]
    public void Categories_are_attributes_where_XML_and_ADX_allow_it()
    {
        Assert.True(DataValueSetWriter.CanBeAttributes(["Sex_category", "ageGroup"]));
        Assert.False(DataValueSetWriter.CanBeAttributes(["Age (immunization)"]));
        Assert.False(DataValueSetWriter.CanBeAttributes(["value"]));
        Assert.False(DataValueSetWriter.CanBeAttributes(["xmlns"]));
        Assert.False(DataValueSetWriter.CanBeAttributes(["sex", "sex"]));
        var sex = new Dictionary<string, string> { ["sex"] = "M" };
        var value = new DataValue("MAL04", "201501", "342", "combo", "10") { Categories = sex };
        var adx = Encoding.UTF8.GetString(DataValueSetWriter.Adx(new DataValueSet("DS", [value]), Exported));
        Assert.Contains("<dataValue dataElement=\"MAL04\" sex=\"M\" value=\"10\" />", adx, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_sent_is_read_or_refused()
    {
        Assert.SkipWhen(Examples.Find("dhis2/index.csv") is null, Examples.Missing);
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var folder = Path.GetDirectoryName(Examples.Find("dhis2/index.csv")!)!;
        var files = Directory.GetFiles(folder).Order().Select(File.ReadAllBytes).ToList();
        var (read, refused) = (0, 0);
        for (var round = 0; round < 8_000; round++)
        {
            var bytes = files[random.Next(files.Count)].ToArray();
            for (var changes = random.Next(4); changes > 0 && bytes.Length > 1; changes--)
            {
                var at = random.Next(bytes.Length);
                switch (random.Next(4))
                {
                    case 0: bytes[at] = (byte)random.Next(256); break;
                    case 1: bytes = bytes[..at]; break;
                    case 2: bytes = [.. bytes[..at], .. "{}[]\",:<>&\0null"u8.Slice(random.Next(8), 4), .. bytes[at..]]; break;
                    default: bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(30))..]]; break;
                }
            }

            foreach (var reader in Readers)
            {
                try
                {
                    reader(bytes);
                    read++;
                }
                catch (FormatException wrong)
                {
                    refused++;
                    Assert.False(string.IsNullOrWhiteSpace(wrong.Message));
                }
            }
        }

        Assert.True(read > 1_000 && refused > 1_000, $"{read} read, {refused} refused");
    }

    private static readonly Action<byte[]>[] Readers =
    [
        bytes => DataValueSetReader.Json(bytes), bytes => DataValueSetReader.Csv(bytes),
        bytes => DataValueSetReader.Xml(new MemoryStream(bytes)), bytes => DataValueSetReader.Adx(new MemoryStream(bytes)),
        bytes => MetadataReader.Read(bytes, out _), bytes => OrganisationUnit.Json(bytes), bytes => OrganisationUnit.Csv(bytes),
    ];

    private static ReadOnlyMemory<byte> Example(string file) => File.ReadAllBytes(Find(file));

    private static FileStream Stream(string file) => File.OpenRead(Find(file));

    private static string Find(string file)
    {
        var found = Examples.Find($"dhis2/{file}");
        Assert.SkipWhen(found is null, Examples.Missing);
        return found!;
    }
}
