using Distribution.Interop.Fhir;
using R4 = Hl7.Fhir.Model;

namespace Distribution.Administration.Fhir;

/// <summary>The resources of a Bundle to which others of it may refer.</summary>
internal sealed class Referred
{
    private readonly Dictionary<string, R4.Resource> _byReference = new(StringComparer.Ordinal);

    /// <summary>Adds one, under the names by which others refer to it.</summary>
    public void Add(R4.Resource resource, params IEnumerable<string?> names)
    {
        foreach (var name in names.OfType<string>()) _byReference.TryAdd(name, resource);
    }

    /// <summary>The resource that is meant: one that is contained, or is in the same Bundle; null where it is neither.</summary>
    public T? Find<T>(R4.Immunization from, R4.ResourceReference? reference) where T : R4.Resource => reference?.Reference switch
    {
        null => null,
        ['#', .. var id] => from.Contained.OfType<T>().FirstOrDefault(contained => contained.Id == id),
        var name => _byReference.GetValueOrDefault(name) as T,
    };

    /// <summary>Everything that an Immunization refers to.</summary>
    public static IEnumerable<string> From(R4.Immunization immunization) =>
        new[] { immunization.Patient, immunization.Location, immunization.Manufacturer, immunization.Encounter }
            .Concat(immunization.Performer.Select(performer => performer.Actor))
            .Concat(immunization.ProtocolApplied.Select(protocol => protocol.Authority))
            .Select(reference => reference?.Reference).OfType<string>();
}

/// <summary>How an Immunization is sent.</summary>
/// <param name="At">What expressions of it begin with: <c>Immunization</c>, or where it is in its Bundle.</param>
/// <param name="IsPut">Whether this is how it is now, whatever was told before.</param>
/// <param name="Id">The id of the address to which it is put; null where it is posted.</param>
/// <param name="FullUrl">What the Bundle calls it; null outside of one.</param>
/// <param name="IfNoneExist">On which condition it is posted; null for none.</param>
/// <param name="IfMatch">Which version is to be changed, as an ETag; null for any.</param>
internal sealed record Sent(
    string At, bool IsPut, string? Id = null, string? FullUrl = null, string? IfNoneExist = null, string? IfMatch = null);

/// <summary>What came of an Immunization.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Id">Its id; null where it has none.</param>
/// <param name="Version">The version that stands; null where none does.</param>
/// <param name="Issues">What was found of it.</param>
internal sealed record Received(int Status, string? Id, int? Version, IReadOnlyList<FhirIssue> Issues)
{
    /// <summary>Whether it was not taken.</summary>
    public bool IsError => Status >= 400;
}
