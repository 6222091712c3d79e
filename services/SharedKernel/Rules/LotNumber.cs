using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Distribution.SharedKernel.Rules;

/// <summary>
/// What a lot number is, everywhere: what GS1's application identifier 10 allows (character set 82), spaces within it, and up to
/// <see cref="CharsMax"/> characters, because labels from before GS1 are longer than its 20. Source: GS1 General Specifications,
/// sections 3.4.1 and 7.11.
/// </summary>
public static class LotNumber
{
    /// <summary>The most characters.</summary>
    public const int CharsMax = 64;

    /// <summary>What a lot number must look like, for messages.</summary>
    public const string Rule = "must be 1 to 64 letters, digits, spaces or any of !\"%&'()*+,-./:;<=>?_";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 !\"%&'()*+,-./:;<=>?_");

    /// <summary>Whether a text, without spaces at its ends, is a lot number.</summary>
    public static bool Is(ReadOnlySpan<char> text) =>
        text.Length is >= 1 and <= CharsMax && text[0] != ' ' && text[^1] != ' ' && !text.ContainsAnyExcept(Allowed);

    /// <summary>The lot number of a path's segment: a slash in it comes encoded, and the server leaves only that one so.</summary>
    public static string OfSegment(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase).Trim(' ');
}

/// <summary>Reads a lot number as people type and paste it: without the spaces around it, and an empty one as none.</summary>
public sealed class LotNumberText : JsonConverter<string?>
{
    /// <inheritdoc />
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()!.Trim(' ') is { Length: > 0 } text ? text : null
        : throw new JsonException("a lot number must be a text");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
