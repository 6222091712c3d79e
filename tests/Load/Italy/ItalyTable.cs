using System.Globalization;
using static Distribution.Tests.Support.OpenData;

namespace Distribution.Load.Italy;

/// <summary>One day's doses of one region, as the government published them.</summary>
/// <param name="Region">The region's place in <see cref="ItalyTable.Regions"/>.</param>
/// <param name="Day">The day.</param>
/// <param name="FirstDose">How many doses there are in the rows before.</param>
/// <param name="Doses">Doses given.</param>
/// <param name="ToWomen">Those given to women.</param>
/// <param name="ByDoseNumber">The doses by dose number, in the order of <see cref="ItalyTable.DoseNumbers"/>.</param>
internal sealed record DayOfRegion(int Region, DateOnly Day, long FirstDose, int Doses, int ToWomen, int[] ByDoseNumber);

/// <summary>Italy's COVID-19 campaign as the government published it, and its official result.</summary>
internal sealed class ItalyTable
{
    public const string Country = "ITA";
    public const string Vaccine = "COVID-19";

    private ItalyTable(string folder)
    {
        var deliveries = Rows(folder, "consegne-vaccini-latest.csv");
        Regions = [.. deliveries.Select(row => (Id: row["area"], Name: row["reg"])).Distinct()
            .OrderBy(region => region.Id, StringComparer.Ordinal)];
        var places = Regions.Select((region, place) => (region.Id, place)).ToDictionary(pair => pair.Id, pair => pair.place);
        Consignments = [.. deliveries.Select(Consignment)];
        Delivered = deliveries.Sum(row => Number(row["numero_dosi"]));

        long doses = 0;
        var days = new List<DayOfRegion>();
        foreach (var row in Rows(folder, "somministrazioni-vaccini-summary-latest.csv")
            .OrderBy(row => row["data"], StringComparer.Ordinal).ThenBy(row => row["area"], StringComparer.Ordinal))
        {
            var day = new DayOfRegion(
                places[row["area"]], DateOnly.ParseExact(row["data"], "yyyy-MM-dd", CultureInfo.InvariantCulture), doses,
                (int)Number(row["totale"]), (int)Number(row["f"]), [.. DoseNumbers.Select(number => (int)Number(row[number]))]);
            if (day.Doses != day.ToWomen + Number(row["m"]) || day.Doses != day.ByDoseNumber.Sum())
                throw new LoadFailure($"the row of {row["area"]} on {row["data"]} does not add up");
            if (day.Doses == 0) continue;
            days.Add(day);
            doses += day.Doses;
        }

        Days = days;
        Doses = doses;
        var populations = Rows(folder, "platea.csv");
        AgeBands = [.. populations.Select(row => row["eta"]).Distinct().Order(StringComparer.Ordinal)];
        Populations = [.. Regions.Select(region => AgeBands.Select(band =>
            Number(populations.Single(row => row["area"] == region.Id && row["eta"] == band)["totale_popolazione"])).ToArray())];
        Official = Rows(folder, "vaccini-summary-latest.csv")
            .ToDictionary(row => row["area"], row => (Number(row["dosi_somministrate"]), Number(row["dosi_consegnate"])));
        if (Official.Values.Sum(official => official.Administered) != Doses || Official.Values.Sum(
            official => official.Delivered) != Delivered)
            throw new LoadFailure("the rows are not those of the official table");
    }

    /// <summary>How the table names dose numbers; <c>dpi</c> is the only dose after an infection.</summary>
    public static IReadOnlyList<string> DoseNumbers { get; } = ["d1", "d2", "dpi", "db1", "db2", "db3"];

    public IReadOnlyList<(string Id, string Name)> Regions { get; }

    /// <summary>The days with doses, in order of the day, then of the region.</summary>
    public IReadOnlyList<DayOfRegion> Days { get; }

    /// <summary>Doses given in all.</summary>
    public long Doses { get; }

    /// <summary>Past consignments, a JSON object each.</summary>
    public IReadOnlyList<string> Consignments { get; }

    /// <summary>Doses delivered in all.</summary>
    public long Delivered { get; }

    public IReadOnlyList<string> AgeBands { get; }

    /// <summary>People of each region by age band.</summary>
    public IReadOnlyList<long[]> Populations { get; }

    /// <summary>The government's result by region.</summary>
    public IReadOnlyDictionary<string, (long Administered, long Delivered)> Official { get; }

    /// <summary>Reads the data from a folder, or from beside the repository.</summary>
    /// <exception cref="LoadFailure">It is not there, or is not the campaign that the official table sums up.</exception>
    public static ItalyTable Read(string? folder)
    {
        folder ??= Path.Combine(Repository.Root, "..", "shared", "data", "italy");
        return File.Exists(Path.Combine(folder, "vaccini-summary-latest.csv"))
            ? new ItalyTable(folder)
            : throw new LoadFailure($"Italy's open data is not in {Path.GetFullPath(folder)}: name its folder with --campaign");
    }

    /// <summary>A past consignment; a negative row is stock that went back or on.</summary>
    private static string Consignment(Dictionary<string, string> row, int index)
    {
        var doses = Number(row["numero_dosi"]);
        var (place, partner) = doses < 0 ? ("fromFacilityId", "destination") : ("toFacilityId", "origin");
        var at = row["data_consegna"] + "T12:00:00Z";
        return $$"""{"shipmentId":"delivery-{{index:D5}}","dispatchedAt":"{{at}}","receivedAt":"{{at}}","lines":[{"vaccineId":"{{Vaccine}}","doses":{{Math.Abs(doses)}}}],"{{place}}":"{{row["area"]}}","{{partner}}":"{{row["forn"]}}"}""";
    }
}
