using System.Globalization;
using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>How much one caller, and one address, may ask for where people sign in.</summary>
public sealed class LimitTests
{
    private const int OfCaller = 10;
    private const int OfStranger = 4;
    private const int BurstSeconds = 5;
    private const int FailedTries = 10;

    [Fact]
    public async Task Who_asks_too_much_is_told_how_long_to_wait_and_keeps_nobody_else_from_asking()
    {
        await using var system = await StandaloneProcess.StartSigningIn(
            "--Limits:RequestsPerSecond", $"{OfCaller}", "--Limits:StrangerRequestsPerSecond", $"{OfStranger}");
        using var administrator = new ApiClient(system.Address, system.AdministratorKey);
        var made = (await administrator.Post("access/keys", new JsonObject
        {
            ["keyId"] = "viewer",
            ["name"] = "a viewer",
            ["role"] = "viewer",
            ["placeId"] = null,
        })).Body;
        using var viewer = new ApiClient(system.Address, (string)made["key"]!);
        await BeyondTheLimit(viewer, OfCaller, 200);

        // Whom nobody knows: by address, whatever is asked for.
        using var stranger = new ApiClient(system.Address);
        await BeyondTheLimit(stranger, OfStranger, 401);

        // Keys that do not hold, more than a person mistypes.
        using var guesser = new ApiClient(system.Address, "dk_administrator_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        var codes = new List<int>();
        for (var tried = 0; tried <= FailedTries; tried++) codes.Add((await guesser.Get("vaccines")).Code);
        Assert.Equal([.. Enumerable.Repeat(401, FailedTries), 429], codes);

        // From the same address, with a key that holds.
        Assert.Equal(200, (await administrator.Get("vaccines")).Code);
    }

    [Fact]
    public async Task Beyond_the_limits_of_places_and_vaccines_none_is_made_and_those_that_are_there_can_be_changed()
    {
        await using var system = await StandaloneProcess.Start(null, "--Inventory:PlacesMax=2", "--Inventory:VaccinesMax=1");
        using var api = new ApiClient(system.Address);
        foreach (var (id, code) in new[] { ("A", 201), ("B", 201), ("C", 422), ("B", 200) })
            Assert.Equal(code, (await api.Put($"facilities/{id}", Place(code.ToString(CultureInfo.InvariantCulture)))).Code);
        var line = Place("C");
        line["facilityId"] = "C";
        var bulk = (await api.PostNdjson("facilities/bulk", [line])).Body;
        Assert.Contains("PlacesMax", (string)bulk["rejected"]![0]!["reason"]!, StringComparison.Ordinal);
        foreach (var (id, code) in new[] { ("V", 201), ("W", 422), ("V", 200) })
        {
            var answer = await api.Put($"vaccines/{id}", Vaccine(code));
            Assert.Equal(code, answer.Code);
            if (code == 422) Assert.Contains("VaccinesMax", answer.Text, StringComparison.Ordinal);
        }

        static JsonObject Place(string name) => new() { ["name"] = name, ["level"] = "country", ["country"] = "A" };

        static JsonObject Vaccine(int doses) => new()
        {
            ["name"] = "V",
            ["antigens"] = new JsonArray("x"),
            ["dosesPerVial"] = doses,
            ["series"] = new JsonArray(new JsonObject { ["doseNumber"] = "1", ["completesSeries"] = true }),
            ["storage"] = new JsonObject { ["minCelsius"] = 2, ["maxCelsius"] = 8 },
        };
    }

    /// <summary>Sends more than is taken at once, and once more after the time that it is told to wait.</summary>
    private static async Task BeyondTheLimit(ApiClient api, int aSecond, int otherwise)
    {
        // All at once: a bucket fills while one asks.
        var answers = await Task.WhenAll(Enumerable.Range(0, 20 * aSecond * BurstSeconds).Select(_ => Ask()));
        var (taken, refused) = (answers.Where(answer => answer.Code != 429).ToList(), answers.Where(answer => answer.Code == 429).ToList());
        Assert.All(taken, answer => Assert.Equal(otherwise, answer.Code));
        Assert.True(taken.Count >= (aSecond * BurstSeconds) - 2, $"only {taken.Count} were taken");
        Assert.NotEmpty(refused);
        Assert.All(refused, answer => Assert.InRange(answer.Wait, 1, BurstSeconds));
        await Task.Delay(TimeSpan.FromSeconds(refused.Max(answer => answer.Wait)), TestContext.Current.CancellationToken);
        Assert.Equal(otherwise, (await Ask()).Code);

        async Task<(int Code, int Wait)> Ask()
        {
            using var response = await api.Http.GetAsync("api/v1/vaccines", TestContext.Current.CancellationToken);
            var wait = response.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0;
            return ((int)response.StatusCode, (int)wait);
        }
    }
}
