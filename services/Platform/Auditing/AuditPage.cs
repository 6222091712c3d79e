using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Distribution.Platform.Auditing;

/// <summary>Records of a chain that one commit wrote together, in their order.</summary>
/// <param name="Entries">The records.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Entries);

/// <summary>A record in its chain.</summary>
/// <param name="Number">Its place in the chain, from 1 without gaps.</param>
/// <param name="Hash">The hash that it has by its text, its number and the hash before it.</param>
/// <param name="Record">The record's text, to the byte.</param>
public readonly record struct AuditEntry(long Number, string Hash, [property: JsonConverter(typeof(RawJson))] ReadOnlyMemory<byte> Record);

/// <summary>
/// How far a chain is: each record has a hash of its text, its number and the hash before it (SHA-256), so that none can be changed,
/// removed, put in or swapped without all that follow.
/// </summary>
/// <param name="Number">The number of its last record; 0 where it has none.</param>
/// <param name="Hash">That record's hash, 64 hexadecimal digits; empty where there is none.</param>
public sealed record AuditHead(long Number, string Hash)
{
    /// <summary>The head of a chain that has no records.</summary>
    public static AuditHead None { get; } = new(0, "");

    /// <summary>The next record of a text.</summary>
    public AuditEntry Next(ReadOnlyMemory<byte> record)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(number, Number + 1);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (Hash.Length > 0)
        {
            Convert.FromHexString(Hash, hash, out _, out _);
            sha.AppendData(hash);
        }

        sha.AppendData(number);
        sha.AppendData(record.Span);
        sha.GetHashAndReset(hash);
        return new AuditEntry(Number + 1, Convert.ToHexStringLower(hash), record);
    }

    /// <summary>The head of the chain with such a record at its end.</summary>
    public static AuditHead At(in AuditEntry last) => new(last.Number, last.Hash);
}

/// <summary>JSON that is kept as it is, to the byte.</summary>
internal sealed class RawJson : JsonConverter<ReadOnlyMemory<byte>>
{
    public override ReadOnlyMemory<byte> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var value = JsonDocument.ParseValue(ref reader);
        return System.Text.Encoding.UTF8.GetBytes(value.RootElement.GetRawText());
    }

    public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Span, skipInputValidation: true);
}
