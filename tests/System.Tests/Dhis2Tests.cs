using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Distribution.Interop.Dhis2;

namespace Distribution.SystemTests;

public sealed class StandaloneDhis2Tests(Standalone system) : Dhis2Tests(system);

public sealed class DistributedDhis2Tests(Distributed system) : Dhis2Tests(system);

/// <summary>Figures go to DHIS2 as values of its data sets, and its organisation units come in as places.</summary>
public abstract class Dhis2Tests(RunningSystem system) : Dhis2Suite(system)
{
    [Fact]
    public async Task The_example_gives_the_three_exports_that_it_names()
    {
        var example = JsonNode.Parse(Example("ours-export-bcg-march.json"))!;
        var vaccine = await FillSierraLeone();
        await Report((string)example["facility"]!["facilityId"]!, vaccine, [.. example["doses"]!.AsArray().Select(dose =>
            ((string)dose!["occurredOn"]!, (string?)dose["ageBand"], "1", (long)dose["count"]!))]);
        var mapping = example["mapping"]!.DeepClone();
        foreach (var element in mapping.AsArray()) element!["vaccineId"] = vaccine;
        _ = (await PutMapping(mapping)).Body;

        var query = $"dataSet={Own(DataSet)}&period=202603&orgUnit={example["facility"]!["dhis2Uid"]}";
        var json = await Get(query);
        Assert.True(JsonNode.DeepEquals(example["json"], json.Json), json.Text);
        Assert.Equal((string)example["csv"]!, (await Get(query, Csv)).Text);
        var adx = XDocument.Parse((await Get(query + "&idScheme=uid", Adx)).Text);
        var expected = XDocument.Parse((string)example["adx"]!);
        foreach (var document in (XDocument[])[adx, expected]) document.Root!.Attribute("exported")!.Remove();
        Assert.True(XNode.DeepEquals(expected.Root, adx.Root), adx.ToString());

        // By codes, as ADX is read by default; the data set has none, and says so.
        var byCode = await Get(query + "&format=adx");
        var read = DataValueSetReader.Adx(new MemoryStream(Encoding.UTF8.GetBytes(byCode.Text)));
        Assert.Equal((Own(DataSet), "EPI_BCG_GIVEN", Own("OU_559"), "EPI-U01Y", "40"), (read.DataSet!, read.Values[0].DataElement,
            read.Values[0].OrgUnit, read.Values[0].CategoryOptionCombo!, read.Values[0].Value));
        Assert.Contains($"<!-- the data set {Own(DataSet)} has no code: it is named by its uid -->", byCode.Text, StringComparison.Ordinal);
        Assert.Equal("EPI-U01Y", (string)(await Get(query + "&idScheme=code")).Body["dataValues"]![0]!["categoryOptionCombo"]!);

        // The same place by its code, and all months that lie in some days.
        Assert.Equal(json.Text, (await Get($"dataSet={Own(DataSet)}&period=202603&orgUnit={Own("OU_559")}")).Text);
        var months = await Get($"dataSet={Own(DataSet)}&startDate=2026-02-01&endDate=2026-04-30&orgUnit={Own("OU_559")}");
        Assert.Equal(["202602 7", "202602 0", "202603 40", "202603 2", "202604 5", "202604 0"],
            months.Body["dataValues"]!.AsArray().Select(value => $"{value!["period"]} {value["value"]}").ToArray());
    }

