using System.Security.Cryptography;
using Distribution.Administration.Intake.Lines;

namespace Distribution.Administration.Intake;

/// <summary>By what a repeat of a submission is told from another one under the same id.</summary>
/// <param name="Lines">The hash of its lines, without who got the doses.</param>
/// <param name="Recipients">Of who got them: the hash of the keys that hashed them, a comma, and that of their hashes. Null where no line
/// says who.</param>
internal sealed record LinesPrint(string Lines, string? Recipients)
{
    private const char LinesEnd = '.';
    private const char KeysEnd = ',';

    /// <summary>The print of a submission that is one chunk.</summary>
    public static LinesPrint Of(Chunk chunk) => new(
        Convert.ToBase64String(SHA256.HashData(chunk.Canonical)),
        chunk.Recipients.Any
            ? RecipientsOf(SHA256.HashData(chunk.Recipients.Keys), SHA256.HashData(chunk.Recipients.Hashes))
            : null);

    /// <summary>The print of a stream.</summary>
    /// <param name="lines">The hash of its lines.</param>
    /// <param name="keys">That of the keys; null where no line says who got a dose.</param>
    /// <param name="hashes">That of the recipients' hashes.</param>
    public static LinesPrint Of(byte[] lines, byte[]? keys, byte[] hashes) =>
        new(Convert.ToBase64String(lines), keys is null ? null : RecipientsOf(keys, hashes));

    /// <summary>Reads what <see cref="ToString"/> made.</summary>
    public static LinesPrint Parse(string text) =>
        text.Split(LinesEnd) is [var lines, var recipients] ? new(lines, recipients) : new(text, null);

    /// <summary>Whether another submission was kept. Recipients that were hashed under other keys are no difference: they cannot be
    /// compared.</summary>
    public bool IsOther(LinesPrint kept) =>
        Lines != kept.Lines || (Recipients != kept.Recipients && KeysIn(Recipients) == KeysIn(kept.Recipients));

    /// <inheritdoc/>
    public override string ToString() => Recipients is null ? Lines : $"{Lines}{LinesEnd}{Recipients}";

    private static string? KeysIn(string? recipients) => recipients?[..recipients.IndexOf(KeysEnd, StringComparison.Ordinal)];

    private static string RecipientsOf(byte[] keys, byte[] hashes) =>
        $"{Convert.ToBase64String(keys)}{KeysEnd}{Convert.ToBase64String(hashes)}";
}

/// <summary>Makes the print of a stream, chunk by chunk.</summary>
internal sealed class StreamPrint : IDisposable
{
    private readonly IncrementalHash _lines = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _keys = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _hashes = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _any;

    /// <summary>Adds the lines of a chunk.</summary>
    public void Add(Chunk chunk)
    {
        _lines.AppendData(chunk.Canonical);
        if (!chunk.Recipients.Any) return;
        _any = true;
        _keys.AppendData(chunk.Recipients.Keys);
        _hashes.AppendData(chunk.Recipients.Hashes);
    }

    /// <summary>The print of all.</summary>
    public LinesPrint Finish() =>
        LinesPrint.Of(_lines.GetHashAndReset(), _any ? _keys.GetHashAndReset() : null, _hashes.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
        _keys.Dispose();
        _hashes.Dispose();
    }
}
