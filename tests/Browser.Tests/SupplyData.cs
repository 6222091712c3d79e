using System.Text.Json.Nodes;

namespace Distribution.Browser.Tests;

/// <summary>A store with stock of three lots, one of them expired, and a clinic that gets of it.</summary>
/// <param name="System">Where they are.</param>
/// <param name="Store">The store.</param>
/// <param name="Clinic">The clinic.</param>
internal sealed record Supply(ScreenData System, string Store, string Clinic)
{
    public const string First = "B-29";
    public const string Second = "A-30";
    public const string Old = "OLD-20";
    public const int OfFirst = 100;
    public const int OfSecond = 500;

    private static int _made;

    /// <summary>One of its own.</summary>
    /// <param name="system">Where it is made.</param>
    /// <param name="lots">How many lots it has beside these.</param>
    public static async Task<Supply> New(ScreenData system, int lots = 0)
    {
        var number = Interlocked.Increment(ref _made);
        var made = new Supply(system, $"SUP-{number}-S", $"SUP-{number}-C");
        await made.Put("SUP", "Supplyland", "country", null);
        await made.Put(made.Store, $"Central store {number}", "facility", "SUP");
        await made.Put(made.Clinic, $"Health centre {number}", "facility", "SUP");
        _ = (await system.Api.PostNdjson("shipments/bulk", [new JsonObject
        {
            ["shipmentId"] = $"to-{made.Store}",
            ["origin"] = "Maker",
            ["toFacilityId"] = made.Store,
            ["dispatchedAt"] = "2020-01-01T00:00:00Z",
            ["receivedAt"] = "2020-01-02T00:00:00Z",
            ["lines"] = new JsonArray(
            [
                Line(Second, "2030-06-30", OfSecond), Line(First, "2029-06-30", OfFirst), Line(Old, "2020-01-31", 70),
                .. Enumerable.Range(1, lots).Select(lot => Line($"MORE-{lot}", "2031-06-30", lot)),
            ]),
        }])).Body;
        await system.Api.Drained();
        return made;
    }

    /// <summary>A shipment from the store to the clinic, allocated or refused.</summary>
    public async Task<string> Ask(int doses)
    {
        var id = $"{Store}-{Guid.NewGuid():N}"[..24];
        var asked = await System.Api.Post("shipments", new JsonObject
        {
            ["shipmentId"] = id,
            ["fromFacilityId"] = Store,
            ["toFacilityId"] = Clinic,
            ["requestedAt"] = $"{DateTime.UtcNow.AddDays(-20):O}",
            ["lines"] = new JsonArray(new JsonObject { ["vaccineId"] = ScreenData.Vaccine, ["doses"] = doses }),
        });
        Assert.Equal(201, asked.Code);
        await System.Api.Drained();
        return id;
    }

    /// <summary>The same, so many days on its way.</summary>
    public async Task<string> Send(int doses, int days = 0)
    {
        var id = await Ask(doses);
        _ = (await System.Api.Post(
            $"shipments/{id}/dispatch", new JsonObject { ["occurredAt"] = $"{DateTime.UtcNow.AddDays(-days).AddMinutes(-5):O}" })).Body;
        await System.Api.Drained();
        return id;
    }

    public async Task<JsonNode> Shipment(string id) => (await System.Api.Get($"shipments/{id}")).Body;

    /// <summary>What the store holds of a lot.</summary>
    public async Task<JsonNode?> Lot(string lot, string? place = null) =>
        (await System.Api.Get($"stock?facilityId={place ?? Store}")).Body["items"]!.AsArray()
        .SingleOrDefault(line => (string?)line!["lotNumber"] == lot);

    private static JsonObject Line(string lot, string expiry, int doses) => new()
    {
        ["vaccineId"] = ScreenData.Vaccine,
        ["lotNumber"] = lot,
        ["expirationDate"] = expiry,
        ["doses"] = doses,
    };

    private async Task Put(string id, string name, string level, string? parent) =>
        _ = (await System.Api.Put($"facilities/{id}", new JsonObject
        {
            ["name"] = name,
            ["level"] = level,
            ["parentId"] = parent,
            ["country"] = "SUP",
        })).Body;
}
