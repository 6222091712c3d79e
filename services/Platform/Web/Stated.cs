using System.Text.Json;
using System.Text.Json.Serialization;

namespace Distribution.Platform.Web;

/// <summary>
/// A field of a PUT that need not be sent. Left out, which is null here, what is known stays; <c>null</c> in the body clears it.
/// </summary>
/// <typeparam name="T">What it holds, null included.</typeparam>
/// <param name="Value">What was sent.</param>
[JsonConverter(typeof(StatedConverter))]
public sealed record Stated<T>(T Value)
{
    /// <summary>A field that was sent.</summary>
    public static implicit operator Stated<T>(T value) => new(value);
}

/// <summary>What holds after a PUT.</summary>
public static class StatedFields
{
    /// <summary>What was sent, or what was known where nothing was.</summary>
    public static T Or<T>(this Stated<T>? stated, T known) => stated is null ? known : stated.Value;
}

/// <summary>Reads a field that was sent as what it holds.</summary>
internal sealed class StatedConverter : JsonConverterFactory
{
    /// <inheritdoc />
    public override bool CanConvert(Type typeToConvert) => Inner(typeToConvert) is not null;

    /// <inheritdoc />
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(Inner(typeToConvert)!))!;

    /// <summary>What a field of this type holds; null where it is no such field.</summary>
    public static Type? Inner(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Stated<>) ? type.GetGenericArguments()[0] : null;

    private sealed class Of<T> : JsonConverter<Stated<T>>
    {
        public override bool HandleNull => true;

        public override Stated<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            // Read by its own converter, in place: what goes wrong in it is then told with the name of the field.
            new(reader.TokenType is JsonTokenType.Null
                ? default!
                : ((JsonConverter<T>)options.GetConverter(typeof(T))).Read(ref reader, typeof(T), options)!);

        public override void Write(Utf8JsonWriter writer, Stated<T>? value, JsonSerializerOptions options)
        {
            if (value is null) writer.WriteNullValue();
            else JsonSerializer.Serialize(writer, value.Value, options);
        }
    }
}
