using System.Security.Cryptography;
using System.Text;

namespace Distribution.SharedKernel.Rules;

/// <summary>Ids that follow from names: the same name always has the same id, and no two names ever share one.</summary>
public static class NamedUuid
{
    /// <summary>The project's own namespace. Never to be changed: kept ids follow from it.</summary>
    private static readonly Guid Namespace = new("6f0b1f4e-9f6e-4a7b-8f5d-0d6a6e3c2b91");

    /// <summary>The UUID of version 5 of a name in the project's namespace (RFC 9562, section 5.5).</summary>
    /// <param name="name">The name, of any length.</param>
    public static Guid Of(string name)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        byte[] named = [.. Namespace.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)];
#pragma warning disable CA5350 // The standard says SHA-1, and nothing secret depends on it.
        SHA1.HashData(named, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
