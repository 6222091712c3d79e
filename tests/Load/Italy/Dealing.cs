namespace Distribution.Load.Italy;

/// <summary>
/// Deals a row's dose numbers, sexes and age bands out to its doses: mixed as in a queue of people, and over the whole
/// row exactly as many of each as the table says.
/// </summary>
internal readonly struct Dealing
{
    private readonly DayOfRegion _row;
    private readonly long _strideOfNumber;
    private readonly long _strideOfSex;
    private readonly long _strideOfAge;
    private readonly long[] _ageEnds;

    /// <param name="row">The row.</param>
    /// <param name="population">The region's people by age band.</param>
    public Dealing(DayOfRegion row, long[] population)
    {
        _row = row;
        _strideOfNumber = Stride(row.Doses, 0.6180339887);
        _strideOfSex = Stride(row.Doses, 0.4142135624);
        _strideOfAge = Stride(row.Doses, 0.7320508076);
        _ageEnds = new long[population.Length];
        long sum = 0, all = population.Sum();
        for (var band = 0; band < population.Length; band++) _ageEnds[band] = row.Doses * (sum += population[band]) / all;
    }

    /// <summary>The dose number of a dose, as a place in <see cref="ItalyTable.DoseNumbers"/>.</summary>
    public int DoseNumber(int dose)
    {
        var place = dose * _strideOfNumber % _row.Doses;
        var number = 0;
        while (place >= _row.ByDoseNumber[number]) place -= _row.ByDoseNumber[number++];
        return number;
    }

    /// <summary>Whether a dose was given to a woman.</summary>
    public bool ToWoman(int dose) => dose * _strideOfSex % _row.Doses < _row.ToWomen;

    /// <summary>The age band of a dose, as a place in <see cref="ItalyTable.AgeBands"/>: as the region's people are spread over
    /// them.</summary>
    public int AgeBand(int dose)
    {
        var place = dose * _strideOfAge % _row.Doses;
        var band = 0;
        while (place >= _ageEnds[band]) band++;
        return band;
    }

    // Multiples of a number that has no divisor in common with the row's doses visit every place once.
    private static long Stride(int doses, double part)
    {
        var stride = Math.Max(1, (long)(doses * part));
        while (Divisor(stride, doses) != 1) stride++;
        return stride;
    }

    private static long Divisor(long one, long other) => other == 0 ? one : Divisor(other, one % other);
}
