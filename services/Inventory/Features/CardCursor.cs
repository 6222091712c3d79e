using Distribution.Platform.Storage;

namespace Distribution.Inventory.Features;

/// <summary>Where a page ended that goes through stock cards, perhaps within one.</summary>
/// <param name="At">The address of a card; null at the beginning.</param>
/// <param name="Shown">Rows of a card that have been shown.</param>
internal readonly record struct CardCursor(DocumentAddress? At, int Shown)
{
    /// <summary>Reads the cursor of an earlier page, or the beginning where there is none; null when the text is none.</summary>
    public static CardCursor? Parse(string? after)
    {
        if (after is null) return new CardCursor(null, 0);
        if (after.Split('|') is not [var facility, var vaccine, var text] || !int.TryParse(text, out var shown) || shown < 0) return null;
        return new CardCursor(facility.Length == 0 ? null : new DocumentAddress(facility, vaccine), shown);
    }

    /// <summary>The cursor as text. No id contains the bar.</summary>
    public override string ToString() => $"{At?.Partition}|{At?.Id}|{Shown}";
}
