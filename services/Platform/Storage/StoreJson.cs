using System.Text.Json;
using System.Text.Json.Serialization;

namespace Distribution.Platform.Storage;

/// <summary>Documents and answers as JSON: one set of options for everything that is stored or sent.</summary>
public static class StoreJson
{
    /// <summary>camelCase, nulls left out, enums as camelCase text.</summary>
    public static JsonSerializerOptions Options { get; } = Make();

    /// <summary>A value as UTF-8 JSON.</summary>
    public static byte[] Bytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    /// <summary>A value of which only its own type is known, as UTF-8 JSON.</summary>
    public static byte[] BytesOf(object value) => JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), Options);

    /// <summary>A value from UTF-8 JSON.</summary>
    /// <exception cref="JsonException">The bytes are not such a value.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> json) =>
        JsonSerializer.Deserialize<T>(json.Span, Options) ?? throw new JsonException($"null where a {typeof(T).Name} was stored");

    /// <summary>The document's body as a value.</summary>
    public static T As<T>(this Document document) => Read<T>(document.Body);

    /// <summary>Finds a document as a value, or null.</summary>
    public static async ValueTask<T?> Find<T>(
        this IStore store, string collection, string partition, string id, CancellationToken cancel = default)
        where T : class => (await store.Find(collection, partition, id, cancel))?.As<T>();

    /// <summary>Finds a document as a value, or null.</summary>
    public static ValueTask<T?> Find<T>(this ITransaction transaction, string collection, string partition, string id) where T : class =>
        transaction.FindValue<T>(collection, partition, id);

    /// <summary>Puts a value as a document.</summary>
    public static ValueTask<long> Put<T>(this ITransaction transaction, string collection, string partition, string id, T value)
        where T : class => transaction.PutValue(collection, partition, id, value);

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.Strict,
            TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        options.MakeReadOnly();
        return options;
    }
}
