using System.Collections.Frozen;
using System.Globalization;
using Distribution.SharedKernel.Rules;

namespace Distribution.Inventory.Domain;

/// <summary>A part of the value of an application identifier.</summary>
/// <param name="Letters">Which characters it may have: <c>N</c> digits, <c>X</c> GS1's set 82, <c>Y</c> its set 39, <c>Z</c>
/// base64url.</param>
/// <param name="Min">Fewest characters.</param>
/// <param name="Max">Most characters.</param>
/// <param name="IsOptional">Whether the value may end before it.</param>
/// <param name="Check"><c>c</c> for one that ends with a check digit, <c>d</c> for a day as YYMMDD, else null.</param>
internal sealed record IdentifierPart(char Letters, int Min, int Max, bool IsOptional, char? Check);

/// <summary>A GS1 application identifier: what the value after it must be.</summary>
/// <param name="Number">Its two to four digits.</param>
/// <param name="IsPredefined">Whether its length is known to every reader, so that no separator follows it.</param>
/// <param name="IsAttribute">Whether it may stand in the query of a Digital Link.</param>
/// <param name="Parts">What its value is made of.</param>
/// <param name="Qualifiers">Of a key of Digital Links: which others may follow it in the path, in order; null for no key.</param>
/// <param name="Without">Those that may not stand with it; <c>n</c> is any digit.</param>
/// <param name="With">Those of which one group must be scanned with it, each with plus signs between; empty where it may stand
/// alone.</param>
internal sealed record ApplicationIdentifier(
    string Number, bool IsPredefined, bool IsAttribute, IReadOnlyList<IdentifierPart> Parts, IReadOnlyList<string[]>? Qualifiers,
    IReadOnlyList<string> Without, IReadOnlyList<string> With)
{
    private const string Others82 = "!\"%&'()*+,-./:;<=>?_";

    /// <summary>Characters of the value where its length is always the same.</summary>
    public int Length => Parts.Sum(part => part.Max);

    /// <summary>What is wrong with a value, or null.</summary>
    public string? Problem(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty) return $"({Number}) has no value";
        var at = 0;
        foreach (var part in Parts)
        {
            if (at == value.Length && part.IsOptional) break;
            var length = Math.Min(part.Max, value.Length - at);
            if (length < part.Min) return $"({Number}) has {value.Length} characters, which are too few";
            var text = value.Slice(at, length);
            foreach (var letter in text)
                if (!IsAllowed(letter, part.Letters)) return $"({Number}) holds a character that it may not";
            if (part.Check == 'c' && !Gs1.HasCheckDigit(text)) return $"({Number}) {text} has a wrong check digit";
            if (part.Check == 'd' && !Gs1.IsDay(text)) return $"({Number}) {text} is no day as YYMMDD";
            at += length;
        }

        return at == value.Length ? null : $"({Number}) has {value.Length} characters, which are too many";
    }

    private static bool IsAllowed(char letter, char letters) => char.IsAsciiDigit(letter) || letters switch
    {
        'X' => char.IsAsciiLetter(letter) || Others82.Contains(letter, StringComparison.Ordinal),
        'Y' => char.IsAsciiLetterUpper(letter) || letter is '#' or '-' or '/',
        'Z' => char.IsAsciiLetter(letter) || letter is '-' or '_' or '=',
        _ => false,
    };
}

/// <summary>
/// The application identifiers of the GS1 General Specifications (release 25, chapter 3). A line of the table is: the number or a range of
/// them (<c>n</c> for 0 to 9, or to 5 where it says so), <c>=</c> where the length is predefined, <c>q</c> where it may not stand in the
/// query of a Digital Link, the parts of its value, then <c>key:</c> with qualifiers, <c>without:</c> and <c>with:</c>.
/// </summary>
internal static class ApplicationIdentifiers
{
    private const string Item = "with:01,02,03,8006,8026";

