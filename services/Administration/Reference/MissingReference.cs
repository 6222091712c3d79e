using Distribution.Administration.Domain;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Reference;

/// <summary>The names of what held lines wait for.</summary>
internal static class MissingReference
{
    private const string SexKind = "sex";
    private const string AgeBandKind = "age-band";
    private const string PriorityGroupKind = "priority-group";

    /// <summary>The kinds of what is not in a list of a country.</summary>
    public static IReadOnlyList<string> ListKinds { get; } = [SexKind, AgeBandKind, PriorityGroupKind];

    /// <summary>A facility.</summary>
    public static string Facility(string id) => "facility:" + id;

    /// <summary>A vaccine.</summary>
    public static string Vaccine(string id) => "vaccine:" + id;

    /// <summary>A vaccine that has one of some codes.</summary>
    public static string Codes(string codes) => CodesBegin + codes;

    /// <summary>How what is missing begins where it is such a vaccine.</summary>
    public const string CodesBegin = Guesses.CodesKind;

    /// <summary>A dose number of a vaccine that is known.</summary>
    public static string DoseNumber(string vaccineId, string doseNumber) => $"dose-number:{vaccineId}:{doseNumber}";

    /// <summary>How what is missing begins where it is a value in a country's list of a kind.</summary>
    public static string ListBegin(string kind, string country) => $"{kind}:{country}:";

    /// <summary>The first value of a line that is not in its country's lists, or null.</summary>
    public static string? Listed(CountryLists lists, string country, in LineNames line) =>
        !CountryLists.Allows(lists.Sexes, line.Sex) ? ListBegin(SexKind, country) + line.Sex
        : !CountryLists.Allows(lists.AgeBands, line.AgeBand) ? ListBegin(AgeBandKind, country) + line.AgeBand
        : !CountryLists.Allows(lists.PriorityGroups, line.PriorityGroup) ? ListBegin(PriorityGroupKind, country) + line.PriorityGroup
        : null;

    /// <summary>The list of a kind; null where there is none.</summary>
    public static IReadOnlyList<string>? ListOf(CountryLists lists, string kind) => kind switch
    {
        SexKind => lists.Sexes,
        AgeBandKind => lists.AgeBands,
        PriorityGroupKind => lists.PriorityGroups,
        _ => null,
    };
}
