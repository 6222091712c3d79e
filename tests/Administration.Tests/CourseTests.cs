using Distribution.Administration.Domain;
using Distribution.Contracts.Inventory.V1;

namespace Distribution.Administration.Tests;

/// <summary>What is strange about the doses that one recipient got of a vaccine.</summary>
public sealed class CourseTests
{
    private const int Seeds = 5_000;

    private static readonly SeriesDose[] Three = [new("1", false), new("2", true), new("B1", false)];

    [Theory]
    [InlineData("1:03-01 2:03-22", "")]
    [InlineData("2:03-01 1:03-22", "2:03-01 doseOrder")]
    [InlineData("2:03-01", "")]
    [InlineData("2:03-01 1:03-01", "")]
    [InlineData("1:03-01 1:03-22", "1:03-22 doseTwice")]
    [InlineData("1:03-01 1:03-22 1:04-01", "1:03-22 doseTwice|1:04-01 doseTwice")]
    [InlineData("2:03-01 1:03-22 2:04-01", "2:03-01 doseOrder|2:04-01 doseTwice")]
    [InlineData("B1:03-01 1:03-22", "B1:03-01 doseOrder")]
    [InlineData("1:03-01 B1:03-22 2:04-01", "B1:03-22 doseOrder")]
    [InlineData("2:03-01 2:03-02 1:03-22", "2:03-01 doseOrder|2:03-02 doseOrder|2:03-02 doseTwice")]
    // History tells of a dose that may be there already, and makes others right or wrong; it is itself neither.
    [InlineData("1:03-01h 1:03-02 2:03-22", "")]
    [InlineData("1:03-01h 2:03-02 1:03-22", "")]
    [InlineData("2:03-02 1:03-22h", "2:03-02 doseOrder")]
    [InlineData("2:03-02h 1:03-22", "")]
    [InlineData("1:03-01h 1:03-02h", "")]
    // Nobody said which dose it was, or it was dropped from the series.
    [InlineData("unspecified:03-01 unspecified:03-02 1:03-22", "")]
    [InlineData("9:03-01 1:03-02 9:03-22", "9:03-22 doseTwice")]
    public void A_dose_before_an_earlier_one_of_the_series_and_a_number_twice_are_strange(string doses, string expected) =>
        Assert.Equal(expected, Found(doses, Three));

    [Fact]
    public void Any_of_several_first_doses_is_enough_and_a_product_for_second_doses_has_none()
    {
        SeriesDose[] either = [new("1", false, true), new("2", true), new("J", true, true)];
        Assert.Equal("", Found("J:03-01 2:03-22", either));
        Assert.Equal("", Found("1:03-01 2:03-22 J:04-01", either));
        Assert.Equal("2:03-01 doseOrder", Found("2:03-01 J:03-22", either));
        Assert.Equal("", Found("J:03-01 1:03-22", either));
        SeriesDose[] second = [new("2", true, false), new("B1", false)];
        Assert.Equal("B1:03-01 doseOrder", Found("B1:03-01 2:03-22", second));
        Assert.Equal("", Found("2:03-01 1:03-22", [new("2", true, false)]));
        Assert.Equal("", Found("2:03-01 1:03-22", []));
    }

    [Fact]
    public void What_is_found_does_not_depend_on_the_order_in_which_doses_come_and_go()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var random = new Random(seed);
            string[] numbers = ["1", "2", "3", "B1", "unspecified"];
            SeriesDose[] series = [.. random.GetItems(numbers[..4], random.Next(5)).Distinct()
                .Select(number => new SeriesDose(number, random.Next(3) == 0, random.Next(4) switch { 0 => true, 1 => false, _ => null }))];
            CourseDose[] all = [.. Enumerable.Range(0, random.Next(1, 8)).Select(id => new CourseDose(
                $"{id}", $"F{random.Next(3)}", numbers[random.Next(5)], new DateOnly(2026, 3, random.Next(1, 6)), random.Next(4) == 0))];
            var stay = all.Where(_ => random.Next(3) > 0).ToArray();
            var expected = Course.Judge(stay, series);

            // All come, in any order; some go again, and some come back.
            var (doses, coming) = (new List<CourseDose>(), all.Concat(all).ToArray());
            random.Shuffle(coming);
            foreach (var dose in coming)
            {
                doses.RemoveAll(known => known.DoseId == dose.DoseId);
                if (random.Next(2) == 0) doses.Add(dose);
                doses = [.. Course.Judge(doses, series)];
            }

            foreach (var dose in all.OrderBy(_ => random.Next()))
            {
                doses.RemoveAll(known => known.DoseId == dose.DoseId);
                if (stay.Contains(dose)) doses.Add(dose);
                doses = [.. Course.Judge(doses, series)];
            }

            Assert.True(expected.SequenceEqual(doses), $"seed {seed}");
            Assert.True(expected.SequenceEqual(Course.Judge(expected, series)), $"seed {seed}");

            // As many too many as there are: all but one of each number.
            var given = stay.Where(dose => !dose.IsHistory && dose.DoseNumber != "unspecified").ToArray();
            Assert.Equal(given.Length - given.Select(dose => dose.DoseNumber).Distinct().Count(), expected.Count(dose => dose.IsTwice));
            // A dose on the first day of all is as early as it can be, and one on the last day is never early.
            Assert.DoesNotContain(expected, dose => dose.IsEarly && dose.OccurredOn == expected[^1].OccurredOn);
        }
    }

    private static string Found(string doses, IReadOnlyList<SeriesDose> series)
    {
        var course = doses.Split(' ').Select((dose, id) =>
        {
            var (number, day) = (dose.Split(':')[0], dose.Split(':')[1]);
            return new CourseDose($"{id}", "F1", number, DateOnly.Parse($"2026-{day.TrimEnd('h')}"), day.EndsWith('h'));
        });
        return string.Join('|', Course.Judge(course, series)
            .SelectMany(dose => dose.Reasons().Select(why => $"{dose.DoseNumber}:{dose.OccurredOn:MM-dd} {why}")));
    }
}