    private static readonly FrozenDictionary<string, ApplicationIdentifier> Table = Read($"""
        00 = N18c key:
        01 = N14c key:22,10,21|235 without:255,37
        02 = N14c without:01,03 with:37
        03 = q N14c without:01,02,37,235
        10 X..20 {Item}
        11 = N6d {Item}
        12 = N6d with:8020
        13 = N6d {Item}
        15-16 = N6d {Item}
        17 = N6d with:01,02,03,255,8006,8026
        20 = N2 {Item}
        21 q X..20 without:235 with:01,03,8006
        22 q X..20 with:01
        235 q X..28 with:01
        240-241 X..30 {Item}
        242 N..6 with:01,02,8006,8026
        243 X..20 with:01,03
        250 X..30 with:01+21,03+21,8006+21
        251 X..30 with:01,03,8006
        253 N13c [X..17] key:
        254 q X..20 with:414
        255 N13c [N..12] key: without:01,02,415,8006,8020,8026
        30 N..8 with:01,02
        3100-3165/5 = N6 with:01,02
        3200-3295/5 = N6 with:01,02
        3300-3365/5 = N6 with:00,01
        3370-3375 = N6 with:01
        3400-3495/5 = N6 with:00,01
        3500-3525/5 = N6 with:01,02
        3530-3555/5 = N6 with:00,01
        3560-3575/5 = N6 with:01,02
        3600-3615/5 = N6 with:01,02
        3620-3635/5 = N6 with:00,01
        3640-3665/5 = N6 with:01,02
        3670-3695/5 = N6 with:00,01
        37 N..8 with:00+02,00+8026
        3900-3909 N..15 without:8111,394n with:255,8020
        3910-3919 N3 N..15 with:8020
        3920-3929 N..15 without:393n with:01
        3930-3939 N3 N..15 with:01
        3940-3943 N4 without:8111 with:255
        3950-3955 N6 without:392n,393n,8005 with:01
        400 X..30
        401 X..30 key:
        402 N17c key:
        403 X..30 with:00
        410-413 = N13c
        414 = N13c key:254|7040
        415 = N13c key:8020 with:8020
        416 = N13c
        417 = N13c key:7040
        420 X..20 without:421
        421 N3 X..9 without:4307
        422 N3 without:426 with:01,02,03,8006,8026
        423 N3 [N3] [N3] [N3] [N3] without:426 with:01,02,03
        424 N3 without:426 with:01,02,03
        425 N3 [N3] [N3] [N3] [N3] without:426 with:01,02,03
        426 N3 with:01,02,03
        427 X..3 with:01+422,02+422,03+422
        4300-4301 X..35 with:00
        4302 X..70 with:00
        4303 X..70 with:4302
        4304-4306 X..70 with:00
        4307 X2 with:00
        4308 X..30 with:00
        4309 N20 with:00
        4310-4311 X..35 with:00
        4312 X..70 with:00
        4313 X..70 with:4312
        4314-4316 X..70 with:00
        4317 X2 with:00
        4318 X..20 with:00
        4319 X..30 with:00
        4320 X..35 with:00
        4321-4323 N1 with:00
        4324-4325 N6d N4 with:00
        4326 N6d with:00
        4330 N6 [X1] without:4331 with:00
        4331 N6 [X1] without:4330 with:00
        4332 N6 [X1] without:4333 with:00
        4333 N6 [X1] without:4332 with:00
        7001 N13 with:01,02,8006,8026
        7002 X..30 with:01,02
        7003 N6d N4 with:01,02,03
        7004 N..4 with:01+10,03+10
        7005 X..12 with:01,02
        7006 N6d with:01,02
        7007 N6d [N6d] with:01,02
        7008 X..3 with:01,02
        7009 X..10 with:01,02
        7010 X..2 with:01,02,03
        7011 N6d [N4] with:01,02,03
        7020 X..20 with:01+416,03+416,8006+416
        7021 X..20 with:01,03,8006
        7022 X..20 with:01+7021,03+7021,8006+7021
        7023 X..30
        7030-7039 N3 X..27 with:01,02
        7040 q N1 X3
        7041 q X..4 with:00
        710-717 X..20 with:01
        7230-7239 X2 X..28 with:01,8004
        7240 X..20 without:03 with:01,8006
        7241 N2 with:8017,8018
        7242 X..25 with:8017,8018
        7250 N8 without:7251 with:8018
        7251 N12 without:7250 with:8018
        7252 N1 with:8018
        7253-7254 X..40 without:7256,7259 with:8017,8018
        7255 X..10 without:7256,7259 with:8017,8018
        7256 X..90 with:8017,8018
        7257 X..70 with:8018
        7258 X3 with:8018+7259
        7259 X..40 without:7256 with:8018
        8001 N14 with:01
        8002 X..20
        8003 N14c [X..16] key:
        8004 X..30 key:7040
        8005 N6 with:01,02
        8006 N14c N4 key:22,10,21 without:01,03,37
        8007 X..34 with:415
        8008 N6d N2 [N2] [N2] with:01,02,03
        8009 X..50 with:00,01,03
        8010 Y..30 key:8011
        8011 q N..12 with:8010
        8012 X..20 with:01,03,8006
        8013 X..25 key:
        8014 q X..25 with:01
        8017 N18c key:8019 without:8018
        8018 N18c key:8019 without:8017
        8019 q N..10 with:8017,8018
        8020 q X..25 with:415
        8026 N14c N4 without:02,03,8006 with:37
        8030 Z..90 with:00,01+21,03+21,253,255,8003,8004,8006+21,8010+8011,8017,8018
        8040-8041 q N15 with:01+21
        8042 q N32 with:01+21+8040
        8043 q N18 [N..2] with:01+21+8040
        8110 X..70
        8111 N4 with:255
        8112 X..70
        8200 q X..70 with:01
        90 X..30
        91-99 X..90
        """);

