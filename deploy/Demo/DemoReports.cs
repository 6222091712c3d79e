namespace Distribution.Demo;

/// <summary>A dose as the API takes it; the facility is named where it is a line of its own.</summary>
internal sealed record DemoDose(
    Guid DoseId, string VaccineId, string DoseNumber, DateOnly OccurredOn, string? LotNumber, string? AgeBand, string? Sex,
    string? PriorityGroup, string? FacilityId = null);

/// <summary>A tally as the API takes it.</summary>
internal sealed record DemoTally(
    string VaccineId, string DoseNumber, DateOnly OccurredOn, string? LotNumber, string? AgeBand, string? Sex,
    string? PriorityGroup, int Count);

/// <summary>
/// What each clinic did in each week. A week's report can be made again at any time and is the same, so that none need
/// be kept: it is a function of the seed, the clinic, the week and the first day.
/// </summary>
internal sealed class DemoReports(DateOnly firstDay)
{
    /// <summary>Weeks that one delivery to a clinic is for.</summary>
    public const int WeeksPerPeriod = 4;

    /// <summary>Deliveries to a clinic.</summary>
    public const int Periods = (DemoVaccine.Weeks + WeeksPerPeriod - 1) / WeeksPerPeriod;

    private const int DaysPerWeek = 7;
    private const int WorkingDays = 6;
    private const int PriorityWeeks = 5;

    /// <summary>The day on which a week begins.</summary>
    public DateOnly WeekStart(int week) => firstDay.AddDays(week * DaysPerWeek);

    /// <summary>The day on which a delivery's weeks begin.</summary>
    public DateOnly PeriodStart(int period) => WeekStart(period * WeeksPerPeriod);

    /// <summary>The lot that a country's clinics get for a period.</summary>
    public static string LotNumber(string country, DemoVaccine vaccine, int period) =>
        $"{vaccine.Id[..2]}{country[^1]}{(period + 1) * 137 + vaccine.DosesPerVial:0000}";

    /// <summary>The doses that a clinic gave in a week, by day.</summary>
    public IReadOnlyList<DemoDose> Doses(DemoClinic clinic, int week)
    {
        var random = new Random(HashOf(clinic.Number, week));
        var doses = new List<DemoDose>();
        foreach (var vaccine in DemoVaccine.All)
        {
            var lot = clinic.NamesLots ? LotNumber(clinic.Place.Country, vaccine, week / WeeksPerPeriod) : null;
            foreach (var step in vaccine.Series)
            {
                var count = (int)(vaccine.Expected(clinic, step.DoseNumber, week) + random.NextDouble());
                for (; count > 0; count--)
                    doses.Add(Dose(random, vaccine, step.DoseNumber, WeekStart(week).AddDays(random.Next(WorkingDays)), lot, week));
            }
        }

        return [.. doses.OrderBy(dose => dose.OccurredOn)];
    }

    /// <summary>Sums of doses.</summary>
    public static IReadOnlyList<DemoTally> Tallies(IReadOnlyList<DemoDose> doses) =>
    [
        .. doses.GroupBy(
            dose => (dose.VaccineId, dose.DoseNumber, dose.OccurredOn, dose.LotNumber, dose.AgeBand, dose.Sex, dose.PriorityGroup))
            .Select(same => new DemoTally(
                same.Key.VaccineId, same.Key.DoseNumber, same.Key.OccurredOn, same.Key.LotNumber, same.Key.AgeBand, same.Key.Sex,
                same.Key.PriorityGroup, same.Count())),
    ];

    /// <summary>Doses that a clinic gives of a vaccine in a period.</summary>
    public Dictionary<(string VaccineId, int Period), long> Demand(DemoClinic clinic)
    {
        var demand = new Dictionary<(string, int), long>();
        for (var week = 0; week < DemoVaccine.Weeks; week++)
        {
            foreach (var dose in Doses(clinic, week))
                demand[(dose.VaccineId, week / WeeksPerPeriod)] = demand.GetValueOrDefault((dose.VaccineId, week / WeeksPerPeriod)) + 1;
        }

        return demand;
    }

    private static DemoDose Dose(Random random, DemoVaccine vaccine, string doseNumber, DateOnly day, string? lot, int week) => new(
        Id(random, day), vaccine.Id, doseNumber, day, lot, vaccine.PickAges(random), random.Next(100) < 52 ? "F" : "M",
        vaccine == DemoVaccine.Covid && week < PriorityWeeks ? random.Next(3) == 0 ? "health-worker" : "chronic-illness" : null);

    // RFC 9562 version 7: the moment at which the dose was given, then the seed's bits.
    private static Guid Id(Random random, DateOnly day)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        var given = new DateTimeOffset(day.ToDateTime(new TimeOnly(8, 0)), TimeSpan.Zero).AddSeconds(random.Next(8 * 3600));
        var milliseconds = given.ToUnixTimeMilliseconds();
        for (var at = 5; at >= 0; at--, milliseconds >>= 8) bytes[at] = (byte)milliseconds;
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }

    // Neighbouring seeds give alike numbers, so they are mixed; not by HashCode, which differs from process to process.
    private static int HashOf(int clinic, int week)
    {
        var mixed = unchecked((ulong)((DemoWorld.Seed * 1_000L + clinic) * 1_000L + week) * 0x9E3779B97F4A7C15);
        return (int)((mixed ^ (mixed >> 29)) >> 16 & int.MaxValue);
    }
}
