using System.Text.Json;
using System.Text.Json.Serialization;

namespace Distribution.SharedKernel.Rules;

/// <summary>
/// Reads an ISO 8601 time as UTC. A time without an offset is taken for UTC: it must not depend on where the server
/// stands.
/// </summary>
public sealed class UtcInstant : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc />
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not JsonTokenType.String || !reader.TryGetDateTime(out var time))
            throw new JsonException("must be an ISO 8601 time such as 2021-01-31T08:00:00Z");
        return time.Kind is DateTimeKind.Unspecified
            ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc))
            : reader.GetDateTimeOffset().ToUniversalTime();
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime);
}
