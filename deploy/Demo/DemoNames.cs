namespace Distribution.Demo;

/// <summary>Invents names of towns in the sound of a country, no name twice.</summary>
internal sealed class DemoNames(Random random, string[] starts, string[] middles, string[] ends)
{
    private readonly HashSet<string> _used = [];

    /// <summary>The sound of Aldenia.</summary>
    public static DemoNames Aldenian(Random random) => new(random,
        ["Al", "Bren", "Cal", "Dor", "El", "Fen", "Gar", "Hal", "Is", "Kel", "Lor", "Mar", "Nor", "Or", "Pel", "Quen", "Ros", "Sel", "Tor",
            "Ul", "Var", "Wen"],
        ["", "", "a", "de", "en", "ing", "li", "mo", "na", "ri", "va"],
        ["burgh", "by", "dale", "den", "don", "field", "ford", "ham", "mere", "mont", "port", "stead", "ton", "vale", "wick"]);

    /// <summary>The sound of Borvia.</summary>
    public static DemoNames Borvian(Random random) => new(random,
        ["Ba", "Bo", "Dra", "Go", "Ja", "Ka", "Ko", "Lju", "Me", "Mi", "No", "Pa", "Ra", "Ska", "Sto", "Te", "Vla", "Zo"],
        ["bor", "dri", "go", "le", "lo", "mi", "na", "ro", "sta", "ti", "vi", "za"],
        ["grad", "ica", "je", "lje", "nik", "ovac", "ovo", "pol", "sk", "va", "vina"]);

    /// <summary>A new name.</summary>
    public string Next()
    {
        while (true)
        {
            var name = Pick(starts) + Pick(middles) + Pick(ends);
            if (_used.Add(name)) return name;
        }
    }

    private string Pick(string[] parts) => parts[random.Next(parts.Length)];
}
