using System.Globalization;
using System.Text;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Inventory.V1;
using Distribution.SharedKernel.Places;

namespace Distribution.Benchmarks;

/// <summary>Submissions as a clinic's system sends them, and the reference data that they name.</summary>
internal static class Doses
{
    private static readonly DateOnly Day = new(2021, 6, 4);
    private static readonly string[] Numbers = ["d1", "d2", "db1"];
    private static readonly string[] Ages = ["12-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80-89", "90+"];

    /// <summary>The last day that a dose may be dated.</summary>
    public static int NewestDay => Day.DayNumber + 1;

    /// <summary>A region of a country, and a vaccine.</summary>
    public static ReferenceData Reference()
    {
        var reference = new ReferenceData();
        reference.Tree.Load(
            [new Place("ITA", "Italia", "country", null, "ITA", 1), new Place("LOM", "Lombardia", "region", "ITA", "ITA", 1)], 0);
        reference.Apply(new VaccineDocument(
            "COVID-19", 1, "COVID-19 vaccine", [.. Numbers.Select(number => new SeriesDose(number, number == "d2"))], [.. Numbers]));
        return reference;
    }

    /// <summary>A submission of one region and day with time-ordered ids.</summary>
    /// <param name="submission">Its number: ids differ from one to the next.</param>
    /// <param name="doses">How many doses.</param>
    public static byte[] Submission(long submission, int doses)
    {
        var random = new Random((int)submission);
        var text = new StringBuilder("{\"submissionId\":\"").Append(Id(submission, 0xFFFF, random))
            .Append("\",\"facilityId\":\"LOM\",\"doses\":[");
        for (var dose = 0; dose < doses; dose++)
        {
            text.Append(dose == 0 ? "" : ",").Append(CultureInfo.InvariantCulture,
                $"{{\"doseId\":\"{Id(submission, dose, random)}\",\"vaccineId\":\"COVID-19\","
                + $"\"doseNumber\":\"{random.GetItems(Numbers, 1)[0]}\",\"occurredOn\":\"{Day:yyyy-MM-dd}\","
                + $"\"ageBand\":\"{random.GetItems(Ages, 1)[0]}\",\"sex\":\"{(random.Next(2) == 0 ? 'F' : 'M')}\"}}");
        }

        return Encoding.UTF8.GetBytes(text.Append("]}").ToString());
    }

    /// <summary>A submission as it is when it is about to be counted.</summary>
    public static Chunk Read(byte[] submission)
    {
        var chunk = new Chunk(_ => null);
        return SubmissionBody.Read(submission, chunk, NewestDay) is { } problem
            ? throw new InvalidOperationException($"{problem.Field} {problem.Problem}")
            : chunk;
    }

    private static string Id(long submission, int dose, Random random) => string.Create(CultureInfo.InvariantCulture,
        $"{0x01790000 + submission / 65536:x8}-{submission % 65536:x4}-7{dose % 4096:x3}-8{random.Next(4096):x3}-"
            + $"{random.NextInt64(1L << 48):x12}");
}
