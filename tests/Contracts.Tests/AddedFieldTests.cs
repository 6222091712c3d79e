using System.Text.Json;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Storage;

namespace Distribution.Contracts.Tests;

/// <summary>Fields that events got later: written as here where they say something, and else not at all.</summary>
public sealed class AddedFieldTests
{
    [Fact]
    public void A_subpotent_dose_says_so() => Same(
        """{"facilityId":"F1","vaccineId":"MR","doseNumber":"1","occurredOn":"2026-03-01","doses":2,"kind":"subpotent"}""",
        new AdministeredSum("F1", "MR", null, "1", new DateOnly(2026, 3, 1), null, null, null, 2, DoseKinds.Subpotent));

    [Fact]
    public void A_vaccine_has_codes()
    {
        var changed = Same<VaccineChanged>(
            """{"vaccineId":"MR","version":2,"name":"MR","antigens":[],"dosesPerVial":10,"series":[],"codes":[{"system":"http://hl7.org/fhir/sid/cvx","code":"04"}]}""");
        Assert.Equal([new VaccineCode("http://hl7.org/fhir/sid/cvx", "04")], changed.Codes);
    }

    [Fact]
    public void A_facility_has_identifiers()
    {
        var changed = Same<FacilityChanged>(
            """{"facilityId":"F1","version":2,"name":"F1","level":"facility","country":"IT","identifiers":[{"system":"urn:moh","value":"7"}]}""");
        Assert.Equal([new FacilityIdentifier("urn:moh", "7")], changed.Identifiers);
    }

    private static void Same<T>(string json, T expected) => Assert.Equal(expected, Same<T>(json));

    private static T Same<T>(string json)
    {
        var read = JsonSerializer.Deserialize<T>(json, StoreJson.Options)!;
        Assert.Equal(json, JsonSerializer.Serialize(read, StoreJson.Options));
        return read;
    }
}
