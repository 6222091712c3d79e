namespace Distribution.SharedKernel.Places;

/// <summary>A place above those of a view.</summary>
/// <param name="Place">The place.</param>
/// <param name="Shown">The places right below it that are in the view, or above places that are.</param>
/// <param name="Loose">The other places right below it: a clinic that is in no district, say.</param>
public sealed record PlaceAbove(Place Place, IReadOnlyList<Place> Shown, IReadOnlyList<Place> Loose);
