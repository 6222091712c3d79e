namespace Distribution.Demo;

/// <summary>One dose number of a series, as the API takes it.</summary>
internal sealed record DemoSeriesDose(string DoseNumber, bool CompletesSeries = false);

/// <summary>An age band and its part of those who come.</summary>
internal readonly record struct DemoAges(string Band, int Weight);

/// <summary>A vaccine, whom it is for, and how fast it is given.</summary>
internal sealed record DemoVaccine
{
    /// <summary>Weeks of reports that a filled demo has.</summary>
    public const int Weeks = 22;

    private const int WeeksToSecondDose = 4;
    private const int WeeksToBooster = 12;
    private const int WeeksPerYear = 52;

    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string[] Antigens { get; init; }
    public required int DosesPerVial { get; init; }
    public required DemoSeriesDose[] Series { get; init; }
    public required double MinCelsius { get; init; }
    public required double MaxCelsius { get; init; }

    /// <summary>The part of all people that it is for.</summary>
    public required double TargetShare { get; init; }

    public required DemoAges[] Ages { get; init; }

    /// <summary>First doses given in a week, as a part of the target group: of those who come at all, or of all.</summary>
    public required Func<int, double> FirstDoses { get; init; }

    /// <summary>Doses expected of a clinic in a week.</summary>
    public double Expected(DemoClinic clinic, string doseNumber, int week)
    {
        var target = clinic.Catchment * TargetShare;
        if (Id == Penta.Id) return target * FirstDoses(week) * doseNumber switch { "1" => 0.96, "2" => 0.91, _ => 0.85 };
        return target * clinic.Uptake * doseNumber switch
        {
            "1" => FirstDoses(week),
            "2" => 0.9 * FirstDoses(week - WeeksToSecondDose),
            _ => 0.45 * FirstDoses(week - WeeksToSecondDose - WeeksToBooster),
        };
    }

    public static DemoVaccine Covid { get; } = new()
    {
        Id = "COVID",
        Name = "COVID-19 mRNA",
        Antigens = ["COVID-19"],
        DosesPerVial = 6,
        Series = [new("1"), new("2", CompletesSeries: true), new("B1")],
        MinCelsius = -25,
        MaxCelsius = -15,
        TargetShare = 0.75,
        Ages = [new("12-17", 9), new("18-29", 17), new("30-39", 16), new("40-49", 16), new("50-59", 15), new("60-69", 13), new("70-79", 9),
            new("80+", 5)],
        // Rises fast, ebbs slowly; all weeks together are about 1.
        FirstDoses = week => week < 0 ? 0 : (week + 1) / 25.0 * Math.Exp(-(week + 1) / 5.0),
    };

    public static DemoVaccine YellowFever { get; } = new()
    {
        Id = "YF",
        Name = "Yellow fever 17D",
        Antigens = ["YF"],
        DosesPerVial = 10,
        Series = [new("1", CompletesSeries: true)],
        MinCelsius = 2,
        MaxCelsius = 8,
        TargetShare = 0.85,
        Ages = [new("1-4", 8), new("5-14", 24), new("15-44", 50), new("45-60", 18)],
        // A campaign of eight weeks.
        FirstDoses = week => week is >= 8 and < 16 ? 1 / 8.0 : 0,
    };

    public static DemoVaccine Penta { get; } = new()
    {
        Id = "PENTA",
        Name = "Pentavalent DTP-HepB-Hib",
        Antigens = ["DTP", "HepB", "Hib"],
        DosesPerVial = 10,
        Series = [new("1"), new("2"), new("3", CompletesSeries: true)],
        MinCelsius = 2,
        MaxCelsius = 8,
        TargetShare = 0.03,
        Ages = [new("0-11m", 96), new("12-23m", 4)],
        // Routine: the year's children, week by week.
        FirstDoses = _ => 1.0 / WeeksPerYear,
    };

    public static IReadOnlyList<DemoVaccine> All { get; } = [Covid, YellowFever, Penta];

    /// <summary>The body of <c>PUT /vaccines/{vaccineId}</c>.</summary>
    public object Body => new
    {
        Name,
        Antigens,
        DosesPerVial,
        Series,
        Storage = new { MinCelsius, MaxCelsius },
    };

    /// <summary>People whom it is for around a clinic.</summary>
    public long Target(DemoClinic clinic) => (long)Math.Round(clinic.Catchment * TargetShare);

    /// <summary>An age band, as often as its weight.</summary>
    public string PickAges(Random random)
    {
        var at = random.Next(Ages.Sum(ages => ages.Weight));
        foreach (var ages in Ages)
        {
            if (at < ages.Weight) return ages.Band;
            at -= ages.Weight;
        }

        return Ages[^1].Band;
    }

    /// <summary>Whole vials that hold at least so many doses.</summary>
    public long WholeVials(double doses) => (long)Math.Ceiling(doses / DosesPerVial) * DosesPerVial;
}
