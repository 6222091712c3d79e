namespace Distribution.Inventory.Domain;

/// <summary>An application identifier with its value.</summary>
/// <param name="Identifier">The application identifier, two to four digits.</param>
/// <param name="Value">What stands after it.</param>
internal readonly record struct Gs1Element(string Identifier, string Value);

/// <summary>What was read: elements, or why it is none.</summary>
/// <param name="Elements">The elements in their order.</param>
/// <param name="Problem">What is wrong, or null.</param>
internal sealed record Gs1Read(IReadOnlyList<Gs1Element> Elements, string? Problem)
{
    /// <summary>Nothing that makes sense.</summary>
    public static Gs1Read Wrong(string problem) => new([], problem);
}

/// <summary>Reads element strings, and says what their elements lack. Source: GS1 General Specifications, 7.8 and 4.13.</summary>
internal static class Gs1Elements
{
    /// <summary>Reads elements with their identifiers in brackets, as people write them. A bracket of a value has a backslash before
    /// it.</summary>
    public static Gs1Read Bracketed(string text)
    {
        var elements = new List<Gs1Element>();
        for (var at = 0; at < text.Length;)
        {
            var close = text[at] == '(' ? text.IndexOf(')', at) : -1;
            if (close < 0) return Gs1Read.Wrong("must be identifiers in brackets, each with its value after it");
            if (ApplicationIdentifiers.Find(text.AsSpan(at + 1, close - at - 1)) is not { } identifier)
                return Gs1Read.Wrong($"has no application identifier in the brackets at character {at + 1}");
            at = close + 1;
            var value = new System.Text.StringBuilder();
            for (; at < text.Length && text[at] != '('; at++)
            {
                if (text[at] == '\\' && at + 1 < text.Length && text[at + 1] == '(') at++;
                value.Append(text[at]);
            }

            var trimmed = value.ToString().Trim(' ');
            if (identifier.Problem(trimmed) is { } problem) return Gs1Read.Wrong(problem);
            elements.Add(new Gs1Element(identifier.Number, trimmed));
        }

        return elements.Count == 0 ? Gs1Read.Wrong("is empty") : new Gs1Read(elements, null);
    }

    /// <summary>Reads elements one after the other, with a separator after those whose length is not predefined.</summary>
    /// <param name="data">The elements, without the sign at the start that they are such.</param>
    /// <param name="separator">What stands for FNC1.</param>
    public static Gs1Read Joined(ReadOnlySpan<char> data, char separator)
    {
        var elements = new List<Gs1Element>();
        while (!data.IsEmpty)
        {
            if (ApplicationIdentifiers.At(data) is not { } identifier)
                return Gs1Read.Wrong("has something that is no application identifier where one must be: "
                    + "the scanner may have dropped a separator");
            data = data[identifier.Number.Length..];
            var end = identifier.IsPredefined ? Math.Min(identifier.Length, data.Length)
                : data.IndexOf(separator) is >= 0 and var at ? at
                : data.Length;
            if (identifier.Problem(data[..end]) is { } problem) return Gs1Read.Wrong(problem);
            elements.Add(new Gs1Element(identifier.Number, data[..end].ToString()));
            data = data[end..];
            if (!data.IsEmpty && data[0] == separator) data = data[1..];
        }

        return elements.Count == 0 ? Gs1Read.Wrong("is empty") : new Gs1Read(elements, null);
    }

    /// <summary>The elements one after the other.</summary>
    /// <param name="elements">The elements.</param>
    /// <param name="separator">What stands for FNC1, which is also put first.</param>
    public static string Join(IReadOnlyList<Gs1Element> elements, char separator)
    {
        var joined = new System.Text.StringBuilder().Append(separator);
        foreach (var (at, element) in elements.Index())
        {
            joined.Append(element.Identifier).Append(element.Value);
            if (at < elements.Count - 1 && !ApplicationIdentifiers.Find(element.Identifier)!.IsPredefined) joined.Append(separator);
        }

        return joined.ToString();
    }

    /// <summary>Why elements cannot all be true of one thing, or null.</summary>
    public static string? Contradiction(IReadOnlyList<Gs1Element> elements)
    {
        foreach (var (at, element) in elements.Index())
        {
            foreach (var other in elements.Take(at))
            {
                if (other.Identifier == element.Identifier)
                {
                    if (other.Value != element.Value)
                        return $"says two things of ({element.Identifier}): {other.Value} and {element.Value}";
                }
                else if (Excludes(element, other) || Excludes(other, element))
                    return $"has ({other.Identifier}) and ({element.Identifier}), which cannot be of one thing";
            }
        }

        return null;

        static bool Excludes(Gs1Element one, Gs1Element other) =>
            ApplicationIdentifiers.Find(one.Identifier)!.Without.Any(pattern => Fits(pattern, other.Identifier));
    }

    /// <summary>What must be scanned with some elements too, in words, for each that lacks it. It may stand in another symbol on the same
    /// thing.</summary>
    public static IEnumerable<string> Lacking(IReadOnlyList<Gs1Element> elements)
    {
        foreach (var identifier in elements.Select(element => element.Identifier).Distinct())
        {
            var with = ApplicationIdentifiers.Find(identifier)!.With;
            if (with.Count > 0 && !with.Any(group => group.Split('+').All(each => elements.Any(other => other.Identifier == each))))
                yield return $"({identifier}) says something of ({string.Join("), or (", with)}), which was not scanned with it: "
                    + "scan the other symbol on it too";
        }
    }

    private static bool Fits(string pattern, string identifier) =>
        pattern.Length == identifier.Length && pattern.Zip(identifier).All(pair => pair.First == 'n' || pair.First == pair.Second);
}
