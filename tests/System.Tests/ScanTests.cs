using System.Globalization;
using System.Text.Json.Nodes;

namespace Distribution.SystemTests;

public sealed class StandaloneScanTests(Standalone system) : ScanTests(system);

public sealed class DistributedScanTests(Distributed system) : ScanTests(system);

/// <summary>What is scanned, through HTTP.</summary>
public abstract class ScanTests(RunningSystem system) : SystemSuite(system)
{
    [Fact]
    public async Task A_scan_says_what_is_known_of_it_and_warns_where_the_label_says_another_expiry()
    {
        var world = await NewWorld();
        var (gtin, gln) = (Key(13), Key(12));
        await world.PutLot("L7-A", "2028-03-31");
        _ = (await Api.Put($"vaccines/{world.Vaccine}", new JsonObject
        {
            ["name"] = world.Vaccine,
            ["dosesPerVial"] = 5,
            ["series"] = new JsonArray(new JsonObject { ["doseNumber"] = "1" }, new JsonObject { ["doseNumber"] = "2" }),
            ["gtin"] = gtin,
        })).Body;
        _ = (await Api.Put($"facilities/{world.Clinic}", new JsonObject
        {
            ["name"] = "Clinic",
            ["level"] = "facility",
            ["parentId"] = world.Region,
            ["country"] = world.Country,
            ["gln"] = gln,
        })).Body;

        var vial = (await Scan($"]d201{gtin}1728033110L7-A\u001D21000042")).Body;
        Assert.Equal(("tradeItem", gtin, "L7-A", "2028-03-31", "000042"), ((string)vial["kind"]!, (string)vial["gtin"]!,
            (string)vial["lotNumber"]!, (string)vial["expirationDate"]!, (string)vial["serial"]!));
        Assert.Equal((world.Vaccine, "2028-03-31"), (
            (string)vial["known"]!["vaccineId"]!, (string)vial["known"]!["lot"]!["expirationDate"]!));
        Assert.Empty(vial["warnings"]!.AsArray());

        var other = (await Scan($"https://example.org/x/01/{gtin}/10/L7-A?17=290300")).Body;
        Assert.Equal("2029-03-31", (string)other["expirationDate"]!);
        Assert.Contains("2028-03-31", (string)other["warnings"]!.AsArray().Single()!, StringComparison.Ordinal);
        Assert.Equal("2028-03-31", (string)(await Api.Get($"vaccines/{world.Vaccine}/lots")).Body["items"]![0]!["expirationDate"]!);

        var place = (await Scan($"(414){gln}")).Body;
        Assert.Equal(("place", gln, world.Clinic), (
            (string)place["kind"]!, (string)place["gln"]!, (string)place["known"]!["facilityId"]!));
        var swallowed = (await Scan($"01{gtin}10L7-A1728033121000042")).Body;
        Assert.Contains("280331", (string)swallowed["warnings"]!.AsArray().Single()!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("01095011015300041728033110L7-A", "check digit")]
    [InlineData("(01)09501101530003(02)09501101530003", "cannot be of one thing")]
    [InlineData("hello", "application identifier")]
    [InlineData(" ", "is missing")]
    public async Task What_is_no_scan_is_refused_with_what_is_wrong(string text, string problem)
    {
        var answer = await Scan(text);
        Assert.Equal(422, answer.Code);
        Assert.Contains(problem, answer.Text, StringComparison.Ordinal);
    }

    private Task<Tests.Support.Answer> Scan(string text) => Api.Post("scans", new JsonObject { ["text"] = text });

    /// <summary>Random digits with their check digit.</summary>
    private static string Key(int digits)
    {
        var number = Random.Shared.NextInt64((long)Math.Pow(10, digits - 1), (long)Math.Pow(10, digits));
        var text = number.ToString(CultureInfo.InvariantCulture);
        var sum = text.Reverse().Select((digit, at) => (digit - '0') * (at % 2 == 0 ? 3 : 1)).Sum();
        return $"{text}{(10 - sum % 10) % 10}";
    }
}
