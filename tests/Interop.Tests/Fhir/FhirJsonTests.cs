using System.Text;
using Distribution.Interop.Fhir;

namespace Distribution.Interop.Tests.Fhir;

/// <summary>Whatever is sent is read, or said to be wrong; nothing is thrown.</summary>
public sealed class FhirJsonTests
{
    private const string Seed = """
        {"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:0198c0de-0000-7000-8000-000000000101","resource":
        {"resourceType":"Immunization","contained":[{"resourceType":"Patient","id":"p","gender":"female","birthDate":"1974-12-25"}],
        "status":"completed","vaccineCode":{"coding":[{"system":"http://hl7.org/fhir/sid/cvx","code":"03"}]},
        "patient":{"reference":"#p"},"occurrenceDateTime":"2026-03-01T23:30:00-05:00","primarySource":true,"isSubpotent":false,
        "protocolApplied":[{"doseNumberPositiveInt":1}]},"request":{"method":"POST","url":"Immunization"}}]}
        """;

    [Fact]
    public void A_body_is_read_without_fault()
    {
        var (resource, faults) = FhirJson.Read(Encoding.UTF8.GetBytes(Seed));
        Assert.Empty(faults);
        Assert.Equal("Bundle", resource!.TypeName);
        Assert.Empty(FhirJson.Read(FhirJson.Write(resource)).Faults);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"a\"} x")]
    [InlineData("{\"resourceType\":\"Patient\",\"foo\":1}")]
    [InlineData("{\"resourceType\":\"Foo\",\"id\":\"a\"}")]
    public void What_is_no_resource_is_said_to_be_none(string body) =>
        Assert.NotEmpty(FhirJson.Read(Encoding.UTF8.GetBytes(body)).Faults);

    [Fact]
    public void Mutated_bodies_are_read_or_refused_and_never_throw()
    {
        const int Turns = 20_000;
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var good = Encoding.UTF8.GetBytes(Seed);
        var refused = 0;
        for (var turn = 0; turn < Turns; turn++)
        {
            var body = good.ToArray();
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                var at = random.Next(body.Length);
                body = random.Next(4) switch
                {
                    0 => [.. body[..at], (byte)random.Next(256), .. body[at..]],
                    1 => [.. body[..at], .. body[Math.Min(body.Length, at + random.Next(40))..]],
                    2 => [.. body[..at], .. good.AsSpan(random.Next(good.Length / 2), random.Next(40)), .. body[at..]],
                    _ => [.. body[..at], (byte)"{}[]\":,0nt"[random.Next(10)], .. body[Math.Min(body.Length, at + 1)..]],
                };
                if (body.Length == 0) break;
            }

            var (resource, faults) = FhirJson.Read(body);
            if (faults.Count > 0) refused++;
            else FhirJson.Write(resource!);
        }

        Assert.InRange(refused, 1, Turns);
    }
}
