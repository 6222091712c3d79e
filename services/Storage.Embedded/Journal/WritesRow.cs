using System.Text;
using Distribution.Storage.Embedded.Packs;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Journal;

/// <summary>
/// A group's writes in one row of bytes. Format 1: the format byte; then for documents, counters, causes, packs and
/// events their number and each of them, numbers as varints and texts with their length before them.
/// </summary>
internal static class WritesRow
{
    private const byte Format = 1;

    /// <summary>Encodes writes that are summed up.</summary>
    public static ReadOnlySpan<byte> Encode(Writes writes)
    {
        var encoded = new MemoryStream((int)writes.Bytes);
        using var to = new BinaryWriter(encoded, Encoding.UTF8);
        to.Write(Format);
        to.Write7BitEncodedInt(writes.Documents.Count);
        foreach (var ((collection, partition), documents) in writes.Documents)
        {
            to.Write(collection);
            to.Write(partition);
            to.Write7BitEncodedInt(documents.Count);
            foreach (var (id, stored) in documents)
            {
                to.Write(id);
                to.Write7BitEncodedInt64(stored.Version);
                Write(to, stored.Body?.Bytes);
            }
        }

        to.Write7BitEncodedInt(writes.Counters.Count);
        foreach (var ((family, partition), counters) in writes.Counters)
        {
            to.Write(family);
            to.Write(partition);
            to.Write7BitEncodedInt(counters.Count);
            foreach (var (key, value) in counters)
            {
                to.Write(key);
                to.Write7BitEncodedInt64(value);
            }
        }

        to.Write7BitEncodedInt(writes.Causes.Count);
        foreach (var (cause, answer) in writes.Causes)
        {
            to.Write(cause);
            Write(to, answer);
        }

        to.Write7BitEncodedInt(writes.Packs.Count);
        foreach (var (id, row) in writes.Packs)
        {
            to.Write7BitEncodedInt64(id);
            to.Write(row.Space);
            Write(to, row.Label);
            Write(to, row.Body);
        }

        to.Write7BitEncodedInt(writes.Events.Count);
        Span<byte> eventId = stackalloc byte[16];
        foreach (var (position, outgoing) in writes.Events)
        {
            to.Write7BitEncodedInt64(position);
            outgoing.EventId.TryWriteBytes(eventId, bigEndian: true, out _);
            to.Write(eventId);
            to.Write(outgoing.WireName);
            Write(to, outgoing.Body);
            to.Write7BitEncodedInt64(outgoing.RecordedAt.UtcTicks);
            Write(to, outgoing.Supersedes);
            Write(to, outgoing.TraceParent);
        }

        return encoded.GetBuffer().AsSpan(0, (int)encoded.Length);
    }

    /// <summary>Decodes a row.</summary>
    /// <exception cref="InvalidDataException">The row has a format that this version does not know.</exception>
    public static Writes Decode(byte[] row)
    {
        using var from = new BinaryReader(new MemoryStream(row), Encoding.UTF8);
        if (from.ReadByte() is var format and not Format)
            throw new InvalidDataException($"pending writes have format {format}, which is not known");
        var writes = new Writes();
        for (var partitions = from.Read7BitEncodedInt(); partitions > 0; partitions--)
        {
            var (collection, partition) = (from.ReadString(), from.ReadString());
            for (var documents = from.Read7BitEncodedInt(); documents > 0; documents--)
                writes.Put(collection, partition, from.ReadString(),
                    new StoredVersion(from.Read7BitEncodedInt64(), Bytes(from) is { } body ? new StoredBody(body) : null));
        }

        for (var partitions = from.Read7BitEncodedInt(); partitions > 0; partitions--)
        {
            var (family, partition) = (from.ReadString(), from.ReadString());
            for (var counters = from.Read7BitEncodedInt(); counters > 0; counters--)
                writes.Add(family, partition, from.ReadString(), from.Read7BitEncodedInt64());
        }

        for (var causes = from.Read7BitEncodedInt(); causes > 0; causes--) writes.Answer(from.ReadString(), Bytes(from)!);
        for (var packs = from.Read7BitEncodedInt(); packs > 0; packs--)
            writes.Pack(from.Read7BitEncodedInt64(), new PackRow(from.ReadString(), Text(from), Bytes(from)!));
        for (var events = from.Read7BitEncodedInt(); events > 0; events--)
        {
            writes.Publish(from.Read7BitEncodedInt64(), new PendingEvent(
                new Guid(from.ReadBytes(16), bigEndian: true), from.ReadString(), Bytes(from)!,
                new DateTimeOffset(from.Read7BitEncodedInt64(), TimeSpan.Zero), Text(from), Text(from)));
        }

        return writes;
    }

    // A length of 0 means none: one more than the bytes.
    private static void Write(BinaryWriter to, byte[]? bytes)
    {
        to.Write7BitEncodedInt(bytes is null ? 0 : bytes.Length + 1);
        if (bytes is not null) to.Write(bytes);
    }

    private static void Write(BinaryWriter to, string? text)
    {
        to.Write(text is not null);
        if (text is not null) to.Write(text);
    }

    private static byte[]? Bytes(BinaryReader from) => from.Read7BitEncodedInt() is > 0 and var length ? from.ReadBytes(length - 1) : null;

    private static string? Text(BinaryReader from) => from.ReadBoolean() ? from.ReadString() : null;
}
