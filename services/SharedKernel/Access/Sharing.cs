namespace Distribution.SharedKernel.Access;

/// <summary>What figures a country may share with an ally.</summary>
public static class ShareMeasure
{
    /// <summary>Doses given, target populations, coverage, dropout and who reported.</summary>
    public const string Coverage = "coverage";

    /// <summary>Doses delivered, on hand, usable, expired, adjusted and unexplained.</summary>
    public const string Stock = "stock";

    /// <summary>Doses on the way.</summary>
    public const string Pipeline = "pipeline";

    /// <summary>Doses wasted, and lost on the way.</summary>
    public const string Wastage = "wastage";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Coverage, Stock, Pipeline, Wastage];
}

/// <summary>By what of people an ally may ask for part of the doses.</summary>
public static class ShareDimension
{
    /// <summary>By age band.</summary>
    public const string AgeBand = "ageBand";

    /// <summary>By sex.</summary>
    public const string Sex = "sex";

    /// <summary>By priority group.</summary>
    public const string PriorityGroup = "priorityGroup";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [AgeBand, Sex, PriorityGroup];
}

/// <summary>The smallest number of doses that an ally is shown of some people only.</summary>
public static class ShareCell
{
    /// <summary>No share may go below it.</summary>
    public const int Least = 10;

    /// <summary>No share need go above it.</summary>
    public const int Most = 1_000_000;
}
