using System.Text.Json;

namespace Distribution.Interop.Dhis2;

/// <summary>JSON as DHIS2 sends it: what is not asked for is passed over.</summary>
internal static class WireJson
{
    /// <summary>Reads an object.</summary>
    /// <exception cref="FormatException">It is no such object.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, JsonSerializerOptions.Web)
                ?? throw new FormatException("it is null: send an object");
        }
        catch (JsonException wrong)
        {
            var line = wrong.LineNumber is { } number ? $"line {number + 1}" : "the body";
            throw new FormatException($"{wrong.Path ?? "$"}: {line} is no JSON of this kind", wrong);
        }
        catch (InvalidOperationException wrong)
        {
            // Text with half of a surrogate pair.
            throw new FormatException("a text in it is no Unicode", wrong);
        }
    }
}
