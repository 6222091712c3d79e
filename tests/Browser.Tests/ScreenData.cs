using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.Browser.Tests;

/// <summary>A system with two countries, whose figures show all that a page has to show.</summary>
public abstract class ScreenData(Func<Task<(StandaloneProcess, string?)>> start) : IAsyncLifetime
{
    public const string Vaccine = "MR";

    /// <summary>Where 103.2 % are vaccinated.</summary>
    public const string Over = "TST-2";

    /// <summary>Of which nobody knows how many people there are.</summary>
    public const string Unknown = "TST-3";

    /// <summary>Which nobody has said where it is.</summary>
    public const string Somewhere = "TST-5";

    /// <summary>For babies, in three doses.</summary>
    public const string Babies = "PENTA";

    /// <summary>For women, in two.</summary>
    public const string Women = "TD";

    /// <summary>The number of the product for babies.</summary>
    public const string Gtin = "09501101530003";

    /// <summary>A lot of it; another expires a year before.</summary>
    public const string Lot = "L7-A";

    /// <summary>When that expires.</summary>
    public static readonly DateOnly LotExpiry = new(2035, 3, 31);

    private StandaloneProcess? _system;
    private int _clinics;

    public Uri Address => _system!.Address;

    public string AdministratorKey => _system!.AdministratorKey;

    /// <summary>What the program has printed.</summary>
    public string Printed => _system!.Output;

