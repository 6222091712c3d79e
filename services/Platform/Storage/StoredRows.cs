using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Distribution.Platform.Storage;

/// <summary>What a store holds, by kind: what is moved from one to another, kind by kind.</summary>
public enum StoredKind
{
    /// <summary>Collection, partition, id; version; body.</summary>
    Documents,

    /// <summary>Space and key (as hexadecimal digits); value; label.</summary>
    Keys,

    /// <summary>Partition, family, key; sum.</summary>
    Counters,

    /// <summary>Cause; answer.</summary>
    Causes,

    /// <summary>Position; event id (as bytes), wire name, body, ticks, what it supersedes, trace, why it is parked.</summary>
    Outbox,
}

/// <summary>A row of a store.</summary>
/// <param name="Address">What names it among those of its kind, in the order in which they are read.</param>
/// <param name="Number">The version of a document, the sum of a counter, the ticks of an event; else 0.</param>
/// <param name="Bytes">Body, value or answer; nothing for a counter.</param>
/// <param name="Texts">What else an event has, or a key its label; null where it has none.</param>
public sealed record StoredRow(IReadOnlyList<string> Address, long Number, ReadOnlyMemory<byte> Bytes, IReadOnlyList<string?> Texts)
{
    /// <summary>The first 8 bytes of a hash over all of it.</summary>
    public ulong Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(long)];
        foreach (var text in Address.Concat(Texts))
        {
            var bytes = Encoding.UTF8.GetBytes(text ?? "");
            BinaryPrimitives.WriteInt64LittleEndian(number, text is null ? -1 : bytes.Length);
            hash.AppendData(number);
            hash.AppendData(bytes);
        }

        BinaryPrimitives.WriteInt64LittleEndian(number, Number);
        hash.AppendData(number);
        hash.AppendData(Bytes.Span);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset());
    }
}

/// <summary>A store that can be read whole, while nobody writes to it.</summary>
public interface IStoreSource : IDisposable
{
    /// <summary>Names it, so that a move is gone on with from the same one only.</summary>
    string Name { get; }

    /// <summary>The rows of a kind in their order, from after an address on, or from the beginning.</summary>
    IEnumerable<StoredRow> Rows(StoredKind kind, IReadOnlyList<string>? after);
}

/// <summary>A store that rows can be moved into. It opens for its service only when the move is finished.</summary>
public interface IStoreTarget : IAsyncDisposable
{
    /// <summary>Begins a move, or goes on with one: for each kind the address of the last row that it has.</summary>
    /// <exception cref="StoreUnavailableException">It holds something that did not come by a move from this source.</exception>
    Task<IReadOnlyDictionary<StoredKind, IReadOnlyList<string>>> Begin(string source, CancellationToken cancel);

    /// <summary>Takes rows that follow on each other; taking them twice changes nothing.</summary>
    Task Take(StoredKind kind, IReadOnlyList<StoredRow> rows, CancellationToken cancel);

    /// <summary>Its rows of a kind, in any order.</summary>
    IAsyncEnumerable<StoredRow> Rows(StoredKind kind, CancellationToken cancel);

    /// <summary>Ends the move: the store may be opened from now on.</summary>
    Task Finish(CancellationToken cancel);
}