    [Fact]
    public async Task What_is_sent_of_all_places_is_what_coverage_has_and_the_rest_is_said()
    {
        var vaccine = await FillSierraLeone();
        _ = (await PutMapping(Mapping(vaccine, "*"))).Body;
        await Report(Own("OU_559"), vaccine,
            ("2026-03-02", "0-11m", "1", 11), ("2026-03-09", "12m+", "unspecified", 7), ("2026-03-10", null, "1", 5));
        await Report(Own("OU_167609"), vaccine, ("2026-03-31", "0-11m", "2", 23), ("2026-04-01", "0-11m", "2", 100));
        await Report(Own("OU_539"), vaccine, ("2026-03-15", "12m+", "1", 3));

        var all = await Get($"dataSet={Own(DataSet)}&period=202603&orgUnit={Own("ImspTQPwCqd")}&children=true");
        Assert.Equal(
            [$"{Own("DiszpKrYNg8")} {Own(Infants)} 11", $"{Own("DiszpKrYNg8")} {Own(Older)} 7", $"{Own("YuQRtpLP10I")} {Own(Infants)} 0",
                $"{Own("YuQRtpLP10I")} {Own(Older)} 3", $"{Own("g8upMTyEZGZ")} {Own(Infants)} 23", $"{Own("g8upMTyEZGZ")} {Own(Older)} 0"],
            Values(all).Order(StringComparer.Ordinal).ToArray());
        var unmapped = Assert.Single(all.Body["leftOut"]!.AsArray())!;
        Assert.Equal((5, true), ((long)unmapped["doses"]!, ((string)unmapped["what"]!).Contains(vaccine, StringComparison.Ordinal)));

        // A place with all below it, as one.
        var whole = await Get($"dataSet={Own(DataSet)}&period=202603&orgUnit={Own("OU_539")}&children=false");
        Assert.Equal(["34", "10"], whole.Body["dataValues"]!.AsArray().Select(value => (string)value!["value"]!).ToArray());
        foreach (var (age, doses) in new[] { ("0-11m", 34), ("12m%2B", 10) })
        {
            var coverage = await Api.WholeCoverage(
                $"country={Own("OU_525")}&level=district&vaccineId={vaccine}&ageBand={age}&from=2026-03-01&asOf=2026-03-31");
            Assert.Equal(doses, (long)coverage["rows"]!.AsArray().Single()!["doses"]!);
        }

        // Nobody reported for May: that is not 0. Who says that none were given is believed.
        Assert.Empty((await Get($"dataSet={Own(DataSet)}&period=202605&orgUnit={Own("OU_559")}")).Body["dataValues"]!.AsArray());
        await Report(Own("OU_559"), vaccine, ("2026-05-04", null, "1", 0));
        Assert.Equal(["0", "0"], (await Get($"dataSet={Own(DataSet)}&period=202605&orgUnit={Own("OU_559")}")).Body["dataValues"]!.AsArray()
            .Select(value => (string)value!["value"]!).ToArray());
    }

