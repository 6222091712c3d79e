using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Distribution.Contracts.Administration.V1;
using Distribution.Gateway.Dhis2;
using Distribution.Interop.Dhis2;

namespace Distribution.Gateway.Tests;

public sealed class DataValueSetsTests
{
    internal static MappedDoses Doses { get; } = new(
        FakeServices.Now, new OutsideName("jqSaKxtj8IA", "EPI"),
        [new(new("WSy7zOZx1Wl", "BCG"), [new(new("JKuWbG5bWAu", "U1"), new Dictionary<string, string> { ["age"] = "P0Y" }),
            new(new("UIQxmxgioxH", null), null)])],
        [new("a", new("DiszpKrYNg8", "OU_559")), new("b", new("", "OU_2")), new("c", new("", null))],
        [new(0, "202603", 0, 0, 40), new(0, "202603", 0, 1, 2), new(1, "202603", 0, 0, 5), new(2, "202603", 0, 0, 7)],
        [new("9 doses", "no cell", 9)]);

    [Fact]
    public void Uids_name_what_has_one_and_the_rest_is_said()
    {
        var export = new NamedExport(Doses, byCode: false);
        Assert.Equal(
            [new("WSy7zOZx1Wl", "202603", "DiszpKrYNg8", "JKuWbG5bWAu", "40"),
                new("WSy7zOZx1Wl", "202603", "DiszpKrYNg8", "UIQxmxgioxH", "2")],
            export.Set.Values);
        Assert.Equal([9, 5, 7], export.LeftOut.Select(left => left.Doses));
        Assert.Empty(export.Notes);
    }

    [Fact]
    public void Codes_name_what_has_one_and_uids_the_rest_which_is_said()
    {
        var export = new NamedExport(Doses, byCode: true);
        Assert.Equal(("EPI", 3), (export.Set.DataSet, export.Set.Values.Count));
        Assert.Equal(["OU_559 U1", "OU_559 UIQxmxgioxH", "OU_2 U1"],
            export.Set.Values.Select(value => $"{value.OrgUnit} {value.CategoryOptionCombo}"));
        Assert.Equal("the category option combination UIQxmxgioxH has no code: it is named by its uid", Assert.Single(export.Notes));
        var adx = Encoding.UTF8.GetString(DataValueSetWriter.Adx(export.Set, FakeServices.Now, export.Comments));
        Assert.Contains("age=\"P0Y\" value=\"40\"", adx, StringComparison.Ordinal);
        Assert.Contains("categoryOptionCombo=\"UIQxmxgioxH\" value=\"2\"", adx, StringComparison.Ordinal);
        Assert.Contains("left out: 9 doses (9 doses): no cell", adx, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_Inventory_is_down_its_values_are_left_out_and_it_is_named()
    {
        var clock = new ManualClock();
        await using var services = await FakeServices.Start();
        services.Mapped = Doses with { Periods = ["202603"], Stock = [new(0, StockMeasures.OnHand, "V1", true, false)] };
        var (app, http) = await FakeServices.Gateway(false, services.Address, services.Address, services.Address, clock);
        await using var _ = app;
        using var __ = http;
        Assert.Equal(["40", "2", "77"], (await Values()).Select(value => (string)value!["value"]!));
        services.Down("/api/v1/inventory");
        Assert.Equal(["40", "2"], (await Values()).Select(value => (string)value!["value"]!));

        async Task<JsonArray> Values()
        {
            var text = await http.GetStringAsync(
                "/dhis2/dataValueSets?dataSet=jqSaKxtj8IA&period=202603&orgUnit=a", TestContext.Current.CancellationToken);
            var body = JsonNode.Parse(text)!;
            Assert.Equal(
                body["dataValues"]!.AsArray().Count == 2,
                body["leftOut"]!.AsArray().Any(left => (string)left!["what"]! == "the stock of V1"
                    && ((string)left["reason"]!).Contains("inventory does not answer", StringComparison.Ordinal)));
            return body["dataValues"]!.AsArray();
        }
    }

    [Fact]
    public async Task While_Administration_is_down_it_is_named_and_no_earlier_answer_stands_in()
    {
        var clock = new ManualClock();
        await using var services = await FakeServices.Start();
        var (app, http) = await FakeServices.Gateway(false, services.Address, services.Address, services.Address, clock);
        await using var _ = app;
        using var __ = http;
        const string Asked = "/dhis2/dataValueSets?dataSet=jqSaKxtj8IA&period=202603&orgUnit=a";
        using (var answer = await http.GetAsync(Asked, TestContext.Current.CancellationToken))
        {
            Assert.Equal("3", answer.Headers.GetValues(GetDataValueSets.LeftOutHeader).Single());
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            Assert.Equal(("jqSaKxtj8IA", 3), ((string)body["dataSet"]!, body["leftOut"]!.AsArray().Count));
        }

        services.Down("/api/v1/administrations");
        using var refused = await http.GetAsync(Asked, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        var problem = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("administration", problem, StringComparison.Ordinal);
    }
}
