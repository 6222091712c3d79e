namespace Distribution.Screens.Viewing;

/// <summary>The addresses of the pages.</summary>
public static class ScreenPaths
{
    /// <summary>Coverage of a place and of those right below it.</summary>
    public const string Coverage = "/ministry/coverage";

    /// <summary>A row a country.</summary>
    public const string Countries = "/ministry/countries";

    /// <summary>What is to be done today about supply.</summary>
    public const string Work = "/logistics/today";

    /// <summary>Shipments by where they stand; below it each of them, and what is done to it.</summary>
    public const string Shipments = "/logistics/shipments";

    /// <summary>A shipment is asked for. No shipment has such a page, whatever its id.</summary>
    public const string Request = Shipments + "/request/new";

    /// <summary>What places hold, by lot.</summary>
    public const string Stock = "/logistics/stock";

    /// <summary>What lies at a place is counted.</summary>
    public const string Count = Stock + "/count";

    /// <summary>What a clinic enters while it vaccinates; works without a network.</summary>
    public const string Session = "/clinic/session";

    /// <summary>What a clinic has reported of a day.</summary>
    public const string Today = "/clinic/today";

    /// <summary>The script that gives the clinic's pages where there is no network.</summary>
    public const string Worker = "/clinic/worker.js";

    /// <summary>Where a session ends.</summary>
    public const string SignOut = "/sign-out";
}
