using System.Security.Cryptography;
using System.Text;

namespace Distribution.Administration.Intake.Lines;

/// <summary>
/// A country's key, under which those who got doses are turned into hashes. Safe for many threads; once it is disposed of nobody hashes
/// under it any more.
/// </summary>
internal sealed class RecipientKey : IDisposable
{
    /// <summary>Bytes of a hash: the first half of HMAC-SHA256, of which no two people will ever share one.</summary>
    public const int HashBytes = 16;

    /// <summary>Bytes that <see cref="TryMark"/> writes at most.</summary>
    public const int MarkBytesMax = 128;

    /// <summary>With which a mark begins. No recipient's key as it is sent can: control characters are rejected.</summary>
    public const byte MarkBegin = 1;

    private readonly Lock _gate = new();
    private readonly byte[] _begin;
    private IncrementalHash? _hash;

    /// <summary>Takes a key.</summary>
    /// <param name="country">Whose it is; empty for places of which the country is not known yet.</param>
    /// <param name="version">Which of the country's keys, from 1.</param>
    /// <param name="secret">The key.</param>
    public RecipientKey(string country, int version, ReadOnlySpan<byte> secret)
    {
        _begin = Begin(country, version);
        _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
    }

    private RecipientKey(string problem) => (_begin, Problem) = ([], problem);

    /// <summary>Why no line can be hashed under it; null where it can.</summary>
    public string? Problem { get; }

    /// <summary>What stands in for a key that cannot be used.</summary>
    /// <param name="problem">Why a line that needs it is not taken, and what to do.</param>
    public static RecipientKey Unusable(string problem) => new(problem);

    /// <summary>Writes what is kept of a recipient: under which key, and the hash.</summary>
    /// <param name="recipient">The recipient as it was sent.</param>
    /// <param name="to">Where to.</param>
    /// <param name="length">The bytes written.</param>
    /// <returns>Whether the key is still there. One that cannot be used writes nothing.</returns>
    public bool TryMark(ReadOnlySpan<byte> recipient, Span<byte> to, out int length)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        length = 0;
        if (Problem is not null) return true;
        // The state made of the key is kept, and one hash after the other made with it: that takes less than half the time.
        lock (_gate)
        {
            if (_hash is null) return false;
            _hash.AppendData(recipient);
            _hash.GetHashAndReset(hash);
        }

        _begin.CopyTo(to);
        hash[..HashBytes].CopyTo(to[_begin.Length..]);
        length = _begin.Length + HashBytes;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _hash?.Dispose();
            _hash = null;
        }
    }

    private static byte[] Begin(string country, int version)
    {
        var name = Encoding.UTF8.GetBytes(country);
        Span<byte> number = stackalloc byte[DoseRecord.NumberBytesMax];
        var length = 0;
        DoseRecord.WriteNumber(number, ref length, version);
        return [MarkBegin, (byte)name.Length, .. name, .. number[..length]];
    }
}
