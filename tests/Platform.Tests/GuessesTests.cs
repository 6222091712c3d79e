using Distribution.SharedKernel.Rules;

namespace Distribution.Platform.Tests;

/// <summary>Which known id was perhaps meant.</summary>
public sealed class GuessesTests
{
    [Theory]
    [InlineData("penta", "PENTA")]
    [InlineData("IT_LAZ_0101", "IT-LAZ-0101")]
    [InlineData("IT-LAZ-O101", "IT-LAZ-0101")]
    [InlineData("COVID-MRN", "COVID-MRNA")]
    [InlineData("COVID-mNRA", "COVID-MRNA")]
    [InlineData("IT-LAZ-0105", null)]
    [InlineData("nothing-like-it", null)]
    [InlineData("--", null)]
    [InlineData("11.1", "11-1")]
    [InlineData("O", null)]
    public void Is_the_one_of_other_case_or_punctuation_or_the_only_one_that_is_near(string id, string? meant) =>
        Assert.Equal(meant, Guesses.Nearest(id, ["PENTA", "IT-LAZ-0101", "IT-LAZ-0102", "COVID-MRNA", "__", "1-11", "11-1", "0"]));

    [Fact]
    public void Are_made_for_a_bounded_number_of_ids_and_never_when_they_are_only_told()
    {
        var looked = 0;
        var guesses = new Guesses(_ =>
        {
            looked++;
            return ["PENTA"];
        });
        Assert.Equal("waits for the vaccine 'penta': send it, or correct the id", guesses.Words("vaccine:penta"));
        Assert.Equal("PENTA", guesses.For("vaccine:penta"));
        Assert.Equal("waits for the vaccine 'penta': perhaps 'PENTA' was meant", guesses.Words("vaccine:penta"));
        Assert.Equal("waits for the dose number '9' of the vaccine 'V': send it, or correct the id", guesses.Words("dose-number:V:9"));
        Assert.Equal("waits for the age band '0:5' in the list of C: correct it, or have it put into that list",
            guesses.Words("age-band:C:0:5"));
        for (var id = 0; id < 100; id++) guesses.For($"vaccine:{id}");
        Assert.Equal(10, looked);
    }
}
