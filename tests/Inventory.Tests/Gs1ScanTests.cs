using Distribution.Inventory.Domain;
using Distribution.SharedKernel.Rules;

namespace Distribution.Inventory.Tests;

public sealed class Gs1ScanTests
{
    private const int Runs = 20_000;
    private const string Alphabet = "0123456789()]^\u001D/:?#&=%+ABCabc-_.\\ \"é\ud800d2C1Q3e0hts";

    private static readonly string[] Seeds =
    [
        "]d201095011015300031728033110L7-A\u001D21000042", "(01)09501101530003(17)280200(10)L7-A",
        "https://id.gs1.org/01/09501101530003/10/L7-A?17=280331&99=a%2Fb", "]C100006141410000000012", "9501101530003",
        "^0109501101530003^991234", "]Q1https://example.com/414/9521141123454/254/32a%2Fb", "(8008)2601010812(01)09501101530003",
    ];

    [Fact]
    public void Whatever_is_scanned_is_read_or_refused_and_what_is_read_is_written_and_read_the_same()
    {
        var random = new Random(16);
        var read = 0;
        for (var run = 0; run < Runs; run++)
        {
            var text = random.Next(4) == 0
                ? new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)])])
                : Mutated(random, Seeds[random.Next(Seeds.Length)], random.Next(4));
            var scan = Gs1Scan.Read(text);
            Assert.Equal(scan.Problem is null, scan.Elements.Count > 0);
            _ = Gs1Elements.Contradiction(scan.Elements);
            _ = Gs1Elements.Lacking(scan.Elements).Count();
            if (scan.Problem is not null) continue;
            read++;
            Assert.Equal(scan.Elements, Gs1Scan.Read(Gs1Elements.Join(scan.Elements, Gs1Scan.GroupSeparator)).Elements);
            if (Gs1Elements.Contradiction(scan.Elements) is null && Gs1Link.Write(scan.Elements, "https://example.org/x") is { } link)
                Assert.Equal(scan.Elements.Distinct().OrderBy(Number), Gs1Scan.Read(link).Elements.OrderBy(Number));
        }

        Assert.InRange(read, Runs / 10, Runs - Runs / 10);
    }

    [Theory]
    [InlineData("280331", 2026, "2028-03-31")]
    [InlineData("280200", 2026, "2028-02-29")]
    [InlineData("260200", 2026, "2026-02-28")]
    [InlineData("760101", 2026, "2076-01-01")]
    [InlineData("770101", 2026, "1977-01-01")]
    [InlineData("010101", 2098, "2101-01-01")]
    public void A_day_is_of_the_century_that_is_nearest(string day, int year, string expected) =>
        Assert.Equal(expected, $"{Gs1.Day(day, year):yyyy-MM-dd}");

    [Theory]
    [InlineData("12345678901232", "wrong check digit")]
    [InlineData("(01)12345678901232", "wrong check digit")]
    [InlineData("]X201123", "symbology identifier")]
    [InlineData("https://example.org/vaccines", "without a GS1 key")]
    [InlineData("0109501101530003ZZ", "no application identifier")]
    [InlineData("L7-A", "no application identifier")]
    public void What_is_wrong_is_said(string text, string problem) =>
        Assert.Contains(problem, Gs1Scan.Read(text).Problem, StringComparison.Ordinal);

    [Fact]
    public void What_no_symbol_holds_is_not_read() => Assert.NotNull(Gs1Scan.Read(new string('1', Gs1Scan.CharsMax + 1)).Problem);

    private static string Number(Gs1Element element) => element.Identifier;

    private static string Mutated(Random random, string text, int times)
    {
        for (; times > 0 && text.Length > 0; times--)
        {
            var at = random.Next(text.Length);
            var letter = Alphabet[random.Next(Alphabet.Length)].ToString();
            text = random.Next(3) switch
            {
                0 => text.Remove(at, 1),
                1 => text.Insert(at, letter),
                _ => text.Remove(at, 1).Insert(at, letter),
            };
        }

        return text;
    }
}
