using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;

namespace Distribution.Platform.Web;

/// <summary>
/// Refuses the fields of a body that its record does not have, by name: passed over in silence, a misspelt <c>doses</c> would do something
/// else than was asked for.
/// </summary>
public static partial class KnownFields
{
    private static readonly JsonSerializerOptions Strict = new(StoreJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>A line of a bulk body as a record of type <typeparamref name="T"/>, or what is wrong with it.</summary>
    public static string? Read<T>(in NdjsonLine line, out T? read) where T : class
    {
        read = null;
        if (line.TooLong) return Ndjson.TooLongReason;
        try
        {
            read = JsonSerializer.Deserialize<T>(line.Bytes.Span, Strict);
            return read is null ? "the line is null: send one object a line" : null;
        }
        catch (JsonException wrong)
        {
            if (Unknown(wrong) is { } field) return $"{field}: {Problem}";
            var where = wrong.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "the line";
            return $"{where}: is malformed JSON or of the wrong type, at byte {wrong.BytePositionInLine}: correct it and send the line "
                + "again, one JSON object a line";
        }
    }

    /// <summary>The refusal of a body that has a field too many, or null where something else is wrong.</summary>
    internal static Refusal? Refuse(JsonException wrong) => Unknown(wrong) is { } field ? Refusal.Field(field, Problem) : null;

    private const string Problem = "is no field of this request: correct the name or leave it out; /openapi/v1.json has the names";

    /// <summary>The path of a field that is not known. The reader of JSON tells it apart from all else by its message alone.</summary>
    private static string? Unknown(JsonException wrong)
    {
        if (UnknownMessage().Match(wrong.Message) is not { Success: true } match) return null;
        var (name, path) = (match.Groups[1].Value, wrong.Path is { Length: > 2 } there ? there[2..] : "");
        return path.Length == 0 ? name : path == name || path.EndsWith('.' + name) ? path : $"{path}.{name}";
    }

    [GeneratedRegex("^The JSON property '(.+?)' could not be mapped")]
    private static partial Regex UnknownMessage();
}
