using System.Text.Json;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Utility;
using Hl7.Fhir.Validation;
using R4 = Hl7.Fhir.Model;

namespace Distribution.Interop.Fhir;

/// <summary>Reads and writes FHIR R4 resources as JSON.</summary>
public static class FhirJson
{
    /// <summary>The media type of what is written.</summary>
    public const string MediaType = "application/fhir+json";

    private const int IssuesMax = 100;

    // Narrative is for people, and is dropped: whether it is well-formed matters to nobody here.
    private static readonly FhirJsonDeserializer Reader = new(
        new DeserializerSettings { AnnotateLineInfo = false }.UsingMode(DeserializationMode.Strict, NarrativeValidationKind.None));

    /// <summary>Reads a resource, strictly: an element that R4 does not have is an error.</summary>
    /// <param name="json">The whole body as UTF-8.</param>
    /// <returns>The resource, which is to be used only where nothing is wrong; and what is wrong, none when nothing is.</returns>
    public static (R4.Resource? Resource, IReadOnlyList<FhirIssue> Faults) Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            Reader.TryDeserializeResource(ref reader, out var resource, out var faults);
            FhirIssue[] issues = [.. faults.Take(IssuesMax).Select(fault => IssueOf(fault, resource?.TypeName))];
            // What comes behind it is no part of it, and throws.
            while (reader.Read()) continue;
            return (issues.Length > 0 || resource is not null ? resource : null, issues);
        }
        // The reader of JSON throws at what is none; that of FHIR whatever it happens to meet, as at a name without a letter.
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            var where = fault is JsonException { LineNumber: { } line, BytePositionInLine: { } at }
                ? $" (line {line + 1}, byte {at + 1})"
                : "";
            return (null, [FhirIssue.Error(R4.OperationOutcome.IssueType.Structure,
                $"The body is no FHIR resource as JSON{where}: send one object with a resourceType.")]);
        }
    }

    /// <summary>Writes a resource as UTF-8.</summary>
    public static byte[] Write(R4.Resource resource) => FhirJsonSerializer.Default.SerializeToBytes(resource);

    private static FhirIssue IssueOf(CodedException fault, string? type)
    {
        var (code, text, path) = fault is ExtendedCodedException known
            ? (known.IssueType, known.BaseErrorMessage, known.InstancePath)
            : (R4.OperationOutcome.IssueType.Structure, fault.Message, null);
        if (path?.StartsWith("$this", StringComparison.Ordinal) == true) path = type + path["$this".Length..];
        return FhirIssue.Error(code, text.Replace("$this", type, StringComparison.Ordinal), string.IsNullOrEmpty(path) ? null : path);
    }
}
