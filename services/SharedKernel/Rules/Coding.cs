using System.Text.RegularExpressions;

namespace Distribution.SharedKernel.Rules;

/// <summary>
/// A code of a code system, or an identifier that somebody gave, in the one form by which it is compared: what means the same is the same.
/// </summary>
/// <param name="System">The system as a URI, or as text where its owner has none.</param>
/// <param name="Code">The code in it.</param>
public readonly partial record struct Coding(string System, string Code)
{
    /// <summary>Vaccines administered, by CDC (HL7 table 0292): two digits or more.</summary>
    public const string Cvx = "http://hl7.org/fhir/sid/cvx";

    /// <summary>Makers of vaccines, by CDC (HL7 table 0227).</summary>
    public const string Mvx = "http://hl7.org/fhir/sid/mvx";

    /// <summary>National Drug Codes of the FDA, as 5-4-2 digits with hyphens.</summary>
    public const string Ndc = "http://hl7.org/fhir/sid/ndc";

    /// <summary>Anatomical therapeutic chemical classification, by WHO.</summary>
    public const string Atc = "http://www.whocc.no/atc";

    /// <summary>SNOMED CT.</summary>
    public const string SnomedCt = "http://snomed.info/sct";

    /// <summary>ICD-11 for mortality and morbidity statistics, by WHO.</summary>
    public const string Icd11 = "http://id.who.int/icd/release/11/mms";

    /// <summary>GS1 Global Trade Item Numbers, as 14 digits.</summary>
    public const string Gtin = "https://www.gs1.org/gtin";

    /// <summary>GS1 Global Location Numbers.</summary>
    public const string Gln = "https://www.gs1.org/gln";

    /// <summary>Organisation units of DHIS2 by their uid.</summary>
    public const string Dhis2Unit = "http://dhis2.org/fhir/id/org-unit";

    /// <summary>Organisation units of DHIS2 by their code.</summary>
    public const string Dhis2UnitCode = "http://dhis2.org/fhir/id/org-unit-code";

    /// <summary>Longest system, and longest code, in characters.</summary>
    public const int CharsMax = 200;

    private const char Separator = '|';

    // Names of HL7 tables and object identifiers by which senders name the systems, and ICD-11's other address.
    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["CVX"] = Cvx,
        ["urn:oid:2.16.840.1.113883.12.292"] = Cvx,
        ["MVX"] = Mvx,
        ["urn:oid:2.16.840.1.113883.12.227"] = Mvx,
        ["NDC"] = Ndc,
        ["urn:oid:2.16.840.1.113883.6.69"] = Ndc,
        ["ATC"] = Atc,
        ["urn:oid:2.16.840.1.113883.6.73"] = Atc,
        ["SCT"] = SnomedCt,
        ["urn:oid:2.16.840.1.113883.6.96"] = SnomedCt,
        ["ICD-11"] = Icd11,
        ["http://id.who.int/icd11/mms"] = Icd11,
        ["GTIN"] = Gtin,
        ["urn:oid:1.3.160"] = Gtin,
        ["GLN"] = Gln,
        ["urn:oid:1.3.88"] = Gln,
    };

    /// <summary>What is wrong with a system, or null.</summary>
    public static string? SystemProblem(string? system) =>
        string.IsNullOrWhiteSpace(system) ? $"is missing: say who gives such codes, as a URI such as {Cvx}"
        : system.Length > CharsMax ? $"must have at most {CharsMax} characters"
        : system.Trim().Any(letter => letter is Separator or ' ') || !PlainText.Is(system) ? "must have no space, bar or control character"
        : null;

    /// <summary>What is wrong with a code, or null.</summary>
    public static string? CodeProblem(string? code) =>
        string.IsNullOrWhiteSpace(code) ? "is missing: say the code in that system"
        : code.Length > CharsMax ? $"must have at most {CharsMax} characters"
        : PlainText.Is(code) ? null
        : "must have no control character";

    /// <summary>The normal form of a code in which nothing is wrong.</summary>
    public static Coding Of(string system, string code)
    {
        system = system.Trim();
        code = code.Trim();
        if (Names.TryGetValue(system, out var known)) system = known;
        return new Coding(system, system switch
        {
            // A spreadsheet loses the zero.
            Cvx => code.PadLeft(2, '0'),
            Mvx or Atc or Icd11 => code.ToUpperInvariant(),
            Ndc => OfDrug(code),
            Gtin when code.Length is 8 or 12 or 13 && code.All(char.IsAsciiDigit) => code.PadLeft(14, '0'),
            _ => code,
        });
    }

    /// <summary>Reads <c>system|code</c>; null where it is none.</summary>
    public static Coding? Parse(string text) =>
        text.IndexOf(Separator, StringComparison.Ordinal) is >= 0 and var at
        && SystemProblem(text[..at]) is null && CodeProblem(text[(at + 1)..]) is null
            ? Of(text[..at], text[(at + 1)..])
            : null;

    /// <summary>As <c>name|code</c>, with the short name of its system where it has one: <see cref="Parse"/> reads it too.</summary>
    public string ByName
    {
        get
        {
            var system = System;
            return $"{Names.FirstOrDefault(name => name.Value == system).Key ?? system}{Separator}{Code}";
        }
    }

    /// <summary>As <c>system|code</c>.</summary>
    public override string ToString() => $"{System}{Separator}{Code}";

    /// <summary>
    /// A package's NDC as 5-4-2 digits. One of ten digits lacks a zero in the part that is too short; without hyphens nobody can say which
    /// part that is, and it stays as it is.
    /// </summary>
    private static string OfDrug(string code) =>
        Hyphenated().Match(code) is { Success: true } parts
            ? $"{parts.Groups[1].Value.PadLeft(5, '0')}-{parts.Groups[2].Value.PadLeft(4, '0')}-{parts.Groups[3].Value.PadLeft(2, '0')}"
        : code.Length == 11 && code.All(char.IsAsciiDigit) ? $"{code[..5]}-{code[5..9]}-{code[9..]}"
        : code;

    [GeneratedRegex("^([0-9]{4,5})-([0-9]{3,4})-([0-9]{1,2})$", RegexOptions.CultureInvariant)]
    private static partial Regex Hyphenated();
}
