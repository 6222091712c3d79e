using System.Text;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Intake.Lines;

/// <summary>
/// A short text of a report (a code, a band, a group) with what every use of it would otherwise compute again.
/// Reports repeat a few texts many times, so equal texts mostly share one instance.
/// </summary>
internal sealed class Symbol : IEquatable<Symbol>
{
    private const int CacheSlots = 8192;
    private const int CachedBytesMax = 128;
    private static readonly Symbol?[] Cache = new Symbol?[CacheSlots];

    private readonly int _hash;

    private Symbol(byte[] utf8, int hash)
    {
        Utf8 = utf8;
        Text = Encoding.UTF8.GetString(utf8);
        _hash = hash;
        IsPlain = PlainText.Is(Text);
        IsLot = LotNumber.Is(Text);
        IsId = Text.Length > 0 && Text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>The text as UTF-8.</summary>
    public byte[] Utf8 { get; }

    /// <summary>Whether it has no control character.</summary>
    public bool IsPlain { get; }

    /// <summary>Whether it is a lot number.</summary>
    public bool IsLot { get; }

    /// <summary>Whether it has at least one letter, and only those that ids may have.</summary>
    public bool IsId { get; }

    /// <summary>The symbol of a text, or null when the bytes are not UTF-8.</summary>
    public static Symbol? Of(ReadOnlySpan<byte> utf8)
    {
        var hasher = new HashCode();
        hasher.AddBytes(utf8);
        var hash = hasher.ToHashCode();
        ref var slot = ref Cache[hash & (CacheSlots - 1)];
        var cached = slot;
        if (cached is not null && cached._hash == hash && utf8.SequenceEqual(cached.Utf8)) return cached;
        if (!System.Text.Unicode.Utf8.IsValid(utf8)) return null;
        var made = new Symbol(utf8.ToArray(), hash);
        // A slot is simply overwritten: the cache is bounded, and a lost symbol only costs its making again.
        if (utf8.Length <= CachedBytesMax) slot = made;
        return made;
    }

    /// <summary>The symbol of a text, or null for null or an empty one.</summary>
    public static Symbol? Of(string? text) => string.IsNullOrEmpty(text) ? null : Of(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc/>
    public bool Equals(Symbol? other) =>
        ReferenceEquals(this, other) || (other is not null && other._hash == _hash && other.Text == Text);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Symbol);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public override string ToString() => Text;
}
