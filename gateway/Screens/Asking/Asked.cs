using System.Globalization;
using System.Text.RegularExpressions;

namespace Distribution.Screens.Asking;

/// <summary>What came of a question to the API.</summary>
/// <param name="Path">The question, as anybody could ask it.</param>
/// <param name="Value">The answer; null where there is none.</param>
/// <param name="Problem">Why there is none.</param>
public sealed record Asked<T>(string Path, T? Value, Problem? Problem = null) where T : class
{
    /// <summary>Whether there is nothing there, or nothing that the caller may know of.</summary>
    public bool IsUnknown => Problem?.Status == 404;
}

/// <summary>Why there is no answer.</summary>
/// <param name="Status">The status, by HTTP.</param>
/// <param name="Detail">In the API's own words.</param>
/// <param name="TraceId">By which it is found in the logs.</param>
/// <param name="Errors">What is wrong with the fields that were sent, by their names.</param>
public sealed partial record Problem(
    int Status, string? Detail = null, string? TraceId = null, IReadOnlyDictionary<string, string[]>? Errors = null)
{
    /// <summary>The same, with what is wrong with the lines at those of a form, of which only some were sent.</summary>
    /// <param name="lines">Which they are, in the order in which they were sent.</param>
    public Problem At(IReadOnlyList<int> lines) => this with
    {
        Errors = Errors?.ToDictionary(
            error => SentLine().Replace(
                error.Key, line => $"lines[{lines[int.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture)]}]"),
            error => error.Value),
    };

    [GeneratedRegex(@"^lines\[(\d{1,4})\]")]
    private static partial Regex SentLine();
}
