namespace Distribution.Screens.Parts;

/// <summary>
/// The classes of a map, from light to dark. Those of routine vaccination have fixed bounds; where most places are below the first of
/// them, as in a campaign, the highest figure is divided into equal steps, for a whole map in one shade says nothing.
/// </summary>
public sealed class Shades
{
    private const int Steps = 7;
    private static readonly decimal[] Routine = [50, 70, 80, 90, 95];

    /// <summary>The classes for some figures; those that are not known have none.</summary>
    public Shades(IEnumerable<decimal?> figures)
    {
        decimal[] known = [.. figures.OfType<decimal>()];
        var highest = known.DefaultIfEmpty(0).Max();
        IsRoutine = known.Length > 0 && known.Count(figure => figure >= Routine[0]) * 2 >= known.Length;
        var step = Math.Max(highest, 1) / Steps;
        Bounds = IsRoutine ? Routine : [.. Enumerable.Range(1, Steps - 1).Select(number => number * step)];
    }

    /// <summary>Whether the classes are those of routine vaccination.</summary>
    public bool IsRoutine { get; }

    /// <summary>Where each class but the first begins.</summary>
    public IReadOnlyList<decimal> Bounds { get; }

    /// <summary>The class of a figure, from 0; of one that is not known, the name of what is hatched.</summary>
    public string Of(decimal? figure) => figure is not { } known ? "unknown"
        : $"s{Spread(Bounds.Count(bound => known >= bound))}" + (known > 100 ? " over" : "");

    /// <summary>The shade of a class: six of them leave the lightest but one out.</summary>
    public int Spread(int number) => IsRoutine && number > 0 ? number + 1 : number;
}
