using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>Only hosting differs.</summary>
public sealed class SameApiTests(Standalone standalone, Distributed distributed)
{
    [Fact]
    public async Task Every_hosting_describes_the_same_api()
    {
        var there = await Described(await distributed.Api());
        var here = await Described(await standalone.Api());
        AssertSame(here, there);
        AssertSame(here["paths"]!, there["paths"]!);
        AssertSame(here["components"]!["schemas"]!, there["components"]!["schemas"]!);
        // What a broker delivered and nobody could consume is kept; without a broker there is no such thing.
        var more = there["paths"]!.AsObject().Select(path => path.Key).Except(here["paths"]!.AsObject().Select(path => path.Key));
        Assert.All(more, path => Assert.Contains("/errored", path, StringComparison.Ordinal));
    }

    private static void AssertSame(JsonNode here, JsonNode there)
    {
        foreach (var (name, value) in here.AsObject().Where(part => part.Key is not ("paths" or "components" or "tags")))
            Assert.True(JsonNode.DeepEquals(value, there[name]), $"{name} in one process: {value}\ndistributed: {there[name]}");
    }

    private static async Task<JsonNode> Described(ApiClient api) =>
        JsonNode.Parse(await api.Http.GetStringAsync("openapi/v1.json", TestContext.Current.CancellationToken))!;
}
