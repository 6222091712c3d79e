using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Distribution.Screens.Words;

/// <summary>A language of the screens: its words from one file, and how it writes numbers and days. The programs run without the
/// cultures of the system, which a fresh machine may lack.</summary>
public sealed class Language
{
    private const char Isolate = '\u2068';
    private const char EndOfIsolate = '\u2069';

    private readonly Dictionary<string, string> _words;
    private readonly Func<long, string> _plural;
    private Language? _inArabicDigits;

    private Language(string code, bool isRightToLeft, string group, string point, string beforePercent, Func<long, string> plural)
    {
        (Code, IsRightToLeft, Group, Point, BeforePercent, _plural) = (code, isRightToLeft, group, point, beforePercent, plural);
        using var file = typeof(Language).Assembly.GetManifestResourceStream($"words/{code}.json")
            ?? throw new InvalidOperationException($"{code}.json is not built in");
        _words = JsonSerializer.Deserialize<Dictionary<string, string>>(file)!;
    }

    /// <summary>English, which stands in where a browser asks for none of the others.</summary>
    public static Language English { get; } = new("en", false, ",", ".", "", Plurals.English);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Language> All { get; } =
    [
        English,
        new("fr", false, "\u202f", ",", "\u202f", Plurals.French),
        new("ar", true, ",", ".", "", Plurals.Arabic),
    ];

    private Language(Language same)
    {
        (Code, IsRightToLeft, Group, Point, BeforePercent, _plural) =
            (same.Code, same.IsRightToLeft, same.Group, same.Point, same.BeforePercent, same._plural);
        // What stands in braces is put in later, with the digits that it has.
        _words = same._words.ToDictionary(word => word.Key, word => Regex.Replace(
            word.Value, @"(?<!\{)\d", digit => $"{(char)('\u0660' + (digit.Value[0] - '0'))}"));
    }

    /// <summary>Its code, as <c>fr</c>.</summary>
    public string Code { get; }

    /// <summary>Whether it is written from right to left.</summary>
    public bool IsRightToLeft { get; }

    /// <summary>How a page is directed.</summary>
    public string Direction => IsRightToLeft ? "rtl" : "ltr";

    /// <summary>What stands between thousands.</summary>
    internal string Group { get; }

    /// <summary>What stands before decimals.</summary>
    internal string Point { get; }

    /// <summary>What stands before the sign of a percentage.</summary>
    internal string BeforePercent { get; }

    /// <summary>The keys that it has words for.</summary>
    internal IReadOnlyCollection<string> Keys => _words.Keys;

    /// <summary>Keys with their words, of those that begin so: for scripts.</summary>
    /// <param name="beginnings">How the keys begin.</param>
    public IReadOnlyDictionary<string, string> Beginning(params string[] beginnings) =>
        _words.Where(word => beginnings.Any(beginning => word.Key.StartsWith(beginning, StringComparison.Ordinal)))
            .ToDictionary(word => word.Key, word => word.Value);

    /// <summary>The same with the digits ٠١٢ in its words.</summary>
    internal Language InArabicDigits => _inArabicDigits ??= new(this);

    /// <summary>The words of a key; the key itself where there are none, which a test sees to.</summary>
    /// <param name="key">The key.</param>
    public string this[string key] => _words.GetValueOrDefault(key, key);

    /// <summary>The words of a key with values in their places, each of them kept apart in a line that runs the other way.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values">What stands for {0}, {1} and so on.</param>
    public string Say(string key, params string[] values) =>
        string.Format(CultureInfo.InvariantCulture, this[key], [.. values.Select(Isolated)]);

    /// <summary>The words for so many of something.</summary>
    /// <param name="key">The key, of which there is one for each form that the language has.</param>
    /// <param name="count">How many.</param>
    /// <param name="written">The same as it is written.</param>
    /// <param name="values">What stands for {1} and so on.</param>
    public string Count(string key, long count, string written, params string[] values) =>
        Say($"{key}.{_plural(Math.Abs(count))}", [written, .. values]);

    /// <summary>The language that a request asks for, or else that the browser prefers.</summary>
    /// <param name="asked">What the address says, or null.</param>
    /// <param name="accepted">What the browser accepts, best first.</param>
    public static Language Of(string? asked, IEnumerable<string> accepted) =>
        accepted.Prepend(asked ?? "").Select(code => All.FirstOrDefault(language =>
                language.Code == code || code.StartsWith(language.Code + "-", StringComparison.OrdinalIgnoreCase)))
            .FirstOrDefault(language => language is not null) ?? English;

    private string Isolated(string value) => IsRightToLeft || value.Any(IsOfRightToLeft) ? $"{Isolate}{value}{EndOfIsolate}" : value;

    private static bool IsOfRightToLeft(char letter) => letter is >= '\u0590' and <= '\u08ff';
}
