using System.Text.Json;
using System.Text.RegularExpressions;
using Distribution.Platform.Refusals;

namespace Distribution.Platform.Web;

/// <summary>
/// Refuses the fields of a body that its record does not have, by name: passed over in silence, a misspelt <c>doses</c> would do something
/// else than was asked for.
/// </summary>
internal static partial class KnownFields
{
    /// <summary>The refusal of a body that has a field too many, or null where something else is wrong.</summary>
    public static Refusal? Refuse(JsonException wrong) => Unknown(wrong) is { } field ? Refusal.Field(field, Problem) : null;

    /// <summary>What is wrong with such a field.</summary>
    public const string Problem = "is no field of this request: correct the name or leave it out; /openapi/v1.json has the names";

    /// <summary>The path of a field that is not known. The reader of JSON tells it apart from all else by its message alone.</summary>
    public static string? Unknown(JsonException wrong)
    {
        if (UnknownMessage().Match(wrong.Message) is not { Success: true } match) return null;
        var (name, path) = (match.Groups[1].Value, wrong.Path is { Length: > 2 } there ? there[2..] : "");
        return path.Length == 0 ? name : path == name || path.EndsWith('.' + name) ? path : $"{path}.{name}";
    }

    [GeneratedRegex("^The JSON property '(.+?)' could not be mapped")]
    private static partial Regex UnknownMessage();
}
