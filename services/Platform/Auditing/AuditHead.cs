using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Distribution.Platform.Auditing;

/// <summary>
/// How far a chain is: each record has a hash of the hash before it, its number and its text (SHA-256), so that none can be changed,
/// removed, put in or swapped without all that follow.
/// </summary>
/// <param name="Number">The number of its last record; 0 where it has none.</param>
/// <param name="Hash">That record's hash, 64 hexadecimal digits; empty where there is none.</param>
public sealed record AuditHead(long Number, string Hash)
{
    private const int OnStackMax = 2048;

    /// <summary>The head of a chain that has no records.</summary>
    public static AuditHead None { get; } = new(0, "");

    /// <summary>The next record of a text.</summary>
    public AuditEntry Next(ReadOnlyMemory<byte> record)
    {
        var length = SHA256.HashSizeInBytes + sizeof(long) + record.Length;
        var hashed = length > OnStackMax ? new byte[length] : stackalloc byte[length];
        // Before the first there is a hash of zeros.
        hashed[..SHA256.HashSizeInBytes].Clear();
        if (Hash.Length > 0) Convert.FromHexString(Hash, hashed, out _, out _);
        BinaryPrimitives.WriteInt64BigEndian(hashed[SHA256.HashSizeInBytes..], Number + 1);
        record.Span.CopyTo(hashed[(SHA256.HashSizeInBytes + sizeof(long))..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(hashed, hash);
        return new AuditEntry(Number + 1, Convert.ToHexStringLower(hash), record);
    }

    /// <summary>The head of a chain with such a record at its end.</summary>
    public static AuditHead At(in AuditEntry last) => new(last.Number, last.Hash);
}
