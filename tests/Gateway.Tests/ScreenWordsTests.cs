using System.Text.RegularExpressions;
using Distribution.Platform.Identity;
using Distribution.Screens.Viewing;
using Distribution.Screens.Words;
using Distribution.SharedKernel.Access;

namespace Distribution.Gateway.Tests;

public sealed class ScreenWordsTests
{
    public static TheoryData<string> Codes => [.. Language.All.Select(language => language.Code)];

    [Theory, MemberData(nameof(Codes))]
    public void No_language_lacks_a_key_or_a_form_of_a_word_or_a_value_in_it(string code)
    {
        var language = Language.Of(code, []);
        foreach (var key in Language.English.Keys)
        {
            var counted = Regex.Match(key, @"^(.*)\.(one|other)$");
            string[] keys = counted.Success ? [.. Plurals.Of(language).Select(form => $"{counted.Groups[1].Value}.{form}")] : [key];
            foreach (var own in keys)
            {
                Assert.Contains(own, language.Keys);
                Assert.NotEmpty(language[own]);
                // One and two may be words by themselves.
                if (!counted.Success) Assert.Equal(Values(Language.English[key]), Values(language[own]));
            }
        }
    }

    [Theory, MemberData(nameof(Codes))]
    public void Every_key_that_the_pages_name_is_there(string code)
    {
        var named = Directory.EnumerateFiles(ScreensFolder(), "*.razor", SearchOption.AllDirectories).SelectMany(file =>
            Regex.Matches(File.ReadAllText(file), @"Words(?:\[|\.Say\(|\.Count\()""([\w.]+)""")
                .Select(match => match.Groups[1].Value)).ToList();
        named.AddRange(Scripts().SelectMany(file => Regex.Matches(
            File.ReadAllText(file), @"\b(?:say|count|tellOf)\('([\w.]+)'").Select(match => match.Groups[1].Value)));
        Assert.True(named.Count > 120, $"{named.Count}");
        var keys = Language.Of(code, []).Keys;
        // One that ends in a point is the beginning of several.
        Assert.All(named, key => Assert.True(
            keys.Contains(key) || keys.Contains($"{key}.other")
                || (key.EndsWith('.') && keys.Any(known => known.StartsWith(key, StringComparison.Ordinal))), key));
    }

    [Theory]
    [InlineData("en", false, "1,234,567", "−45.3%", "30 November 2026", "1 March 2026")]
    [InlineData("fr", false, "1\u202f234\u202f567", "−45,3\u202f%", "30 novembre 2026", "1er mars 2026")]
    [InlineData("ar", false, "1,234,567", "\u2066−45.3%\u2069", "30 نوفمبر 2026", "1 مارس 2026")]
    [InlineData("ar", true, "١٬٢٣٤٬٥٦٧", "\u2066−٤٥٫٣٪\u2069", "٣٠ نوفمبر ٢٠٢٦", "١ مارس ٢٠٢٦")]
    public void Figures_and_days_are_written_as_the_language_does(
        string code, bool arabicDigits, string whole, string percent, string day, string first)
    {
        var write = new Formats(Language.Of(code, []), arabicDigits);
        Assert.Equal(whole, write.Whole(1_234_567));
        Assert.Equal(percent, write.Percent(-45.25m));
        Assert.Equal(day, write.Day(new DateOnly(2026, 11, 30)));
        Assert.Equal(first, write.Day(new DateOnly(2026, 3, 1)));
    }

    [Fact]
    public void What_is_not_known_is_never_written_as_nought()
    {
        var write = new Formats(Language.English, false);
        Assert.Equal("–", write.Whole(null));
        Assert.Equal("–", write.Percent(null));
        Assert.Equal("0.0%", write.Percent(0));
        Assert.Equal("103.2%", write.Percent(103.2m));
    }

    [Theory]
    [InlineData("١٢", "12")]
    [InlineData("۱۲", "12")]
    [InlineData("2026-٠٣-31", "2026-03-31")]
    public void Digits_of_three_scripts_are_read(string typed, string plain) => Assert.Equal(plain, Formats.Plain(typed));

    [Theory]
    [InlineData("en", "other one other other other other other")]
    [InlineData("fr", "one one other other other other many")]
    [InlineData("ar", "zero one two few many other other")]
    public void Plurals_are_those_of_Unicode(string code, string forms)
    {
        Func<long, string> of = code switch { "fr" => Plurals.French, "ar" => Plurals.Arabic, _ => Plurals.English };
        Assert.Equal(forms.Split(' '), new long[] { 0, 1, 2, 3, 11, 100, 1_000_000 }.Select(of));
    }

    [Theory]
    [InlineData("fr", "en", "fr")]
    [InlineData(null, "ar-MA", "ar")]
    [InlineData("xx", "de", "en")]
    public void The_address_says_the_language_or_else_the_browser(string? asked, string accepted, string code) =>
        Assert.Equal(code, Language.Of(asked, [accepted]).Code);

    [Fact]
    public void The_style_sheet_knows_no_side_of_the_screen()
    {
        var sheets = Directory.GetFiles(Path.Combine(ScreensFolder(), "wwwroot"), "*.css", SearchOption.AllDirectories);
        Assert.Equal(3, sheets.Length);
        Assert.All(sheets, sheet => Assert.DoesNotMatch(@"\b(left|right)\b", File.ReadAllText(sheet)));
    }

    [Fact]
    public void Each_file_of_the_clinic_has_an_address_by_its_content_and_the_worker_knows_all_of_them()
    {
        Assert.All(Scripts().Select(file => Path.GetFileName(file)).Where(name => name != "worker.js"), name =>
        {
            var address = Files.Of($"clinic/{name}");
            Assert.Matches($@"^/screens/{Path.GetFileNameWithoutExtension(name)}-[0-9a-f]{{10}}\.js$", address);
            Assert.Contains($"\"{address}\"", Files.Worker, StringComparison.Ordinal);
        });
        Assert.Contains($"\"{Files.Of("clinic/clinic.css")}\"", Files.Worker, StringComparison.Ordinal);
        Assert.Contains($"\"{Files.Of("screens.css")}\"", Files.Worker, StringComparison.Ordinal);
        Assert.DoesNotContain("live-", Files.Worker, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_are_those_of_what_one_may_do()
    {
        Assert.Equal([Section.Ministry, Section.Logistics, Section.Clinic], Section.Of(Caller.Local));
        Assert.Equal([Section.Clinic], Section.Of(With(Role.Clinic)));
        Assert.Equal([Section.Ministry], Section.Of(With(Role.Viewer)));
        Assert.Equal([Section.Ministry, Section.Clinic], Section.Of(With(Role.Viewer, Role.Clinic)));
        Assert.Equal([Section.Logistics, Section.Ministry], Section.Of(With(Role.Logistics)));
        Assert.Empty(Section.Of(With(Role.Operator)));

        static Caller With(params string[] roles) =>
            new("somebody", [.. roles.Select(role => Grant.Of(Role.RightsOf(role)!.Select(right => right.Name()), "X"))]);
    }

    private static string[] Scripts() => Directory.GetFiles(Path.Combine(ScreensFolder(), "wwwroot", "clinic"), "*.js");

    private static string[] Values(string words) => [.. Regex.Matches(words, @"\{\d\}").Select(match => match.Value).Distinct().Order()];

    private static string ScreensFolder()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Distribution.sln"))) at = Path.GetDirectoryName(at)!;
        return Path.Combine(at, "gateway", "Screens");
    }
}
