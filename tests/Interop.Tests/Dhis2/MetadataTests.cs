using Distribution.Interop.Dhis2;
using Distribution.Tests.Support;

namespace Distribution.Interop.Tests.Dhis2;

public sealed class MetadataTests
{
    [Fact]
    public void The_data_set_of_the_EPI_package_is_read_with_what_its_values_are_named_by()
    {
        var file = Examples.Find("dhis2/epi-metadata-a.json");
        Assert.SkipWhen(file is null, Examples.Missing);
        var set = Assert.Single(MetadataReader.Read(File.ReadAllBytes(file!), out var missing));
        Assert.Empty(missing);
        Assert.Equal(("jqSaKxtj8IA", null, "Monthly", 53), (set.Id, set.Code, set.PeriodType, set.Elements.Count));
        var bcg = set.Element("EPI_BCG_GIVEN")!;
        Assert.Equal(("WSy7zOZx1Wl", "INTEGER_ZERO_OR_POSITIVE", true), (bcg.Id, bcg.ValueType, bcg.ZeroIsSignificant));
        var age = set.ComboOf(bcg)!;
        Assert.False(age.IsDefault);
        Assert.Equal(["EPI-U01Y", "EPI-01PLUSY"], age.OptionCombos.Select(combo => combo.Code));
        Assert.Equal(new CategoryOption(null, "P0Y--P1Y", "<1 year"), age.OptionCombo("JKuWbG5bWAu")!.Options.Single());
        Assert.True(set.ComboOf(set.Element("uCf7TcJvZno")!)!.IsDefault);
    }

    [Fact]
    public void Trees_are_read_from_CSV_and_JSON()
    {
        Assert.SkipWhen(Examples.Find("dhis2/index.csv") is null, Examples.Missing);
        var csv = OrganisationUnit.Csv(File.ReadAllBytes(Examples.Find("dhis2/organisationUnits.csv")!));
        Assert.Equal(["ROOT", "L1", "L2a", "L2b", "L3", "L4"], csv.Select(unit => unit.Code));
        Assert.Equal(("a1234567890", null, "c1234567890"), (csv[0].Id, csv[0].Parent, csv[4].Parent));
        var json = OrganisationUnit.Json(File.ReadAllBytes(Examples.Find("dhis2/orgunits-sierra-leone.json")!));
        Assert.Equal(5, json.Count);
        Assert.Equal(("DiszpKrYNg8", "OU_559", "YuQRtpLP10I", 8.1039, -11.4197),
            (json[0].Id, json[0].Code, json[0].Parent, json[0].Latitude, json[0].Longitude));
    }

    [Theory]
    [InlineData("{}", "dataSets")]
    [InlineData("[]", "$")]
    [InlineData("null", "null")]
    [InlineData("""{"dataSets":[{"id":"x"}]}""", "dataSets[0].id")]
    [InlineData("""{"dataSets":[null]}""", "dataSets[0].id")]
    [InlineData("""{"dataSets":[{"id":"jqSaKxtj8IA"},{"id":"jqSaKxtj8IA"}]}""", "comes twice")]
    public void What_is_no_metadata_is_refused_by_name(string json, string named) =>
        Assert.Contains(named, Assert.Throws<FormatException>(
            () => MetadataReader.Read(System.Text.Encoding.UTF8.GetBytes(json), out _)).Message, StringComparison.Ordinal);
}