    [Theory]
    [InlineData("Daily", "20260301", 1)]
    [InlineData("Weekly", "2026W9", 3)]
    [InlineData("Quarterly", "2026Q1", 7)]
    [InlineData("Yearly", "2026", 15)]
    public async Task Periods_of_each_type_count_their_days(string type, string period, long doses)
    {
        var world = await NewWorld();
        await SendMetadata(type, zeroIsSignificant: false);
        _ = (await PutMapping(Mapping(world.Vaccine, "1"))).Body;
        await PutUid(world, Own("DiszpKrYNg8"));
        await Report(world.Clinic, world.Vaccine, ("2026-02-22", "0-11m", "1", 4), ("2026-02-23", "0-11m", "1", 2),
            ("2026-03-01", "0-11m", "1", 1), ("2026-04-01", "0-11m", "1", 8));
        var answer = await Get($"dataSet={Own(DataSet)}&period={period}&orgUnit={world.Clinic}");
        // What DHIS2 would not keep is not sent.
        Assert.Equal([$"{doses}"], answer.Body["dataValues"]!.AsArray().Select(value => (string)value!["value"]!).ToArray());
        Assert.Equal(422, (await Get($"dataSet={Own(DataSet)}&period=202603&orgUnit={world.Clinic}")).Code);
        var adx = DataValueSetReader.Adx(new MemoryStream(Encoding.UTF8.GetBytes(
            (await Get($"dataSet={Own(DataSet)}&period={period}&orgUnit={world.Clinic}&format=adx")).Text)));
        Assert.Equal(period, adx.Values.Single().Period);

        // A place that DHIS2 does not know is left out by name.
        await Report(world.Store, world.Vaccine, ("2026-03-01", "0-11m", "1", 9));
        var region = await Get($"dataSet={Own(DataSet)}&period={period}&orgUnit={world.Region}&children=true");
        Assert.Equal([$"{doses}"], region.Body["dataValues"]!.AsArray().Select(value => (string)value!["value"]!).ToArray());
        Assert.Contains(
            region.Body["leftOut"]!.AsArray(), left => ((string)left!["what"]!).Contains(world.Store, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mapping_is_checked_against_the_metadata_and_what_is_left_over_is_listed()
    {
        var world = await NewWorld();
        Assert.Equal(404, (await PutMapping(Mapping(world.Vaccine, "1"))).Code);
        var sent = (await Send("/dhis2/metadata", Example("epi-metadata-a.json"))).Body;
        Assert.Equal((53, "Monthly"), ((int)sent["dataSets"]![0]!["dataElements"]!, (string)sent["dataSets"]![0]!["periodType"]!));
        Assert.Empty(sent["missing"]!.AsArray());

        var put = (await PutMapping(Mapping(world.Vaccine, "1"))).Body;
        Assert.Equal(put.ToJsonString(), (await Api.SendTo(HttpMethod.Get, $"/dhis2/mappings/{Own(DataSet)}")).Body.ToJsonString());
        Assert.Equal(52, put["leftOver"]!.AsArray().Count);
        var half = Mapping(world.Vaccine, "1");
        half[0]!["cells"]!.AsArray().RemoveAt(1);
        half[0]!["cells"]![0]!["ageBand"] = "0-5m";
        var left = (await PutMapping(half)).Body["leftOver"]!.AsArray().Where(each => (string)each!["dataElement"]! == Own(Given)).ToList();
        Assert.Equal([Own(Infants), Own(Older)], left.Select(each => (string)each!["categoryOptionCombo"]!));
        // Several bands of ours in one of theirs.
        half[0]!["cells"]!.AsArray().Add(new JsonObject { ["ageBand"] = "6-11m", ["categoryOptionCombo"] = Own(Infants) });
        Assert.Equal([Own(Older)], (await PutMapping(half)).Body["leftOver"]!.AsArray()
            .Where(each => (string)each!["dataElement"]! == Own(Given)).Select(each => (string)each!["categoryOptionCombo"]!));

        await Refused("mapping[0].cells[1].ageBand", element => element["cells"]![1]!["ageBand"] = "<5");
        await Refused("mapping[0].cells[1].ageBand", element => element["cells"]![1]!["ageBand"] = "grown up");
        await Refused("mapping[0].cells[1]", element =>
            element["cells"]![1] = new JsonObject { ["ageBand"] = "0-11m", ["categoryOptionCombo"] = Own(Infants) });
        await Refused("mapping[0].cells[1].ageBand", element =>
            element["cells"]![1] = new JsonObject { ["ageBand"] = "6-11m", ["categoryOptionCombo"] = Own(Infants) });
        await Refused("mapping[0].cells[1]", element => element["cells"]![1]!["sex"] = "female");
        await Refused("mapping[0].cells[0].categoryOptionCombo", element => element["cells"]![0]!["categoryOptionCombo"] = "HllvX50cXC0");
        await Refused("mapping[0].cells", element => element.Remove("cells"));
        await Refused("mapping[0].dataElement", element => element["dataElement"] = "nothing");
        await Refused("mapping[0].vaccineId", element => element["vaccineId"] = "nothing");
        await Refused("mapping[0].doseNumber", element => element["doseNumber"] = "7");
        await Refused("mapping[0].measure", element => element["measure"] = "lost");
        await Refused("mapping[0].doseNumber", element => element["measure"] = "onHand");
        await Refused("mapping[0].cells", element => element["measure"] = "wasted");
        await Refused("mapping[0].dataSet", element => element["dataSet"] = "x");
        var twice = Mapping(world.Vaccine, "1");
        twice.Add(Mapping(world.Vaccine, "*")[0]!.DeepClone());
        Assert.NotNull((await PutMapping(twice)).Json!["errors"]!["mapping[1]"]);
        // As it was before all that.
        var kept = (await Api.SendTo(HttpMethod.Get, $"/dhis2/mappings/{Own(DataSet)}")).Body;
        Assert.Equal(2, kept["mapping"]![0]!["cells"]!.AsArray().Count);

        async Task Refused(string field, Action<JsonObject> change)
        {
            var mapping = Mapping(world.Vaccine, "1");
            change(mapping[0]!.AsObject());
            var answer = await PutMapping(mapping);
            Assert.Equal((422, true), (answer.Code, answer.Json!["errors"]?[field] is not null));
        }
    }

    [Fact]
    public async Task What_cannot_be_given_is_refused_with_a_remedy()
    {
        var world = await NewWorld();
        await SendMetadata("Monthly", zeroIsSignificant: true);
        var place = $"orgUnit={world.Clinic}";
        Assert.Equal(404, (await Get($"dataSet={Own(DataSet)}&period=202603&{place}")).Code);
        _ = (await PutMapping(Mapping(world.Vaccine, "1"))).Body;
        Assert.Equal(200, (await Get($"dataSet={Own(DataSet)}&period=202603&{place}")).Code);
        foreach (var (query, code, field) in new[]
        {
            ($"period=202603&{place}", 422, "dataSet"), ($"dataSet={Own(DataSet)}&period=202603", 422, "orgUnit"),
            ($"dataSet=nothing&period=202603&{place}", 404, null), ($"dataSet={Own(DataSet)}&period=202603&orgUnit=nothing", 404, null),
            ($"dataSet={Own(DataSet)}&period=202613&{place}", 422, "period"),
            ($"dataSet={Own(DataSet)}&period=2026Q1&{place}", 422, "period"),
            ($"dataSet={Own(DataSet)}&{place}", 422, "startDate"),
            ($"dataSet={Own(DataSet)}&startDate=2026-03-02&endDate=2026-04-29&{place}", 422, "startDate"),
            ($"dataSet={Own(DataSet)}&startDate=2026-03-02&endDate=2026-03-01&{place}", 422, "endDate"),
            ($"dataSet={Own(DataSet)}&startDate=1900-01-01&endDate=2100-01-01&{place}", 422, "endDate"),
            ($"dataSet={Own(DataSet)}&period=202603&startDate=2026-03-01&{place}", 422, "period"),
            ($"dataSet={Own(DataSet)}&period=202603&children=perhaps&{place}", 422, "children"),
            ($"dataSet={Own(DataSet)}&period=202603&idScheme=name&{place}", 422, "idScheme"),
            ($"dataSet={Own(DataSet)}&period=202603&format=xml&{place}", 422, "format"),
            ($"dataSet={Own(DataSet)}&period=202603&lastUpdated=2026-01-01&{place}", 400, "lastUpdated"),
        })
        {
            var answer = await Get(query);
            var isNamed = field is null || answer.Json!["errors"]?[field] is not null;
            Assert.True(answer.Code == code && isNamed, $"{query}: {answer.Code} {answer.Text}");
        }

        var wanted = $"dataSet={Own(DataSet)}&period=202603&{place}";
        foreach (var accept in new[] { "application/xml", "image/png", "application/json;q=0" })
            Assert.Equal((accept, 406), (accept, (await Get(wanted, accept)).Code));
        foreach (var (accept, type) in new[]
        {
            ("*/*", "application/json"), ("application/xml+adx", Adx), ("text/csv;q=0.5, application/adx+xml", Adx), ("text/*", Csv),
        })
        {
            var given = await Get(wanted, accept);
            Assert.Equal((accept, 200, type), (accept, given.Code, given.MediaType));
        }

        Assert.Equal(501, (await Api.SendTo(HttpMethod.Post, "/dhis2/dataValueSets", "{}")).Code);
        Assert.Equal(400, (await Send("/dhis2/metadata", "{")).Code);
        Assert.Equal(422, (await Send("/dhis2/metadata", """{"dataSets": []}""")).Code);
        Assert.Equal(413, (await Send("/dhis2/metadata", $$"""{"dataSets": "{{new string('x', 9_000_000)}}"}""")).Code);
        Assert.Equal(415, (await Api.SendTo(HttpMethod.Post, "/dhis2/organisationUnits", "<x/>", "application/xml")).Code);
        Assert.Equal(400, (await Send("/dhis2/organisationUnits", "[]")).Code);
        Assert.Equal(422, (await Send("/dhis2/organisationUnits", "{}")).Code);
    }
}
