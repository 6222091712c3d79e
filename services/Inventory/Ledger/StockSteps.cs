using System.Runtime.InteropServices;
using Distribution.Inventory.Domain;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Rules;

namespace Distribution.Inventory.Ledger;

/// <summary>What happened to the stock of a place in a stretch of time, in doses.</summary>
/// <param name="Delivered">Received from outside the place, less what left it again.</param>
/// <param name="OnHand">By how much those on hand changed.</param>
/// <param name="Wasted">Wasted.</param>
/// <param name="Given">Given.</param>
internal readonly record struct StockStep(long Delivered, long OnHand, long Wasted, long Given)
{
    /// <summary>What happened in one and not in the other.</summary>
    public static StockStep operator -(StockStep whole, StockStep part) => new(
        whole.Delivered - part.Delivered, whole.OnHand - part.OnHand, whole.Wasted - part.Wasted, whole.Given - part.Given);

    /// <summary>With doses of a measure more.</summary>
    public StockStep With(string measure, long doses) => measure switch
    {
        Measure.Received => this with { Delivered = Delivered + doses },
        Measure.Incoming => this with { Delivered = Delivered - doses },
        Measure.Wasted => this with { Wasted = Wasted + doses },
        Measure.OnHand => this with { OnHand = OnHand + doses },
        Measure.Administered => this with { Given = Given + doses },
        _ => this,
    };
}

/// <summary>The stock of places by steps of time.</summary>
internal static class StockSteps
{
    /// <summary>All that happened before a day; nothing where none is named.</summary>
    public static async ValueTask<StockStep> Before(
        IStore store, string place, string vaccine, DateOnly? from, CancellationToken cancel) =>
        from is { } first && first > DateOnly.MinValue
            ? (await PlaceBooks.Read(store, place, vaccine, first.AddDays(-1), cancel))
                .Aggregate(default(StockStep), (step, sum) => step.With(sum.Key, sum.Value))
            : default;

    /// <summary>What happened in each step from one day to another, by its first day.</summary>
    public static async ValueTask<Dictionary<DateOnly, StockStep>> Read(
        IStore store, string place, string vaccine, DateOnly? from, DateOnly? to, string by, CancellationToken cancel)
    {
        var steps = new Dictionary<DateOnly, StockStep>();
        foreach (var (day, measure, doses) in await PlaceBooks.Days(store, place, vaccine, from, to, cancel))
        {
            ref var step = ref CollectionsMarshal.GetValueRefOrAddDefault(steps, TrendBy.StepOf(day, by), out _);
            step = step.With(measure, doses);
        }

        return steps;
    }
}
