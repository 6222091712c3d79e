using System.Text.Json;
using Distribution.Administration.Domain;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Intake.Lines;

/// <summary>Reads the codes by which a line names its vaccine.</summary>
internal static class LineCodes
{
    private const int CodesMax = 8;
    private const int BytesMax = 250;

    /// <summary>The answer to codes that are none.</summary>
    public static readonly string Invalid =
        $"vaccineCodes: must be 1 to {CodesMax} objects of system and code, such as {{\"system\": \"{Coding.Cvx}\", \"code\": \"03\"}}, "
        + $"without spaces in them, together at most {BytesMax} bytes long";

    /// <summary>Reads the array that the reader is at, and goes to its end; null where it is not of codes.</summary>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public static Symbol? Read(ref Utf8JsonReader reader)
    {
        var start = reader;
        if (TryRead(ref reader) is { } codes) return Symbol.Of(codes);
        reader = start;
        reader.Skip();
        return null;
    }

    private static string? TryRead(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return null;
        var codes = new SortedSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            string? system = null, code = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ref var field = ref reader.ValueTextEquals("system"u8) ? ref system : ref code;
                if (field is not null || (!reader.ValueTextEquals("system"u8) && !reader.ValueTextEquals("code"u8))) return null;
                if (!reader.Read() || reader.TokenType != JsonTokenType.String) return null;
                if (reader.ValueSpan.Length > LineRules.ValueBytesMax) return null;
                field = TextOf(ref reader);
            }

            if (Coding.SystemProblem(system) is not null || Coding.CodeProblem(code) is not null) return null;
            var text = Coding.Of(system!, code!).ByName;
            if (text.Contains(VaccineCodes.Between, StringComparison.Ordinal) || codes.Count == CodesMax) return null;
            codes.Add(text);
        }

        if (reader.TokenType != JsonTokenType.EndArray || codes.Count == 0) return null;
        var all = string.Join(VaccineCodes.Between, codes);
        return System.Text.Encoding.UTF8.GetByteCount(all) <= BytesMax ? all : null;
    }

    private static string? TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, or bytes that are no UTF-8.
            return null;
        }
    }
}
