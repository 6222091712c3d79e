using System.Buffers;

namespace Distribution.Inventory.Domain;

/// <summary>Digital Links: elements as a URI of any host. Source: GS1 Digital Link URI Syntax 1.4.</summary>
internal static class Gs1Link
{
    private static readonly SearchValues<char> OfUri =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%");

    private static readonly SearchValues<char> OfHost =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:[]@%");

    private static readonly string[] Schemes = ["https://", "http://", "HTTPS://", "HTTP://"];

    /// <summary>Whether a text is a web address, and so a Digital Link or nothing of GS1.</summary>
    public static bool IsAddress(string text) => Schemes.Any(scheme => text.StartsWith(scheme, StringComparison.Ordinal));

    /// <summary>Reads a Digital Link.</summary>
    public static Gs1Read Read(string uri)
    {
        if (!IsAddress(uri)) return Gs1Read.Wrong("is no web address");
        if (uri.AsSpan().ContainsAnyExcept(OfUri)) return Gs1Read.Wrong("has a character that no web address has");
        var rest = uri[(uri.IndexOf("://", StringComparison.Ordinal) + 3)..].Split('#')[0];
        var query = rest.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? rest[(mark + 1)..] : "";
        var segments = rest.Split('?')[0].Split('/');
        if (segments[0].Length == 0 || segments[0].AsSpan().ContainsAnyExcept(OfHost)) return Gs1Read.Wrong("names no host");

        // The key is the last one of the path: what stands before it is the host's own.
        var at = segments.Length - 2;
        while (at > 0 && ApplicationIdentifiers.Find(segments[at])?.Qualifiers is null) at -= 2;
        if (at <= 0) return Gs1Read.Wrong("is a web address without a GS1 key, such as /01/ with a GTIN after it");
        var key = ApplicationIdentifiers.Find(segments[at])!;
        var elements = new List<Gs1Element>();
        for (var next = at; next < segments.Length; next += 2)
            if (Add(elements, segments[next], segments[next + 1], isQuery: false) is { } wrong) return Gs1Read.Wrong(wrong);
        string[] path = [.. elements.Skip(1).Select(element => element.Identifier)];
        if (!key.Qualifiers!.Any(way => IsInOrder(path, way)))
            return Gs1Read.Wrong($"has in its path, after ({key.Number}), what cannot stand there in this order");

        foreach (var pair in query.Split('&'))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            // What is no number is the host's own.
            if (equals <= 0 || pair.AsSpan(0, equals).ContainsAnyExceptInRange('0', '9')) continue;
            var name = pair[..equals];
            if (ApplicationIdentifiers.Find(name) is not { IsAttribute: true } || key.Qualifiers!.Any(way => way.Contains(name)))
                return Gs1Read.Wrong($"has {name} in its query, which cannot stand there");
            if (elements.Exists(known => known.Identifier == name)) return Gs1Read.Wrong($"says ({name}) twice");
            if (Add(elements, name, pair[(equals + 1)..], isQuery: true) is { } problem) return Gs1Read.Wrong(problem);
        }

        return new Gs1Read(elements, null);
    }

    /// <summary>Elements as a Digital Link; null where they have no key, or something that cannot stand in one.</summary>
    /// <param name="elements">The elements.</param>
    /// <param name="stem">The address before them, such as <c>https://id.gs1.org</c>.</param>
    public static string? Write(IReadOnlyList<Gs1Element> elements, string stem)
    {
        var all = elements.Distinct().ToList();
        var key = all.Find(element => ApplicationIdentifiers.Find(element.Identifier)?.Qualifiers is not null);
        if (key.Identifier is null) return null;
        var way = ApplicationIdentifiers.Find(key.Identifier)!.Qualifiers!.MaxBy(
            names => all.Count(element => names.Contains(element.Identifier)))!;
        Gs1Element[] path = [key, .. way.SelectMany(name => all.Where(element => element.Identifier == name))];
        Gs1Element[] query = [.. all.Except(path)];
        if (query.Any(element => ApplicationIdentifiers.Find(element.Identifier) is not { IsAttribute: true })) return null;
        return stem.TrimEnd('/') + string.Concat(path.Select(element => $"/{element.Identifier}/{Uri.EscapeDataString(element.Value)}"))
            + (query.Length == 0 ? "" : "?")
            + string.Join('&', query.Select(element => $"{element.Identifier}={Uri.EscapeDataString(element.Value)}"));
    }

    private static string? Add(List<Gs1Element> elements, string number, string escaped, bool isQuery)
    {
        if (ApplicationIdentifiers.Find(number) is not { } identifier) return $"has {number} where an application identifier must be";
        for (var percent = 0; (percent = escaped.IndexOf('%', percent)) >= 0; percent++)
            if (percent + 2 >= escaped.Length || !char.IsAsciiHexDigit(escaped[percent + 1]) || !char.IsAsciiHexDigit(escaped[percent + 2]))
                return "has a percent sign without two hexadecimal digits after it";
        var value = Uri.UnescapeDataString(isQuery ? escaped.Replace('+', ' ') : escaped);
        if (identifier.Problem(value) is { } problem) return problem;
        elements.Add(new Gs1Element(number, value));
        return null;
    }

    private static bool IsInOrder(string[] some, string[] all)
    {
        var at = 0;
        foreach (var one in some)
        {
            at = Array.IndexOf(all, one, at) + 1;
            if (at == 0) return false;
        }

        return true;
    }
}
