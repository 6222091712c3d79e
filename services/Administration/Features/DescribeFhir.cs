using Distribution.Interop.Fhir;
using Distribution.Platform.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Interaction = Hl7.Fhir.Model.CapabilityStatement.TypeRestfulInteraction;
using R4 = Hl7.Fhir.Model;

namespace Distribution.Administration.Features;

/// <summary>
/// Says what is there of FHIR R4, in all services together: it is the same wherever they run, and here because most of it is.
/// </summary>
internal static class DescribeFhir
{
    private const string ParameterDefinitions = "http://hl7.org/fhir/SearchParameter/";

    // The day on which this last changed.
    private const string ChangedOn = "2026-11-30";

    public static void Map(RouteGroupBuilder fhir) =>
        fhir.MapGet("/metadata", () => new FhirAnswer(StatusCodes.Status200OK, Statement())).NeedsSignIn();

    private static R4.CapabilityStatement Statement() => new()
    {
        Status = R4.PublicationStatus.Active,
        Date = ChangedOn,
        Kind = R4.CapabilityStatementKind.Instance,
        Software = new R4.CapabilityStatement.SoftwareComponent { Name = "Distribution" },
        Implementation = new R4.CapabilityStatement.ImplementationComponent { Description = "Doses given, and where." },
        FhirVersion = R4.FHIRVersion.N4_0_1,
        Format = [FhirJson.MediaType],
        Rest =
        [
            new R4.CapabilityStatement.RestComponent
            {
                Mode = R4.CapabilityStatement.RestfulCapabilityMode.Server,
                Security = new R4.CapabilityStatement.SecurityComponent { Description = "Authorization: Bearer, with a key or a token." },
                Resource = [Immunization(), Location()],
                Interaction =
                [
                    Of(R4.CapabilityStatement.SystemRestfulInteraction.Transaction),
                    Of(R4.CapabilityStatement.SystemRestfulInteraction.Batch),
                ],
            },
        ],
    };

    private static R4.CapabilityStatement.ResourceComponent Immunization() => new()
    {
        Type = "Immunization",
        Documentation = "Kept are status, statusReason, vaccineCode, occurrenceDateTime to the day, primarySource, location, lotNumber, "
            + "isSubpotent, subpotentReason, the first protocolApplied.doseNumber, and of the patient a keyed hash, age band and sex. "
            + "The first identifier with a system is the key: the same content under it counts once, other is a conflict. "
            + "location and date are searched together, date by one day.",
        Interaction = [Of(Interaction.Read), Of(Interaction.Create), Of(Interaction.Update), Of(Interaction.SearchType)],
        Versioning = R4.CapabilityStatement.ResourceVersionPolicy.VersionedUpdate,
        ReadHistory = false,
        UpdateCreate = true,
        ConditionalCreate = true,
        ConditionalRead = R4.CapabilityStatement.ConditionalReadStatus.NotSupported,
        ConditionalUpdate = false,
        ConditionalDelete = R4.CapabilityStatement.ConditionalDeleteStatus.NotSupported,
        SearchParam =
        [
            Of("_id", "Resource-id", R4.SearchParamType.Token),
            Of("identifier", "clinical-identifier", R4.SearchParamType.Token),
            Of("location", "Immunization-location", R4.SearchParamType.Reference),
            Of("date", "clinical-date", R4.SearchParamType.Date),
        ],
    };

    private static R4.CapabilityStatement.ResourceComponent Location() => new()
    {
        Type = "Location",
        Documentation = "Facilities, districts, regions and countries. They are changed by /api/v1/facilities.",
        Interaction = [Of(Interaction.Read), Of(Interaction.SearchType)],
        Versioning = R4.CapabilityStatement.ResourceVersionPolicy.Versioned,
        SearchParam =
        [
            Of("identifier", "Location-identifier", R4.SearchParamType.Token),
            Of("name", "Location-name", R4.SearchParamType.String),
            Of("partof", "Location-partof", R4.SearchParamType.Reference),
        ],
    };

    private static R4.CapabilityStatement.ResourceInteractionComponent Of(Interaction code) => new() { Code = code };

    private static R4.CapabilityStatement.SystemInteractionComponent Of(R4.CapabilityStatement.SystemRestfulInteraction code) =>
        new() { Code = code };

    private static R4.CapabilityStatement.SearchParamComponent Of(string name, string definition, R4.SearchParamType type) =>
        new() { Name = name, Definition = ParameterDefinitions + definition, Type = type };
}
