using System.Buffers;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Distribution.Platform.Auditing;

/// <summary>
/// Records of a chain that one commit wrote together, in their order. They are much alike, so that they are kept compressed: as lines of
/// JSON, each with the number, the hash and the record.
/// </summary>
/// <param name="Entries">The records.</param>
[JsonConverter(typeof(AuditPageJson))]
public sealed record AuditPage(IReadOnlyList<AuditEntry> Entries)
{
    // Fast, and for what is small with little memory.
    private const int Quality = 1;
    private const int Window = 18;

    /// <summary>The page as bytes.</summary>
    internal byte[] Compressed()
    {
        var lines = Lines().WrittenSpan;
        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(lines.Length)];
        return BrotliEncoder.TryCompress(lines, compressed, out var length, Quality, Window)
            ? compressed[..length]
            : throw new InvalidOperationException("a page of the audit cannot be compressed");
    }

    /// <summary>A page from its bytes.</summary>
    /// <exception cref="InvalidDataException">They are no page.</exception>
    internal static AuditPage Decompressed(byte[] compressed)
    {
        using var lines = new BrotliStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var reader = new StreamReader(lines, Encoding.UTF8);
        var entries = new List<AuditEntry>();
        try
        {
            while (reader.ReadLine() is { } line)
            {
                using var json = JsonDocument.Parse(line);
                var entry = json.RootElement;
                entries.Add(new AuditEntry(
                    entry.GetProperty("number").GetInt64(), entry.GetProperty("hash").GetString()!,
                    Encoding.UTF8.GetBytes(entry.GetProperty("record").GetRawText())));
            }
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("A page of the audit cannot be read.", failure);
        }

        return new AuditPage(entries);
    }

    private ArrayBufferWriter<byte> Lines()
    {
        var lines = new ArrayBufferWriter<byte>(512 * Entries.Count);
        using var json = new Utf8JsonWriter(lines);
        foreach (var (number, hash, record) in Entries)
        {
            json.WriteStartObject();
            json.WriteNumber("number", number);
            json.WriteString("hash", hash);
            json.WritePropertyName("record");
            json.WriteRawValue(record.Span, skipInputValidation: true);
            json.WriteEndObject();
            json.Flush();
            lines.Write("\n"u8);
            json.Reset();
        }

        return lines;
    }
}

/// <summary>A record in its chain.</summary>
/// <param name="Number">Its place in the chain, from 1 without gaps.</param>
/// <param name="Hash">The hash that it has by its text, its number and the hash before it: 64 hexadecimal digits.</param>
/// <param name="Record">The record's text, to the byte.</param>
public readonly record struct AuditEntry(long Number, string Hash, ReadOnlyMemory<byte> Record);

/// <summary>A page as a document: its bytes as base64.</summary>
internal sealed class AuditPageJson : JsonConverter<AuditPage>
{
    public override AuditPage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        AuditPage.Decompressed(reader.GetBytesFromBase64());

    public override void Write(Utf8JsonWriter writer, AuditPage value, JsonSerializerOptions options) =>
        writer.WriteBase64StringValue(value.Compressed());
}
