namespace Distribution.Screens.Viewing;

/// <summary>The addresses of the pages.</summary>
public static class ScreenPaths
{
    /// <summary>Coverage of a place and of those right below it.</summary>
    public const string Coverage = "/ministry/coverage";

    /// <summary>A row a country.</summary>
    public const string Countries = "/ministry/countries";

    /// <summary>Where a session ends.</summary>
    public const string SignOut = "/sign-out";
}
