using Distribution.Inventory.Domain;

namespace Distribution.Inventory.Ledger;

/// <summary>A stock card while a change works on it.</summary>
internal sealed class CardWork(StockCard card, PlacePath path)
{
    /// <summary>The card.</summary>
    public StockCard Card { get; } = card;

    /// <summary>Where it lies.</summary>
    public PlacePath Path { get; } = path;

    /// <summary>How it was settled before the change.</summary>
    public Settlement Before { get; } = Settlement.Of(card);

    /// <summary>Doses set apart before the change.</summary>
    public long QuarantinedBefore { get; } = card.Lots.Sum(lot => lot.Quarantined);

    /// <summary>Demand without a lot that this change adds, by day: not in the stored sums yet.</summary>
    public List<DayDemand> NewDemand { get; } = [];

    /// <summary>What shipments take from this card in this change.</summary>
    public List<Sending> Sendings { get; } = [];

    /// <summary>When the latest of the facts happened.</summary>
    public DateTimeOffset OccurredAt { get; private set; }

    /// <summary>The account of usable stock.</summary>
    public Account OnHand => Domain.Account.OnHand(Path);

    /// <summary>An account of this facility.</summary>
    public Account Account(AccountKind kind, string? about = null) => new(kind, about, Path);

    /// <summary>Notes when a fact happened.</summary>
    public void Happened(DateTimeOffset at)
    {
        if (at > OccurredAt) OccurredAt = at;
    }
}

/// <summary>Doses of a line that leave for a shipment.</summary>
internal readonly record struct Sending(string Lot, long Doses, string ShipmentId, Account Transit);
