using System.Text.Json.Nodes;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>What an operator does about events that could not be delivered.</summary>
public sealed class ParkedEventsTests
{
    private const string Parked = "operations/inventory/parked";
    private const string Decisions = "operations/inventory/decisions";
    private const string Reason = "its consumer failed";

    [Fact]
    public async Task A_parked_event_takes_effect_when_it_is_replayed_and_never_when_it_is_discarded()
    {
        await using var standalone = await StandaloneProcess.Start();
        using var api = new ApiClient(standalone.Address);
        var world = new World(api, "P");
        await world.PutPlace(world.Country, "country", null);
        await world.PutPlace(world.Region, "region", world.Country);
        await world.PutPlace(world.Clinic, "facility", world.Region);
        await world.PutVaccine(world.Vaccine, "1", "2");
        await api.Drained();
        await standalone.Kill();
        await Park(standalone.DataFolder, Series(world, 2, "1", "2", "3"), Series(world, 3, "1", "2", "3", "4"));
        await standalone.Restart();

        // Nobody has heard of the dose numbers that the parked events bring.
        var (third, fourth) = (world.Dose(doseNumber: "3"), world.Dose(doseNumber: "4"));
        Assert.Equal(2, (int)(await api.Post("administrations", world.Submission(third, fourth))).Body["held"]!);
        var items = await Items(api, Parked);
        Assert.Equal([Reason, Reason], items.Select(item => (string)item["failure"]!));
        Assert.All(items, item => Assert.Equal("inventory.vaccine-changed.v1", (string)item["wireName"]!));
        var (replayed, discarded) = ($"{items[0]["position"]}", $"{items[1]["position"]}");
        var page = (await api.Get($"{Parked}?limit=1")).Body;
        Assert.Equal((replayed, replayed), ($"{page["items"]!.AsArray().Single()!["position"]}", $"{page["next"]}"));
        Assert.Equal(discarded, $"{(await Items(api, $"{Parked}?after={replayed}")).Single()["position"]}");

        Assert.Equal(422, await Decide(api, replayed, "replay", "r", ""));
        Assert.Equal(2, (await Items(api, Parked)).Count);
        Assert.Equal(204, await Decide(api, discarded, "discard", "d", "was wrong"));
        Assert.Equal(204, await Decide(api, replayed, "replay", "r", "is mended"));
        Assert.Equal(204, await Decide(api, replayed, "replay", "r", "is mended"));
        Assert.Equal(409, await Decide(api, replayed, "replay", "d", "is mended"));
        Assert.Equal(404, await Decide(api, discarded, "replay", "late", "after all"));

        await api.Drained();
        Assert.Empty(await Items(api, Parked));
        var held = Assert.Single(await Items(api, $"administrations/held?facilityId={world.Clinic}"));
        Assert.Equal("4", (string)held["doseNumber"]!);
        Assert.Equal(1, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
        // What was decided about nothing is not kept.
        Assert.Equal(
            [("d", "discard parked", discarded, "was wrong"), ("r", "replay parked", replayed, "is mended")],
            (await Items(api, Decisions))
                .Select(item => ((string)item["requestId"]!, (string)item["action"]!, (string)item["id"]!, (string)item["reason"]!)));
    }

    /// <summary>A vaccine with more dose numbers than were put: only who consumes it knows of them.</summary>
    private static VaccineChanged Series(World world, long version, params string[] doseNumbers) =>
        new(world.Vaccine, version, world.Vaccine, ["x"], 5, [.. doseNumbers.Select(number => new SeriesDose(number, number == "2"))]);

    /// <summary>Leaves events in a store as the relay leaves those that it has given up.</summary>
    private static async Task Park(string folder, params VaccineChanged[] events)
    {
        await using var store = await new EmbeddedStores().Open(folder, "inventory");
        var cancel = TestContext.Current.CancellationToken;
        await store.Commit("parked by the test", tx =>
        {
            foreach (var changed in events) tx.Publish(changed);
            return new(Decision.Accept());
        }, cancel);
        await store.Outbox.WaitForEvents(cancel);
        var unsent = await store.Outbox.Unsent(100, cancel);
        await store.Outbox.Settle([], [.. unsent.TakeLast(events.Length).Select(row => new PoisonEvent(row.Position, Reason))], cancel);
    }

    private static async Task<IReadOnlyList<JsonNode>> Items(ApiClient api, string path) =>
        [.. (await api.Get(path)).Body["items"]!.AsArray().Select(item => item!)];

    private static async Task<int> Decide(ApiClient api, string position, string decision, string requestId, string reason) =>
        (await api.Post($"{Parked}/{position}/{decision}", new JsonObject { ["requestId"] = requestId, ["reason"] = reason })).Code;
}
