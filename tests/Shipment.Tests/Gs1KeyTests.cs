using Distribution.Shipment.Epcis.Wire;

namespace Distribution.Shipment.Tests;

/// <summary>Identifiers have one normal form, whichever way they are written.</summary>
public sealed class Gs1KeyTests
{
    [Theory]
    [InlineData("https://id.gs1.org/01/09501101530003/10/AB-123", "https://id.gs1.org/01/09501101530003/10/AB-123")]
    [InlineData("https://id.gs1.org/01/09501101530003/10/AB-123", "urn:epc:class:lgtin:950110.0153000.AB-123")]
    [InlineData("https://id.gs1.org/01/09501101530003/10/AB-123", "https://example.com/some/path/gtin/9501101530003/lot/AB-123?17=280331")]
    [InlineData("https://id.gs1.org/01/09501101530003/10/A%2FB", "urn:epc:class:lgtin:950110.0153000.A%2FB")]
    [InlineData("https://id.gs1.org/01/09501101530003/10/L/21/S", "https://example.com/01/09501101530003/21/S/10/L")]
    [InlineData("https://id.gs1.org/01/10614141073464/21/2017", "urn:epc:id:sgtin:0614141.107346.2017")]
    [InlineData("https://id.gs1.org/01/10614141073464", "urn:epc:idpat:sgtin:0614141.107346.*")]
    [InlineData("https://id.gs1.org/00/106141412345678908", "urn:epc:id:sscc:0614141.1234567890")]
    [InlineData("https://id.gs1.org/414/0614141073467/254/1234", "urn:epc:id:sgln:0614141.07346.1234")]
    [InlineData("https://id.gs1.org/414/9521141123454", "urn:epc:id:sgln:9521141.12345.0")]
    [InlineData("https://id.gs1.org/417/9521141123454", "urn:epc:id:pgln:9521141.12345")]
    // A wrong check digit, too few digits, no key: as it is.
    [InlineData("https://id.gs1.org/01/09501101530004", "https://id.gs1.org/01/09501101530004")]
    [InlineData("urn:epc:id:sgtin:0614141.10734.2017", "urn:epc:id:sgtin:0614141.10734.2017")]
    [InlineData("urn:epc:id:sscc:0614141.", "urn:epc:id:sscc:0614141.")]
    [InlineData("http://transaction.acme.com/po/12345678", "http://transaction.acme.com/po/12345678")]
    [InlineData("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "urn:uuid:F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6")]
    public void It_is_the_same_in_every_form(string normal, string text) => Assert.Equal(normal, Gs1Key.Of(text).Normal);

    [Theory]
    [InlineData("urn:epc:idpat:sgtin:0614141.107346.*", "https://id.gs1.org/01/10614141073464/21/2017", true)]
    [InlineData("urn:epc:idpat:sgtin:0614141.107346.*", "https://id.gs1.org/01/10614141073464", true)]
    [InlineData("urn:epc:idpat:sgtin:0614141.107346.*", "https://id.gs1.org/01/10614141073471", false)]
    [InlineData("urn:epc:id:sgtin:0614141.107346.2017", "https://id.gs1.org/01/10614141073464/21/2017", true)]
    [InlineData("https://id.gs1.org/01/10614141073464", "https://id.gs1.org/01/10614141073464/21/2017", false)]
    public void A_pattern_finds_all_of_its_kind_and_an_identifier_itself(string asked, string normal, bool matches) =>
        Assert.Equal(matches, Gs1Key.Matches(asked, normal));
}