    public ApiClient Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!Browser.IsThere) return;
        (_system, var key) = await start();
        Api = new ApiClient(Address, key);
        await Fill();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Api?.Dispose();
        if (_system is not null) await _system.DisposeAsync();
    }

    /// <summary>First doses given in a place today.</summary>
    public async Task Give(string place, long count, string number = "1", DateOnly? on = null)
    {
        var tally = new JsonObject
        {
            ["vaccineId"] = Vaccine,
            ["doseNumber"] = number,
            ["occurredOn"] = $"{on ?? DateOnly.FromDateTime(DateTime.UtcNow):yyyy-MM-dd}",
            ["count"] = count,
        };
        var answer = (await Api.Post("administrations", new JsonObject
        {
            ["submissionId"] = Guid.NewGuid().ToString("N"),
            ["facilityId"] = place,
            ["tallies"] = new JsonArray(tally),
        })).Body;
        Assert.Equal(count, (long)answer["accepted"]!);
    }

    /// <summary>Doses that a clinic reported of today.</summary>
    public async Task<long> Reported(string clinic) =>
        (await Api.Get($"administrations?facilityId={clinic}&occurredOn={DateTime.Now:yyyy-MM-dd}&limit=1000")).Body["items"]!.AsArray()
        .Sum(line => (long)line!["doses"]!);

    /// <summary>An access key: its id, and itself.</summary>
    public async Task<(string Id, string Key)> NewKey(string role, string? place)
    {
        var id = $"k{Guid.NewGuid():N}"[..20];
        return (id, (string)(await Api.Post("access/keys", new JsonObject
        {
            ["keyId"] = id,
            ["name"] = role,
            ["role"] = role,
            ["placeId"] = place,
        })).Body["key"]!);
    }

    /// <summary>A clinic of its own, in another country: with stock of two vaccines, one of which is for babies and the other for women.
    /// </summary>
    public async Task<string> NewClinic()
    {
        var id = $"CLI-{Interlocked.Increment(ref _clinics)}";
        await Put("CLI", "Postland", "country", null, "CLI", null, 0);
        await Put(id, $"Post {id}", "facility", "CLI", "CLI", null, 0);
        foreach (var (vaccine, name, gtin, doses, ages) in new[]
        {
            (Babies, "Pentavalent", Gtin, 3, new[] { "0-11 m" }), (Women, "Tetanus-diphtheria", null, 2, ["15-44"]),
        })
        {
            _ = (await Api.Put($"vaccines/{vaccine}", new JsonObject
            {
                ["name"] = name,
                ["dosesPerVial"] = 10,
                ["gtin"] = gtin,
                ["series"] = new JsonArray([.. Enumerable.Range(1, doses)
                    .Select(number => new JsonObject { ["doseNumber"] = $"{number}" })]),
            })).Body;
            _ = (await Api.Put($"target-populations/{id}/{vaccine}", new JsonObject
            {
                ["year"] = DateTime.UtcNow.Year,
                ["source"] = "census",
                ["cells"] = new JsonArray([.. ages.Select(age => new JsonObject
                {
                    ["ageBand"] = age, ["sex"] = vaccine == Women ? "female" : null, ["population"] = 500,
                })]),
            })).Body;
        }

        JsonObject Line(string vaccine, string lot, string expiry, int doses) =>
            new() { ["vaccineId"] = vaccine, ["lotNumber"] = lot, ["expirationDate"] = expiry, ["doses"] = doses };
        _ = (await Api.PostNdjson("shipments/bulk", [new JsonObject
        {
            ["shipmentId"] = $"to-{id}",
            ["origin"] = "Maker",
            ["toFacilityId"] = id,
            ["dispatchedAt"] = "2026-01-01T00:00:00Z",
            ["receivedAt"] = "2026-01-02T00:00:00Z",
            ["lines"] = new JsonArray(
                Line(Babies, Lot, $"{LotExpiry:yyyy-MM-dd}", 100), Line(Babies, "L6", $"{LotExpiry.AddYears(-1):yyyy-MM-dd}", 40),
                Line(Women, "T1", "2030-01-31", 60)),
        }])).Body;
        await Api.Drained();
        return id;
    }

    private async Task Fill()
    {
        _ = (await Api.Put($"vaccines/{Vaccine}", new JsonObject
        {
            ["name"] = "Measles-rubella",
            ["antigens"] = new JsonArray("measles", "rubella"),
            ["dosesPerVial"] = 10,
            ["series"] = new JsonArray(
                new JsonObject { ["doseNumber"] = "1" }, new JsonObject { ["doseNumber"] = "2", ["completesSeries"] = true }),
            ["storage"] = new JsonObject { ["minCelsius"] = 2, ["maxCelsius"] = 8 },
        })).Body;
        await Put("TST", "Testland", "country", null, "TST", 10, 10);
        await Put("ALL", "Allyland", "country", null, "ALL", 20, 10);
        (string Name, double Latitude, double Longitude)[] regions =
            [("Nord", 12, 9), ("الجنوب", 8, 11), ("Île Perdue", 9, 8), ("East", 10, 13), ("Somewhere", 0, 0)];
        for (var at = 0; at < regions.Length; at++)
        {
            var (id, (name, latitude, longitude)) = ($"TST-{at + 1}", regions[at]);
            await Put(id, name, "region", "TST", "TST", id == Somewhere ? null : latitude, longitude);
            await Put($"{id}-F", $"Clinic {name}", "facility", id, "TST", latitude, longitude);
            if (id != Unknown)
                _ = (await Api.Put($"target-populations/{id}-F/{Vaccine}", new JsonObject
                {
                    ["year"] = DateTime.UtcNow.Year,
                    ["source"] = "census",
                    ["cells"] = new JsonArray(new JsonObject { ["population"] = 1_000 }),
                })).Body;
        }

        await Put("TST-1-S", "Silent post", "facility", "TST-1", "TST", 12, 9);
        _ = (await Api.PostNdjson("shipments/bulk", [new JsonObject
        {
            ["shipmentId"] = "gift",
            ["origin"] = "Maker",
            ["toFacilityId"] = "TST-1-F",
            ["dispatchedAt"] = "2026-01-01T00:00:00Z",
            ["receivedAt"] = "2026-01-02T00:00:00Z",
            ["lines"] = new JsonArray(new JsonObject
            {
                ["vaccineId"] = Vaccine, ["lotNumber"] = "L1", ["expirationDate"] = "2030-01-31", ["doses"] = 5_000,
            }),
        }])).Body;
        await Api.Drained();
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        foreach (var (place, first, second) in new[]
        {
            ("TST-1-F", 700, 620), ("TST-2-F", 1_050, 1_032), ("TST-3-F", 50, 40), ("TST-4-F", 300, 90), ("TST-5-F", 800, 700),
        })
        {
            await Give(place, first, "1", today.AddDays(-60));
            await Give(place, second, "2", today.AddDays(-20));
        }

        await Api.Drained();
        await Api.WholeCoverage($"country=TST&vaccineId={Vaccine}");
    }

    private async Task Put(string id, string name, string level, string? parent, string country, double? latitude, double longitude)
    {
        var place = new JsonObject { ["name"] = name, ["level"] = level, ["parentId"] = parent, ["country"] = country };
        if (latitude is not null) (place["latitude"], place["longitude"]) = (latitude, longitude);
        _ = (await Api.Put($"facilities/{id}", place)).Body;
    }
}

/// <summary>One that asks nobody to sign in.</summary>
public sealed class OpenScreens() : ScreenData(async () => (await StandaloneProcess.Start(), null));

/// <summary>One that asks everybody.</summary>
public sealed class SignedScreens() : ScreenData(async () =>
{
    var system = await StandaloneProcess.StartSigningIn();
    return (system, system.AdministratorKey);
});
