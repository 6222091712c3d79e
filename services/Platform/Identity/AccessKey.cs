using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Distribution.Platform.Identity;

/// <summary>
/// An access key as its holder has it: <c>dk_ID_SECRET</c>, where ID names its record and SECRET is 256 bits of chance. Only the hash of
/// the whole is kept.
/// </summary>
public static class AccessKey
{
    private const string Prefix = "dk_";
    private const int SecretBytes = 32;
    private const int CharsMax = 200;

    private static readonly int SecretChars = Base64Url.GetEncodedLength(SecretBytes);

    /// <summary>A new key for a record.</summary>
    public static string New(string keyId)
    {
        Span<byte> secret = stackalloc byte[SecretBytes];
        RandomNumberGenerator.Fill(secret);
        return $"{Prefix}{keyId}_{Base64Url.EncodeToString(secret)}";
    }

    /// <summary>What is kept of a key: SHA-256 as hex. So many random bits need no slow hash.</summary>
    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Whether a text can be the key of this record.</summary>
    public static bool IsOf(string keyId, string text) => text.StartsWith($"{Prefix}{keyId}_", StringComparison.Ordinal)
        && text.Length == Prefix.Length + keyId.Length + 1 + SecretChars;

    /// <summary>Whether a text can be a key.</summary>
    public static bool Is(string text) => text.Length <= CharsMax && text.StartsWith(Prefix, StringComparison.Ordinal);
}
