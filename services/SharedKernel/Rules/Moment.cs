using System.Text.Json;
using System.Text.Json.Serialization;

namespace Distribution.SharedKernel.Rules;

/// <summary>
/// When something happened, as it is sent: an ISO 8601 time with its offset, or without one in the time of the place where it happened. The
/// day on which it stands is that of the clock there.
/// </summary>
/// <param name="Clock">What the clock showed.</param>
/// <param name="Offset">How far that is ahead of UTC; null where that was not said.</param>
[JsonConverter(typeof(MomentConverter))]
public readonly record struct Moment(DateTime Clock, TimeSpan? Offset)
{
    /// <summary>A moment of which the offset is known.</summary>
    public static implicit operator Moment(DateTimeOffset at) => new(at.DateTime, at.Offset);

    /// <summary>The moment, where the clock of a zone is meant if no offset was said. Of an hour that comes twice, when clocks are set
    /// back, the second is meant.</summary>
    public DateTimeOffset In(TimeZoneInfo zone) => new(Clock, Offset ?? zone.GetUtcOffset(Clock));
}

/// <summary>Reads moments, and writes them as the same text whatever offset the same one was sent with.</summary>
internal sealed class MomentConverter : JsonConverter<Moment>
{
    /// <inheritdoc />
    public override Moment Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not JsonTokenType.String || !reader.TryGetDateTime(out var time) || time.Year is 1 or 9999)
            throw new JsonException("must be an ISO 8601 time such as 2021-01-31T08:00:00Z");
        if (time.Kind is DateTimeKind.Unspecified) return new Moment(time, null);
        return reader.GetDateTimeOffset();
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Moment value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.In(TimeZoneInfo.Utc).UtcDateTime);
}
