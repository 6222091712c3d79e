using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using static Distribution.Tests.Support.OpenData;

namespace Distribution.RealData.Tests;

/// <summary>Italy's COVID-19 campaign as the government published it, and its official result.</summary>
internal sealed class ItalyData
{
    public const string Country = "ITA";
    public const string Vaccine = "COVID-19";
    private const string EnvironmentName = "DISTRIBUTION_ITALY_DATA";

    private ItalyData(string folder)
    {
        var deliveries = Rows(folder, "consegne-vaccini-latest.csv");
        Regions = [.. deliveries.Select(row => (Id: row["area"], Name: row["reg"])).Distinct()
            .OrderBy(region => region.Id, StringComparer.Ordinal)];
        Deliveries = [.. deliveries.Select(Delivery)];
        Administrations = [.. Rows(folder, "somministrazioni-vaccini-summary-latest.csv").SelectMany(Tallies)];
        TargetPopulations = [.. Rows(folder, "platea.csv").GroupBy(row => row["area"]).Select(Population)];
        Official = [.. Rows(folder, "vaccini-summary-latest.csv").Select(row => new OfficialResult(
            row["area"], Number(row["dosi_somministrate"]), Number(row["dosi_consegnate"]),
            decimal.Parse(row["percentuale_somministrazione"], CultureInfo.InvariantCulture)))];
    }

    public IReadOnlyList<(string Id, string Name)> Regions { get; }
    public IReadOnlyList<JsonNode> Deliveries { get; }
    public IReadOnlyList<JsonNode> Administrations { get; }
    public IReadOnlyList<JsonNode> TargetPopulations { get; }
    public IReadOnlyList<OfficialResult> Official { get; }

    /// <summary>Doses delivered, less what went on or back, and given of a region by day, in order; days of neither left out.</summary>
    public IReadOnlyList<KeyValuePair<DateOnly, (long Delivered, long Given)>> DaysOf(string region)
    {
        var days = new SortedDictionary<DateOnly, (long Delivered, long Given)>();
        foreach (var delivery in Deliveries)
        {
            var doses = (long)delivery["lines"]![0]!["doses"]!;
            if ((string?)delivery["toFacilityId"] == region) Add((string)delivery["receivedAt"]!, doses, 0);
            else if ((string?)delivery["fromFacilityId"] == region) Add((string)delivery["receivedAt"]!, -doses, 0);
        }

        foreach (var tally in Administrations.Where(tally => (string?)tally["facilityId"] == region))
            Add((string)tally["occurredOn"]!, 0, (long)tally["count"]!);
        return [.. days.Where(day => day.Value != (0, 0))];

        void Add(string day, long delivered, long given)
        {
            var on = DateOnly.ParseExact(day[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture);
            var (before, givenBefore) = days.GetValueOrDefault(on);
            days[on] = (before + delivered, givenBefore + given);
        }
    }

    /// <summary>The data, or null where it is not there: beside the project, or where the environment says.</summary>
    public static ItalyData? Find([CallerFilePath] string here = "")
    {
        var folder = Environment.GetEnvironmentVariable(EnvironmentName)
            ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "shared", "data", "italy"));
        return File.Exists(Path.Combine(folder, "vaccini-summary-latest.csv")) ? new ItalyData(folder) : null;
    }

    /// <summary>A past consignment; a negative row is stock that went back or on.</summary>
    private static JsonNode Delivery(Dictionary<string, string> row, int index)
    {
        var doses = Number(row["numero_dosi"]);
        var at = row["data_consegna"] + "T12:00:00Z";
        var shipment = new JsonObject
        {
            ["shipmentId"] = $"delivery-{index:D5}",
            ["dispatchedAt"] = at,
            ["receivedAt"] = at,
            ["lines"] = new JsonArray(new JsonObject { ["vaccineId"] = Vaccine, ["doses"] = Math.Abs(doses) }),
        };
        shipment[doses < 0 ? "fromFacilityId" : "toFacilityId"] = row["area"];
        shipment[doses < 0 ? "destination" : "origin"] = row["forn"];
        return shipment;
    }

    private static IEnumerable<JsonNode> Tallies(Dictionary<string, string> row)
    {
        foreach (var doseNumber in DoseNumbers)
        {
            var count = Number(row[doseNumber]);
            if (count == 0) continue;
            yield return new JsonObject
            {
                ["facilityId"] = row["area"],
                ["vaccineId"] = Vaccine,
                ["doseNumber"] = doseNumber,
                ["occurredOn"] = row["data"],
                ["count"] = count,
            };
        }
    }

    public static IReadOnlyList<string> DoseNumbers { get; } = ["d1", "d2", "dpi", "db1", "db2", "db3"];

    private static JsonObject Population(IGrouping<string, Dictionary<string, string>> region) => new()
    {
        ["facilityId"] = region.Key,
        ["vaccineId"] = Vaccine,
        ["year"] = 2021,
        ["source"] = "platea",
        ["cells"] = new JsonArray(
            [.. region.Select(row => new JsonObject { ["ageBand"] = row["eta"], ["population"] = Number(row["totale_popolazione"]) })]),
    };
}

/// <summary>One region's line of the official table.</summary>
internal sealed record OfficialResult(string Region, long Administered, long Delivered, decimal UtilisationPercent);
