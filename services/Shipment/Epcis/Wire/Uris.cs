using System.Text.RegularExpressions;

namespace Distribution.Shipment.Epcis.Wire;

/// <summary>What an absolute URI is, as a full one or with a prefix (<c>cbv:BizStep-shipping</c>).</summary>
internal static partial class Uris
{
    /// <summary>Longest URI, in characters.</summary>
    public const int CharsMax = 2_000;

    /// <summary>Whether a text is one.</summary>
    public static bool Is(string text) => text.Length <= CharsMax && Absolute().IsMatch(text);

    /// <summary>Whether it is a word of the vocabulary in a form that JSON does not take.</summary>
    public static bool IsOldVocabulary(string uri) => OldVocabulary().IsMatch(uri);

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.\-]*:[^\s\p{Cc}""<>\\^`{|}]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Absolute();

    [GeneratedRegex("^(urn:epcglobal:cbv|https?://ns\\.gs1\\.org/cbv/)", RegexOptions.CultureInvariant)]
    private static partial Regex OldVocabulary();
}
