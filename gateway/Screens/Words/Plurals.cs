namespace Distribution.Screens.Words;

/// <summary>Which form of a word goes with a whole number, by the names and rules of Unicode (CLDR).</summary>
internal static class Plurals
{
    public const string Zero = "zero";
    public const string One = "one";
    public const string Two = "two";
    public const string Few = "few";
    public const string Many = "many";
    public const string Other = "other";

    private const long Million = 1_000_000;

    public static string English(long count) => count == 1 ? One : Other;

    public static string French(long count) => count is 0 or 1 ? One : count % Million == 0 ? Many : Other;

    public static string Arabic(long count) => count switch
    {
        0 => Zero,
        1 => One,
        2 => Two,
        _ => (count % 100) switch { >= 3 and <= 10 => Few, >= 11 => Many, _ => Other },
    };

    /// <summary>The forms that a language has.</summary>
    public static IReadOnlyList<string> Of(Language language) => language.Code switch
    {
        "fr" => [One, Many, Other],
        "ar" => [Zero, One, Two, Few, Many, Other],
        _ => [One, Other],
    };
}
