using R4 = Hl7.Fhir.Model;

namespace Distribution.Administration.Fhir;

/// <summary>What is kept of a dose and has no word in FHIR, so that it comes back as it went out.</summary>
internal static class OwnWords
{
    /// <summary>The code system of vaccines by the ids that they have here.</summary>
    public const string Vaccines = "urn:x-distribution:vaccine";

    /// <summary>The code system of priority groups.</summary>
    public const string PriorityGroups = "urn:x-distribution:priority-group";

    /// <summary>The extension of a Patient with an age band.</summary>
    public const string AgeBand = "urn:x-distribution:age-band";

    /// <summary>The identifier system of URIs.</summary>
    public const string Uris = "urn:ietf:rfc:3986";

    /// <summary>How a UUID begins as a URI.</summary>
    public const string UuidBegin = "urn:uuid:";

    /// <summary>What is shown in place of who got a dose.</summary>
    public const string SomebodyId = "recipient";

    /// <summary>The code in one of these systems; null where there is none.</summary>
    public static string? CodeIn(string system, IEnumerable<R4.CodeableConcept> concepts) =>
        concepts.SelectMany(concept => concept.Coding).FirstOrDefault(coding => coding.System == system)?.Code;
}
