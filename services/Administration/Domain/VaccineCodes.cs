using Distribution.Contracts.Inventory.V1;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Domain;

/// <summary>
/// The codes by which a line names its vaccine, as one text: each in normal form with the short name of its system, in order, with spaces
/// between, such as <c>CVX|03 NDC|00006-4681-00</c>. It stands where the vaccine's id would until the codes are those of a vaccine.
/// </summary>
internal static class VaccineCodes
{
    /// <summary>Between two codes. No code of a line holds it.</summary>
    public const char Between = ' ';

    /// <summary>Codes as one text.</summary>
    public static string TextOf(IEnumerable<Coding> codes) =>
        string.Join(Between, codes.Select(code => code.ByName).Distinct().Order(StringComparer.Ordinal));

    /// <summary>Whether the text in place of a vaccine's id is of codes. No id has the bar.</summary>
    public static bool Are(string vaccine) => vaccine.Contains('|', StringComparison.Ordinal);

    /// <summary>The codes of such a text, each as a text.</summary>
    public static string[] Split(string codes) => codes.Split(Between);

    /// <summary>The codes of such a text; null where it is a vaccine's id.</summary>
    public static IReadOnlyList<VaccineCode>? In(string vaccine) => !Are(vaccine) ? null :
        [.. Split(vaccine).Select(code => Coding.Parse(code)!.Value).Select(code => new VaccineCode(code.System, code.Code))];

    /// <summary>The vaccine that a text stands for: null where it is of codes.</summary>
    public static string? IdIn(string vaccine) => Are(vaccine) ? null : vaccine;
}

/// <summary>What is meant by codes. Neither where none of them is any vaccine's yet.</summary>
/// <param name="VaccineId">The vaccine of all those that are some vaccine's.</param>
/// <param name="Contradiction">Why they can be no vaccine's: two of them are those of different ones.</param>
internal readonly record struct MeantVaccine(string? VaccineId, string? Contradiction);
