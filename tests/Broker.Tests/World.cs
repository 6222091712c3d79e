using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.Broker.Tests;

/// <summary>The places and the vaccine of the campaign.</summary>
internal static class World
{
    public const string Country = "X";
    public const string Vaccine = "V";
    public static readonly IReadOnlyList<string> Clinics = ["N", "C", "S"];

    public static async Task Put(ApiClient api)
    {
        JsonNode[] places =
        [
            new JsonObject { ["facilityId"] = Country, ["name"] = Country, ["level"] = "country", ["country"] = Country },
            .. Clinics.Select(clinic => new JsonObject
            {
                ["facilityId"] = clinic,
                ["name"] = clinic,
                ["level"] = "region",
                ["parentId"] = Country,
                ["country"] = Country,
            }),
        ];
        Assert.Equal(places.Length, (int)(await api.PostNdjson("facilities/bulk", places)).Body["accepted"]!);
        _ = (await api.Put($"vaccines/{Vaccine}", JsonNode.Parse(
            """{"name":"V","antigens":["v"],"dosesPerVial":10,"series":[{"doseNumber":"1"},{"doseNumber":"2","completesSeries":true}],"storage":{"minCelsius":2,"maxCelsius":8}}""")!)).Body;
        await api.Drained();
    }

    public static JsonNode Consignment(string id, string clinic, long doses) => new JsonObject
    {
        ["shipmentId"] = id,
        ["origin"] = "Maker",
        ["toFacilityId"] = clinic,
        ["dispatchedAt"] = "2024-01-01T00:00:00Z",
        ["receivedAt"] = "2024-01-02T00:00:00Z",
        ["lines"] = new JsonArray(new JsonObject { ["vaccineId"] = Vaccine, ["doses"] = doses }),
    };
}
