using Distribution.Screens.Asking;

namespace Distribution.Screens.Logistics;

/// <summary>A column of the page of shipments: a state, or several of which nothing is to be done any more.</summary>
/// <param name="Key">What it is called in addresses and words.</param>
/// <param name="States">The states.</param>
/// <param name="OverdueDays">After how many days in it a shipment is overdue; null where none ever is.</param>
public sealed record Column(string Key, IReadOnlyList<string> States, int? OverdueDays = null)
{
    /// <summary>All of them, in the order in which shipments come to them.</summary>
    public static IReadOnlyList<Column> All { get; } =
    [
        new("requested", ["requested"], 1),
        new("allocated", ["allocated"], 7),
        new("dispatched", ["dispatched"], 14),
        new("arrived", ["received", "partlyReceived", "returned"]),
        new("calledOff", ["refused", "cancelled", "enteredInError", "discarded"]),
    ];

    /// <summary>How many shipments there are in it.</summary>
    public int Count(PipelineView pipeline) => Of(pipeline).Sum(state => state.Count);

    /// <summary>Their doses.</summary>
    public long Doses(PipelineView pipeline) => Of(pipeline).Sum(state => state.Doses);

    /// <summary>The first of them: those that have waited longest where something is to be done, else the newest.</summary>
    public IReadOnlyList<ShipmentInShort> Items(PipelineView pipeline, int most)
    {
        var items = Of(pipeline).SelectMany(state => state.Items);
        return [.. (OverdueDays is null
            ? items.OrderByDescending(item => item.LastStepAt)
            : items.OrderBy(item => item.LastStepAt)).ThenBy(item => item.ShipmentId, StringComparer.Ordinal).Take(most)];
    }

    /// <summary>Whole days since a shipment came to its state.</summary>
    public static int Days(ShipmentInShort shipment, DateTimeOffset now) => Math.Max(0, (int)(now - shipment.LastStepAt).TotalDays);

    /// <summary>Whether it has been there too long.</summary>
    public bool IsOverdue(ShipmentInShort shipment, DateTimeOffset now) => Days(shipment, now) > OverdueDays;

    private IEnumerable<PipelineState> Of(PipelineView pipeline) => pipeline.States.Where(state => States.Contains(state.State));
}
