using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

public sealed class StandaloneDhis2StockTests(Standalone system) : Dhis2StockTests(system);

public sealed class DistributedDhis2StockTests(Distributed system) : Dhis2StockTests(system);

/// <summary>What a data set of DHIS2 is given of the stock: received, wasted, on hand.</summary>
public abstract class Dhis2StockTests(RunningSystem system) : SystemSuite(system)
{
    private readonly string _own = $"{Guid.NewGuid():N}"[..8];

    [Fact]
    public async Task Stock_goes_out_by_period_of_each_place_or_of_all_together()
    {
        var world = await NewWorld();
        await PutUid(world.Country, world.Region, "region", world.Country, "R");
        await PutUid(world.Country, world.Clinic, "facility", world.Region, "C");
        await PutUid(world.Country, world.Store, "facility", world.Region, "S");
        await SendMetadata();
        await Api.Drained();
        await Move(null, world.Region, "2026-03-02", 100);
        await Move(world.Region, world.Clinic, "2026-03-05", 60);
        await Api.Drained();
        await Waste(world.Clinic, "2026-03-20T08:00:00Z", 4);
        await Give(world.Clinic, "2026-04-02", 10);
        await Api.Drained();
        _ = (await Map(("R", "received"), ("W", "wasted"), ("H", "onHand"))).Body;

        // Each by itself: what went on to the clinic is in the clinic's.
        var march = await Get("period=202603&children=true");
        Assert.Equal(
            ["C H 56", "C R 60", "C W 4", "R H 40", "R R 40"],
            Values(march).Select(value => $"{value.Place} {value.Element} {value.Value}"));
        Assert.Equal(["202603"], Values(march).Select(value => value.Period).Distinct());
        // All together, month by month: 0 where the data element keeps it, and nothing of before anything was known.
        var spring = await Get("startDate=2026-01-01&endDate=2026-05-31");
        Assert.Equal(
            ["202603 H 96", "202603 R 100", "202603 W 4", "202604 H 86", "202605 H 86"],
            Values(spring).Select(value => $"{value.Period} {value.Element} {value.Value}"));

        // Sent back, the region has less than it got, which an element that is never below 0 does not take.
        await Move(world.Region, null, "2026-05-03", 30);
        await Move(world.Region, null, "2026-06-03", 10);
        await Api.Drained();
        var may = await Get("startDate=2026-05-01&endDate=2026-06-30&children=true");
        Assert.Equal(
            ["202605 C H 46", "202605 R H 10", "202606 C H 46", "202606 R H 0"],
            Values(may).Select(value => $"{value.Period} {value.Place} {value.Element} {value.Value}"));
        Assert.Equal([-30, -10], may["leftOut"]!.AsArray().Select(left => (long)left!["doses"]!));

        var twice = await Map(("R", "received"), ("R", "wasted"));
        Assert.NotNull(twice.Json!["errors"]!["mapping[1].measure"]);
        var again = await Map(("R", "received"), ("R", "received"));
        Assert.NotNull(again.Json!["errors"]!["mapping[1]"]);

        Task<Answer> Map(params (string Element, string Measure)[] elements) => Api.SendTo(
            HttpMethod.Put, $"/dhis2/mappings/{Uid("D")}", new JsonObject
            {
                ["mapping"] = new JsonArray([.. elements.Select(element => new JsonObject
                {
                    ["dataElement"] = Uid(element.Element), ["measure"] = element.Measure, ["vaccineId"] = world.Vaccine,
                })]),
            }.ToJsonString());

        async Task Move(string? from, string? to, string day, long doses)
        {
            var answer = (await Api.PostNdjson("shipments/bulk", [new JsonObject
            {
                ["shipmentId"] = $"{Guid.NewGuid():N}",
                [from is null ? "origin" : "fromFacilityId"] = from ?? "Maker",
                [to is null ? "destination" : "toFacilityId"] = to ?? "Maker",
                ["dispatchedAt"] = $"{day}T08:00:00Z",
                ["receivedAt"] = $"{day}T09:00:00Z",
                ["lines"] = new JsonArray(new JsonObject { ["vaccineId"] = world.Vaccine, ["doses"] = doses }),
            }])).Body;
            Assert.Equal(1, (int)answer["accepted"]!);
        }

        async Task Waste(string place, string at, long doses) => _ = (await Api.Post("stock/wastage", new JsonObject
        {
            ["requestId"] = $"{Guid.NewGuid():N}",
            ["facilityId"] = place,
            ["occurredAt"] = at,
            ["reason"] = "broken",
            ["lines"] = new JsonArray(new JsonObject { ["vaccineId"] = world.Vaccine, ["doses"] = doses }),
        })).Body;

        async Task Give(string place, string day, long count) => _ = (await Api.Post("administrations", new JsonObject
        {
            ["submissionId"] = $"{Guid.NewGuid():N}",
            ["facilityId"] = place,
            ["tallies"] = new JsonArray(new JsonObject
            {
                ["vaccineId"] = world.Vaccine,
                ["doseNumber"] = "1",
                ["occurredOn"] = day,
                ["count"] = count,
            }),
        })).Body;

        async Task<JsonNode> Get(string query) =>
            (await Api.SendTo(HttpMethod.Get, $"/dhis2/dataValueSets?dataSet={Uid("D")}&orgUnit={Uid("R")}&{query}")).Body;
    }

    private string Uid(string letter) => $"{letter}{_own}00";

    private static IEnumerable<(string Period, string Place, string Element, string Value)> Values(JsonNode set) =>
        set["dataValues"]!.AsArray().Select(value => ((string)(value!["period"] ?? set["period"])!,
                Letter(value["orgUnit"] ?? set["orgUnit"]), Letter(value["dataElement"]), (string)value["value"]!))
            .OrderBy(value => value.Item1, StringComparer.Ordinal).ThenBy(value => value.Item2, StringComparer.Ordinal)
            .ThenBy(value => value.Item3, StringComparer.Ordinal);

    private static string Letter(JsonNode? uid) => ((string)uid!)[..1];

    private async Task PutUid(string country, string place, string level, string parent, string letter) =>
        _ = (await Api.Put($"facilities/{place}", new JsonObject
        {
            ["name"] = place,
            ["level"] = level,
            ["parentId"] = parent,
            ["country"] = country,
            ["identifiers"] = new JsonArray(
                new JsonObject { ["system"] = "http://dhis2.org/fhir/id/org-unit", ["value"] = Uid(letter) }),
        })).Body;

    private async Task SendMetadata()
    {
        (string Letter, string Type, bool Zero)[] elements =
            [("R", "INTEGER_ZERO_OR_POSITIVE", false), ("W", "NUMBER", false), ("H", "INTEGER", true)];
        _ = (await Api.SendTo(HttpMethod.Post, "/dhis2/metadata", new JsonObject
        {
            ["dataElements"] = new JsonArray([.. elements.Select(element => new JsonObject
            {
                ["id"] = Uid(element.Letter),
                ["name"] = element.Letter,
                ["valueType"] = element.Type,
                ["zeroIsSignificant"] = element.Zero,
            })]),
            ["dataSets"] = new JsonArray(new JsonObject
            {
                ["id"] = Uid("D"),
                ["name"] = "Stock",
                ["periodType"] = "Monthly",
                ["dataSetElements"] = new JsonArray([.. elements.Select(element => new JsonObject
                {
                    ["dataElement"] = new JsonObject { ["id"] = Uid(element.Letter) },
                })]),
            }),
        }.ToJsonString(), "application/json")).Body;
    }
}