    /// <summary>The identifier of a number; null where there is none.</summary>
    public static ApplicationIdentifier? Find(ReadOnlySpan<char> number) =>
        Table.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(number, out var found) ? found : null;

    /// <summary>The identifier with which a text begins; null where it begins with none. No number begins with another.</summary>
    public static ApplicationIdentifier? At(ReadOnlySpan<char> text)
    {
        for (var length = 2; length <= 4 && length <= text.Length; length++)
            if (Find(text[..length]) is { } found) return found;
        return null;
    }

    private static FrozenDictionary<string, ApplicationIdentifier> Read(string table)
    {
        var all = new Dictionary<string, ApplicationIdentifier>();
        foreach (var line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Trim().Split(' ');
            string? After(string name) => words.FirstOrDefault(word => word.StartsWith(name, StringComparison.Ordinal))?[name.Length..];
            string[] List(string name) => After(name)?.Split(',') ?? [];
            IdentifierPart[] parts = [.. words.Skip(1).Where(word => word[0] is '[' or 'N' or 'X' or 'Y' or 'Z').Select(Part)];
            foreach (var number in Numbers(words[0]))
            {
                all.Add(number, new ApplicationIdentifier(
                    number, words.Contains("="), !words.Contains("q"), parts,
                    After("key:")?.Split('|').Select(way => way.Split(',', StringSplitOptions.RemoveEmptyEntries)).ToArray(),
                    List("without:"), List("with:")));
            }
        }

        return all.ToFrozenDictionary();
    }

    /// <summary>The numbers of a range, such as <c>3100-3165/5</c>: those that end with no more than 5.</summary>
    private static IEnumerable<string> Numbers(string range)
    {
        var last = range.Contains('/', StringComparison.Ordinal) ? '5' : '9';
        var ends = range.Split('/')[0].Split('-');
        for (var number = int.Parse(ends[0], CultureInfo.InvariantCulture);
            number <= int.Parse(ends[^1], CultureInfo.InvariantCulture); number++)
        {
            var text = number.ToString(new string('0', ends[0].Length), CultureInfo.InvariantCulture);
            if (text[^1] <= last) yield return text;
        }
    }

    /// <summary>Reads <c>N6</c>, <c>N6d</c>, <c>X..20</c> or <c>[N..12]</c>.</summary>
    private static IdentifierPart Part(string word)
    {
        var text = word.Trim('[', ']');
        char? check = text[^1] is 'c' or 'd' ? text[^1] : null;
        var most = int.Parse(text.Trim('c', 'd').TrimStart('N', 'X', 'Y', 'Z', '.'), CultureInfo.InvariantCulture);
        return new IdentifierPart(text[0], text.Contains("..", StringComparison.Ordinal) ? 1 : most, most, word[0] == '[', check);
    }
}
