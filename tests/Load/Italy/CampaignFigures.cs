namespace Distribution.Load.Italy;

/// <summary>What the table says of the doses that were posted: the whole campaign, or its beginning.</summary>
internal sealed class CampaignFigures
{
    private readonly Dictionary<(int Region, DateOnly Day), long[]> _byDay = [];
    private readonly Dictionary<(int Region, string Sex), long> _bySex = [];
    private readonly Dictionary<(int Region, int Band), long> _byAge = [];

    /// <param name="table">The table.</param>
    /// <param name="dealt">How many doses of each row were posted, from its first on.</param>
    /// <param name="ages">Whether they had age bands.</param>
    public CampaignFigures(ItalyTable table, IReadOnlyList<int> dealt, bool ages)
    {
        for (var place = 0; place < dealt.Count; place++)
        {
            var row = table.Days[place];
            if (dealt[place] == 0) continue;
            var whole = dealt[place] == row.Doses;
            var dealing = new Dealing(row, table.Populations[row.Region]);
            var numbers = whole ? row.ByDoseNumber.Select(doses => (long)doses).ToArray() : new long[ItalyTable.DoseNumbers.Count];
            long women = whole ? row.ToWomen : 0;
            for (var dose = 0; dose < dealt[place] && (!whole || ages); dose++)
            {
                if (!whole) numbers[dealing.DoseNumber(dose)]++;
                if (!whole && dealing.ToWoman(dose)) women++;
                if (!ages) continue;
                var band = (row.Region, dealing.AgeBand(dose));
                _byAge[band] = _byAge.GetValueOrDefault(band) + 1;
            }

            _byDay.Add((row.Region, row.Day), numbers);
            _bySex[(row.Region, "F")] = BySex(row.Region, "F") + women;
            _bySex[(row.Region, "M")] = BySex(row.Region, "M") + dealt[place] - women;
        }
    }

    /// <summary>Doses by region, day and dose number; days without doses are left out.</summary>
    public IReadOnlyDictionary<(int Region, DateOnly Day), long[]> ByDay => _byDay;

    /// <summary>Doses of a region given up to and on a day.</summary>
    public long Until(int region, DateOnly day) =>
        _byDay.Where(cell => cell.Key.Region == region && cell.Key.Day <= day).Sum(cell => cell.Value.Sum());

    /// <summary>Doses of one dose number.</summary>
    public long ByNumber(int region, int number) => _byDay.Where(cell => cell.Key.Region == region).Sum(cell => cell.Value[number]);

    /// <summary>Doses given to one sex.</summary>
    public long BySex(int region, string sex) => _bySex.GetValueOrDefault((region, sex));

    /// <summary>Doses given to an age band.</summary>
    public long ByAge(int region, int band) => _byAge.GetValueOrDefault((region, band));
}
