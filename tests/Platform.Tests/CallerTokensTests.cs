using Distribution.Platform.Identity;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Tests;

/// <summary>What the gateway says to a service of who calls.</summary>
public sealed class CallerTokensTests
{
    private const string Service = "inventory";
    private const int HeaderBytesMax = 32 * 1024;

    [Fact]
    public async Task A_service_hears_all_that_the_gateway_knows_of_a_caller()
    {
        using var tokens = new CallerTokens(new SignInSettings(true, null, null), [Service], TimeProvider.System);
        var places = Enumerable.Range(0, 200).Select(number => $"{new string('x', 60)}{number:D4}").ToList();
        foreach (var grants in new IReadOnlyList<Grant>[]
        {
            [],
            [Grant.Of(["stock.read"], null)],
            [Grant.Of(["stock.read", "stock.write"], "P"), Grant.Of(["stock.write", "stock.read"], null), Grant.Of(["lines.read"], "Q")],
            [.. places.Select(place => Grant.Of(["coverage.read", "stock.read", "reference.read"], place))],
        })
        {
            var token = tokens.Of(new Caller("https://login.example.org|Zoë, 4711|x", grants), Service);
            Assert.True(token.Length < HeaderBytesMax, $"{token.Length} bytes");
            var heard = (await tokens.Find(new DefaultHttpContext { Request = { Headers = { Authorization = $"Bearer {token}" } } }))!;
            Assert.Equal("https://login.example.org|Zoë, 4711|x", heard.Subject);
            Assert.True(heard.IsPassedOn);
            Assert.Equal(grants.Select(Text).Order(), heard.Grants.Select(Text).Order());
        }
    }

    private static string Text(Grant grant) => $"{grant.PlaceId ?? "*"} {string.Join(' ', grant.Rights.Order())}";
}
