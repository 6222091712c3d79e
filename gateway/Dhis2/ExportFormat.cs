using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Distribution.Gateway.Dhis2;

/// <summary>The forms in which values are given.</summary>
internal static class ExportFormat
{
    /// <summary>As JSON.</summary>
    public const string Json = "json";

    /// <summary>As CSV.</summary>
    public const string Csv = "csv";

    /// <summary>As ADX.</summary>
    public const string Adx = "adx";

    private const string JsonType = "application/json";
    private const string CsvType = "text/csv";
    private const string AdxType = "application/adx+xml";

    // By this name it is asked for as well.
    private const string AdxOtherType = "application/xml+adx";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Json, Csv, Adx];

    /// <summary>The media types of all.</summary>
    public static IReadOnlyList<string> Types { get; } = [JsonType, CsvType, AdxType];

    /// <summary>The media type of a form.</summary>
    public static string TypeOf(string format) => format switch { Csv => CsvType, Adx => AdxType, _ => JsonType };

    /// <summary>The form that is asked for by the Accept header, the one that it likes best; null where that takes none of them.</summary>
    public static string? Accepted(HttpRequest request)
    {
        if (request.Headers.Accept.Count == 0) return Json;
        if (!MediaTypeHeaderValue.TryParseList([.. request.Headers.Accept.OfType<string>()], out var accepted)) return null;
        // The order stays where it likes several as much.
        foreach (var type in accepted.Where(type => type.Quality != 0).OrderByDescending(type => type.Quality ?? 1))
        {
            if (type.MediaType.Equals(AdxOtherType, StringComparison.OrdinalIgnoreCase)) return Adx;
            // Other XML, as application/xml, is of another form.
            for (var at = 0; at < Types.Count; at++)
                if (Is(type, Types[at])) return All[at];
        }

        return null;
    }

    private static bool Is(MediaTypeHeaderValue accepted, string offered) => accepted.MatchesAllTypes
        || accepted.MediaType.Equals(offered, StringComparison.OrdinalIgnoreCase)
        || (accepted.MatchesAllSubTypes && offered.StartsWith($"{accepted.Type}/", StringComparison.OrdinalIgnoreCase));
}
