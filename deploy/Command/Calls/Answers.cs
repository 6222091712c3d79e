using System.Text.Json;

namespace Distribution.Command.Calls;

/// <summary>Reads what a system answers.</summary>
internal static class Answers
{
    /// <summary>An answer as a value.</summary>
    /// <exception cref="Failure">It is another.</exception>
    public static T As<T>(this JsonElement answer)
    {
        try
        {
            if (answer.Deserialize<T>(JsonSerializerOptions.Web) is { } value) return value;
        }
        catch (JsonException)
        {
            // Then it is of another version.
        }

        throw new Failure("The system answers something else than this program asks for: take both of the same version.");
    }
}
