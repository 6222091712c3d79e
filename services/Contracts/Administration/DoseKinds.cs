namespace Distribution.Contracts.Administration.V1;

/// <summary>The kinds of a reported dose, by the words that callers use.</summary>
public static class DoseKinds
{
    /// <summary>Given here: drawn from the stock, and counted.</summary>
    public const string Given = "given";

    /// <summary>Given elsewhere or before, and told here: neither stock nor the facility's doses.</summary>
    public const string Historical = "historical";

    /// <summary>Given here with too little effect, such as half of it: drawn from the stock and a dose of the facility, but none of the
    /// series.</summary>
    public const string Subpotent = "subpotent";

    /// <summary>Not given, for a reason that is kept: counts nowhere.</summary>
    public const string NotGiven = "notGiven";

    /// <summary>All of them; the first where nothing is said.</summary>
    public static IReadOnlyList<string> All { get; } = [Given, Historical, Subpotent, NotGiven];

    /// <summary>Whether doses of a kind were given by the facility, and so count there.</summary>
    /// <param name="kind">The kind, or null for <see cref="Given"/>.</param>
    public static bool IsCounted(string? kind) => kind is null or Given or Subpotent;
}

/// <summary>Dose numbers that no series may have, because they say that a dose has no place in it.</summary>
public static class NoDoseNumber
{
    /// <summary>Nobody said which dose it was. Callers may send it for every vaccine.</summary>
    public const string Unspecified = "unspecified";

    /// <summary>Under which doses of the kind <see cref="DoseKinds.Subpotent"/> are summed up, whichever number they were to be.</summary>
    public const string Subpotent = "subpotent";

    /// <summary>Whether a text is one.</summary>
    public static bool Is(string? doseNumber) => doseNumber is Unspecified or Subpotent;
}
