using System.Globalization;
using Distribution.Platform.Identity;
using Distribution.Screens.Words;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Distribution.Screens.Viewing;

/// <summary>What a page is shown with: its reader, the language, and the choices that are in its address.</summary>
public sealed class Screen
{
    private const string ArabicDigits = "arab";

    /// <summary>The choices that go along from page to page.</summary>
    private static readonly string[] Kept =
        ["place", "vaccine", "asOf", "rank", "state", "alert", "only", "facility", "lang", "digits", "live"];

    private readonly Dictionary<string, string> _choices;

    /// <summary>The screen that a request asks for.</summary>
    public Screen(HttpContext http)
    {
        Path = http.Request.Path;
        _choices = Kept.Select(name => (name, Value: (http.Request.Query[name].FirstOrDefault() ?? "").Trim()))
            .Where(choice => choice.Value.Length > 0).ToDictionary(choice => choice.name, choice => choice.Value);
        Language = Language.Of(this["lang"], http.Request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(language => language.Quality ?? 1).Select(language => language.Value.ToString()));
        HasArabicDigits = this["digits"] == ArabicDigits;
        if (HasArabicDigits) Language = Language.InArabicDigits;
        Write = new Formats(Language, HasArabicDigits);
        Caller = Caller.Of(http);
    }

    /// <summary>Who looks; null where nobody signed in.</summary>
    public Caller? Caller { get; }

    /// <summary>The address of the page, without its choices.</summary>
    public string Path { get; }

    /// <summary>The language.</summary>
    public Language Language { get; }

    /// <summary>How figures are written.</summary>
    public Formats Write { get; }

    /// <summary>Whether digits are ٠١٢.</summary>
    public bool HasArabicDigits { get; }

    /// <summary>Whether the page follows what changes.</summary>
    public bool IsLive => this["live"] != "0" && AsOf is null;

    /// <summary>The last day that is counted; null for today.</summary>
    public DateOnly? AsOf => DateOnly.TryParseExact(
        Formats.Plain(this["asOf"] ?? ""), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>A choice of the address, or null.</summary>
    /// <param name="name">Its name.</param>
    public string? this[string name] => _choices.GetValueOrDefault(name);

    /// <summary>The address of the same page with some choices made otherwise; those that are null are left out.</summary>
    public string Link(params (string Name, string? Value)[] changes) => LinkTo(Path, changes);

    /// <summary>The address of a page with the choices of this one, some of them made otherwise.</summary>
    /// <param name="path">The page.</param>
    /// <param name="changes">What is chosen otherwise.</param>
    public string LinkTo(string path, params (string Name, string? Value)[] changes)
    {
        var query = new QueryBuilder();
        foreach (var name in Kept)
        {
            var change = changes.Where(change => change.Name == name).Select(change => (string?[])[change.Value]).FirstOrDefault();
            if ((change is null ? this[name] : change[0]) is { } value) query.Add(name, value);
        }

        return path + query.ToQueryString();
    }
}
