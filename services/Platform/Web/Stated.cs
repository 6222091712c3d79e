using System.Text.Json;
using System.Text.Json.Serialization;

namespace Distribution.Platform.Web;

/// <summary>
/// A field of a PUT that need not be sent: left out, what is known stays; <c>null</c> clears it. The default is one that was left out.
/// </summary>
/// <typeparam name="T">What it holds, null included.</typeparam>
/// <param name="Value">What was sent.</param>
/// <param name="IsSaid">Whether it was sent at all.</param>
[JsonConverter(typeof(StatedConverter))]
public readonly record struct Stated<T>(T Value, bool IsSaid = true)
{
    /// <summary>A field that was sent.</summary>
    public static implicit operator Stated<T>(T value) => new(value);

    /// <summary>What holds from now on, where something was known before.</summary>
    public T Or(T known) => IsSaid ? Value : known;
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
            JsonSerializer.Deserialize<T>(ref reader, options)!;

        public override void Write(Utf8JsonWriter writer, Stated<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, options);
    }
}
