using Distribution.Platform.Storage;

namespace Distribution.Storage.Embedded.Tables;

/// <summary>A document's newest version; no body where there is none.</summary>
internal readonly record struct StoredVersion(long Version, StoredBody? Body)
{
    /// <summary>The document, or null where there is none.</summary>
    public Document? At(string partition, string id) => Body is null ? null : new Document(partition, id, Version, Body.Bytes);
}

/// <summary>
/// A document's bytes, or the value that they are to be made of. A document that many changes of a group write is made
/// into bytes once.
/// </summary>
internal sealed class StoredBody
{
    private const int ValueBytes = 1024;
    private byte[]? _bytes;
    private object? _value;

    /// <summary>A body of bytes.</summary>
    public StoredBody(byte[] bytes) => _bytes = bytes;

    private StoredBody(object value) => _value = value;

    /// <summary>The bytes.</summary>
    public byte[] Bytes => _bytes ??= StoreJson.BytesOf(_value!);

    /// <summary>About as many bytes as it has; a guess until they are made.</summary>
    public int Length => _bytes?.Length ?? ValueBytes;

    /// <summary>The body of a value, which is the store's from then on when it can be cloned.</summary>
    public static StoredBody Of<T>(T value) where T : class => value is ICloneable
        ? new StoredBody(value) : new StoredBody(StoreJson.Bytes(value));

    /// <summary>The value, for the caller to change.</summary>
    public T Read<T>() where T : class
    {
        if (!typeof(ICloneable).IsAssignableFrom(typeof(T))) return StoreJson.Read<T>(Bytes);
        if (_value is not T value) _value = value = StoreJson.Read<T>(Bytes);
        return (T)((ICloneable)value).Clone();
    }
}

/// <summary>An event on its way into the outbox, made into bytes when it is written: one that is replaced before that never is.</summary>
internal sealed class PendingEvent(
    Guid eventId, string wireName, object outgoing, DateTimeOffset recordedAt, string? supersedes, string? traceParent)
{
    private byte[]? _body = outgoing as byte[];

    public Guid EventId => eventId;

    public string WireName => wireName;

    public byte[] Body => _body ??= StoreJson.BytesOf(outgoing);

    /// <summary>The event itself; null for one that was read from the store.</summary>
    public object? Event => (outgoing is byte[]) ? null : outgoing;

    public DateTimeOffset RecordedAt => recordedAt;

    public string? Supersedes => supersedes;

    public string? TraceParent => traceParent;
}
