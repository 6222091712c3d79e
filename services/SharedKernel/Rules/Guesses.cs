namespace Distribution.SharedKernel.Rules;

/// <summary>
/// Guesses which known id was meant by one that is not known: the one that differs by letter case or punctuation alone, else the only one
/// that is a slip of the keys away. A bounded number of guesses a request, since each looks at all known ids.
/// </summary>
/// <param name="knownLike">The ids of what a reference such as <c>facility:F</c> could have been meant to be.</param>
public sealed class Guesses(Func<string, IReadOnlyCollection<string>> knownLike)
{
    /// <summary>How what is missing begins where it is a vaccine with some codes.</summary>
    public const string CodesKind = "vaccine-code:";

    private const int Max = 10;
    private const string SendIt = "send it, or correct the id";
    private readonly Dictionary<string, string?> _made = [];

    /// <summary>What was perhaps meant, or null.</summary>
    /// <param name="missing">What is not known, as <c>kind:id</c> or <c>kind:of:id</c>, where the id is all the rest: the value of a list
    /// may be any text.</param>
    public string? For(string missing)
    {
        if (_made.TryGetValue(missing, out var known) || _made.Count == Max) return known;
        return _made[missing] = Nearest(missing.Split(':', 3)[^1], knownLike(missing));
    }

    /// <summary>What a line waits for, in words for its sender, with what was guessed before: nothing is guessed anew.</summary>
    public string Words(string missing)
    {
        if (missing.StartsWith(CodesKind, StringComparison.Ordinal))
            return $"waits for a vaccine with one of the codes {missing[CodesKind.Length..]}: put it into the codes of that vaccine";
        var (what, remedy) = missing.Split(':', 3) switch
        {
            ["dose-number", var vaccineId, var number] => ($"the dose number '{number}' of the vaccine '{vaccineId}'", SendIt),
            [var list, var country, var value] =>
                ($"the {list.Replace('-', ' ')} '{value}' in the list of {country}", "correct it, or have it put into that list"),
            [var kind, var id] => ($"the {kind} '{id}'", SendIt),
            _ => (missing, SendIt),
        };
        return $"waits for {what}: {(_made.GetValueOrDefault(missing) is { } meant ? $"perhaps '{meant}' was meant" : remedy)}";
    }

    /// <summary>The known id that was perhaps meant, or null where none is near, or more than one.</summary>
    public static string? Nearest(string id, IReadOnlyCollection<string> known)
    {
        if (known.Where(other => IsSamePlain(id, other)).Take(2).ToList() is [var same]) return same;

        // One key in a short id, two in a longer one.
        var slips = id.Length < 3 ? 0 : id.Length < 6 ? 1 : 2;
        string? nearest = null;
        var isOnly = false;
        foreach (var other in known)
        {
            if (Math.Abs(other.Length - id.Length) > slips || Distance(id, other, slips) is not { } distance) continue;
            isOnly = distance < slips || nearest is null;
            (nearest, slips) = (other, distance);
        }

        return isOnly ? nearest : null;
    }

    /// <summary>Whether two ids have the same letters and digits, of which there is at least one.</summary>
    private static bool IsSamePlain(string a, string b)
    {
        var any = false;
        for (int i = 0, j = 0; ; i++, j++)
        {
            while (i < a.Length && !char.IsLetterOrDigit(a[i])) i++;
            while (j < b.Length && !char.IsLetterOrDigit(b[j])) j++;
            if (i == a.Length || j == b.Length) return any && i == a.Length && j == b.Length;
            if (!IsSameKey(a[i], b[j])) return false;
            any = true;
        }
    }

    private static bool IsSameKey(char a, char b) => a == b || char.ToUpperInvariant(a) == char.ToUpperInvariant(b);

    /// <summary>Keys put in, left out or replaced between two texts, whatever their case; null for more than a number of them.</summary>
    private static int? Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int max)
    {
        // Ids of one scheme are the same but for a few keys.
        var same = 0;
        while (same < Math.Min(a.Length, b.Length) && IsSameKey(a[same], b[same])) same++;
        a = a[same..];
        b = b[same..];
        for (same = 0; same < Math.Min(a.Length, b.Length) && IsSameKey(a[^(same + 1)], b[^(same + 1)]);) same++;
        a = a[..^same];
        b = b[..^same];
        if (a.Length == 0 || b.Length == 0) return a.Length + b.Length <= max ? a.Length + b.Length : null;
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var (before, best) = (row[0], row[0] = i);
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = before + (IsSameKey(a[i - 1], b[j - 1]) ? 0 : 1);
                before = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
                best = Math.Min(best, row[j]);
            }

            if (best > max) return null;
        }

        return row[b.Length] <= max ? row[b.Length] : null;
    }
}
