using Distribution.Screens.Asking;

namespace Distribution.Screens.Parts;

/// <summary>A place in a cell of the map, counted from 1 from the west and from the north.</summary>
/// <param name="Place">The place.</param>
/// <param name="Column">Its column.</param>
/// <param name="Row">Its row.</param>
public sealed record MapCell(PlaceView Place, int Column, int Row);

/// <summary>
/// Puts places into the cells of a grid, each into the free one that is nearest to where it lies: equal squares, so that small places are
/// seen, in an order that is true enough to be found in.
/// </summary>
public static class MapGrid
{
    /// <summary>The most places of such a map.</summary>
    public const int PlacesMax = 60;

    private const int FewPlaces = 12;
    private const int ColumnsOfFew = 5;
    private const int ColumnsOfMany = 8;
    private const double Spare = 1.5;

    /// <summary>The cells from the north-west; none for places of which nobody has said where they lie.</summary>
    public static IReadOnlyList<MapCell> Of(IEnumerable<PlaceView> places)
    {
        var located = places.Where(place => place is { Latitude: not null, Longitude: not null })
            .OrderBy(place => place.FacilityId, StringComparer.Ordinal).ToArray();
        if (located.Length is 0 or > PlacesMax) return [];
        var (south, north) = (located.Min(place => place.Latitude!.Value), located.Max(place => place.Latitude!.Value));
        var (west, east) = (located.Min(place => place.Longitude!.Value), located.Max(place => place.Longitude!.Value));
        var width = Math.Max((east - west) * Math.Cos((north + south) / 2 * Math.PI / 180), 1e-6);
        var height = Math.Max(north - south, 1e-6);
        var columns = Math.Clamp((int)Math.Round(Math.Sqrt(located.Length * Spare * width / height)), Math.Min(2, located.Length),
            located.Length > FewPlaces ? ColumnsOfMany : ColumnsOfFew);
        var rows = (int)Math.Ceiling(located.Length * Spare / columns);

        var pairs = located.SelectMany((place, at) => Enumerable.Range(0, columns * rows)
                .Select(cell => (At: at, Cell: cell, Away: Away(place, cell))))
            .OrderBy(pair => pair.Away).ThenBy(pair => pair.At).ThenBy(pair => pair.Cell);
        var cells = new Dictionary<int, int>();
        var taken = new HashSet<int>();
        foreach (var (at, cell, _) in pairs)
            if (!cells.ContainsKey(at) && taken.Add(cell)) cells[at] = cell;

        var usedColumns = Used(cells.Values.Select(cell => cell % columns));
        var usedRows = Used(cells.Values.Select(cell => cell / columns));
        return [.. cells.OrderBy(cell => cell.Value).Select(cell => new MapCell(
            located[cell.Key], usedColumns.IndexOf(cell.Value % columns) + 1, usedRows.IndexOf(cell.Value / columns) + 1))];

        double Away(PlaceView place, int cell)
        {
            var x = (place.Longitude!.Value - west) / Math.Max(east - west, 1e-6) * (columns - 1) - cell % columns;
            var y = (north - place.Latitude!.Value) / height * (rows - 1) - cell / columns;
            return x * x + y * y;
        }

        static List<int> Used(IEnumerable<int> lines) => [.. lines.Distinct().Order()];
    }
}
