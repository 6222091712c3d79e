using Distribution.SharedKernel.Rules;
using Distribution.Tests.Support;

namespace Distribution.Platform.Tests;

public sealed class CodingTests
{
    [Theory]
    [InlineData("CVX", "3", "http://hl7.org/fhir/sid/cvx|03")]
    [InlineData("urn:oid:2.16.840.1.113883.12.292", " 208 ", "http://hl7.org/fhir/sid/cvx|208")]
    [InlineData("http://id.who.int/icd11/mms", "xm68m6", "http://id.who.int/icd/release/11/mms|XM68M6")]
    [InlineData("http://id.who.int/icd/release/11/mms", "XM68M6", "http://id.who.int/icd/release/11/mms|XM68M6")]
    [InlineData("ndc", "0006-4681-00", "http://hl7.org/fhir/sid/ndc|00006-4681-00")]
    [InlineData("NDC", "49281-400-5", "http://hl7.org/fhir/sid/ndc|49281-0400-05")]
    [InlineData("NDC", "00006468100", "http://hl7.org/fhir/sid/ndc|00006-4681-00")]
    [InlineData("NDC", "0006468100", "http://hl7.org/fhir/sid/ndc|0006468100")]
    [InlineData("NDC", "00006-4681", "http://hl7.org/fhir/sid/ndc|00006-4681")]
    [InlineData("GTIN", "9501101530003", "https://www.gs1.org/gtin|09501101530003")]
    [InlineData("ATC", "j07bd52", "http://www.whocc.no/atc|J07BD52")]
    [InlineData("urn:moh:Vaccines", "Bcg", "urn:moh:Vaccines|Bcg")]
    public void What_means_the_same_is_the_same(string system, string code, string normal)
    {
        var coding = Coding.Of(system, code);
        Assert.Equal(normal, coding.ToString());
        Assert.Equal(coding, Coding.Parse(normal));
        Assert.Equal(coding, Coding.Parse(coding.ByName));
        Assert.Equal(coding, Coding.Of(coding.System, coding.Code));
    }

    [Theory]
    [InlineData("", "1")]
    [InlineData("CVX", " ")]
    [InlineData("a b", "1")]
    [InlineData("a|b", "1")]
    [InlineData("a\u0007", "1")]
    [InlineData("CVX", "1\u0007")]
    public void What_is_no_code_is_told_so(string system, string code) =>
        Assert.True(Coding.SystemProblem(system) is not null || Coding.CodeProblem(code) is not null);

    [Fact]
    public void Every_drug_code_of_the_table_is_the_same_without_its_hyphens()
    {
        var path = Examples.Find("codes/ndc-cvx.csv");
        Assert.SkipWhen(path is null, Examples.Missing);
        var codes = File.ReadLines(path!).Skip(1).Select(line => line.Split(',')[0]).ToList();
        Assert.NotEmpty(codes);
        Assert.All(codes, code =>
        {
            var normal = Coding.Of("NDC", code).Code;
            Assert.Matches("^[0-9]{5}-[0-9]{4}-[0-9]{2}$", normal);
            Assert.Equal(normal, Coding.Of("NDC", normal.Replace("-", "", StringComparison.Ordinal)).Code);
        });
    }
}
