using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Store;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Places;

namespace Distribution.Inventory.Registration;

/// <summary>Moves the sums of a place, with all that it contains, below another parent.</summary>
internal static class Reparenting
{
    private const int PageDocumentsMax = 1000;

    /// <summary>
    /// Takes the sums out of the places that no longer contain it and adds them to those that now do. Must be alone in
    /// its transaction: it reads the sums as committed.
    /// </summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="tree">The tree before the move.</param>
    /// <param name="placeId">What moves.</param>
    /// <param name="newParentId">Where to, or null to become a root.</param>
    public static async ValueTask Move(ITransaction tx, PlaceTree tree, string placeId, string? newParentId)
    {
        var oldPath = PlacePath.Of(tree.PathOf(placeId));
        var newPath = newParentId is null ? new PlacePath([placeId, PlacePath.World]) : new PlacePath(
            [placeId, .. PlacePath.Of(tree.PathOf(newParentId)).Ids]);
        if (oldPath.Ids.SequenceEqual(newPath.Ids)) return;
        var sums = new PlaceSums();
        await MoveSubtree(tx, sums, placeId, oldPath, newPath);
        await MoveShipments(tx, sums, tree, placeId, oldPath, newPath);
        PlaceBooks.Add(tx, sums);
    }

    private static async ValueTask MoveSubtree(ITransaction tx, PlaceSums sums, string placeId, PlacePath oldPath, PlacePath newPath)
    {
        for (string? after = null; ;)
        {
            var vaccines = await tx.Scan(Names.Vaccines, Names.One, after, PageDocumentsMax);
            foreach (var vaccine in vaccines)
            {
                foreach (var (day, measure, doses) in await PlaceBooks.Days(tx, placeId, vaccine.Id))
                    Shift(sums, new PlaceDay(placeId, vaccine.Id, day, measure), doses, oldPath, newPath);
            }

            if (vaccines.Count < PageDocumentsMax) return;
            after = vaccines[^1].Id;
        }
    }

    /// <summary>Shipments between the subtree and the rest count at the lowest place that contains both ends: it may be another
    /// now.</summary>
    private static async ValueTask MoveShipments(
        ITransaction tx, PlaceSums sums, PlaceTree tree, string placeId, PlacePath oldPath, PlacePath newPath)
    {
        PlacePath PathNow(string id)
        {
            var path = PlacePath.Of(tree.PathOf(id));
            var at = Array.IndexOf(path.Ids, placeId);
            return at < 0 ? path : new PlacePath([.. path.Ids[..at], .. newPath.Ids]);
        }

        var seen = new HashSet<string>();
        foreach (var place in tree.All().Where(place => PlacePath.Of(tree.PathOf(place.Id)).LiesIn(placeId)))
        {
            for (string? after = null; ;)
            {
                var page = await tx.Scan(Names.TransitPlaces, place.Id, after, PageDocumentsMax);
                foreach (var index in page.Where(index => seen.Add(index.Id)))
                {
                    var transit = await ShipmentFacts.Find(tx, index.Id);
                    var to = PathNow(transit.ToFacilityId!);
                    var now = PlacePath.LowestCommon(PathNow(transit.FromFacilityId!), to);
                    ShiftArriving(
                        sums, transit, PlacePath.Of(tree.PathOf(transit.ToFacilityId!)).Below(transit.Place), to.Below(now));
                    if (now == transit.Place) continue;
                    PlacePath from = Outer(transit.Place), into = Outer(now);
                    void OnTheWay(TransitLine line, DateOnly day, long doses) =>
                        Shift(sums, new PlaceDay("", line.VaccineId, day, Measure.InTransit), doses, from, into);
                    foreach (var line in transit.InTransit.Concat(transit.Arrived)) OnTheWay(line, transit.DispatchedOn, line.Doses);
                    foreach (var line in transit.Arrived) OnTheWay(line, transit.ReceivedOn, -line.Doses);
                    foreach (var line in transit.Lost)
                        Shift(sums, new PlaceDay("", line.VaccineId, transit.ReceivedOn, Measure.Lost), line.Doses, from, into);
                    foreach (var line in transit.Found)
                        Shift(sums, new PlaceDay("", line.VaccineId, line.Day, Measure.Lost), -line.Doses, from, into);
                    await tx.Put(Names.Transits, Names.One, transit.ShipmentId, transit with { Place = now });
                }

                if (page.Count < PageDocumentsMax) break;
                after = page[^1].Id;
            }
        }

        // Such a place contains an end outside the subtree, so it lies outside itself, and its own path has not changed.
        PlacePath Outer(string id) => id == PlacePath.World ? PlacePath.OfWorld : PlacePath.Of(tree.PathOf(id));
    }

    /// <summary>What is on the way to places from outside of them, by the shipments themselves: other places may be below the one that
    /// contains both ends.</summary>
    private static void ShiftArriving(PlaceSums sums, Transit transit, IReadOnlyCollection<string> from, IReadOnlyCollection<string> to)
    {
        foreach (var place in from.Except(to)) sums.OnTheWay(transit, place, Measure.Arriving, -1);
        foreach (var place in to.Except(from)) sums.OnTheWay(transit, place, Measure.Arriving, +1);
    }

    private static void Shift(PlaceSums sums, PlaceDay sum, long doses, PlacePath from, PlacePath to)
    {
        // What a place received follows from what it has, so it is not shifted by itself: transfers within the place
        // that now contains both ends are no longer received by it.
        if (sum.Measure is Measure.Received or Measure.Arriving) return;
        foreach (var place in from.Ids.Where(place => !to.LiesIn(place))) Add(place, -doses);
        foreach (var place in to.Ids.Where(place => !from.LiesIn(place))) Add(place, doses);

        void Add(string place, long delta)
        {
            sums.Add(sum with { Place = place }, delta);
            if (Measure.IsBalanceSide(sum.Measure)) sums.Add(sum with { Place = place, Measure = Measure.Received }, delta);
            if (sum.Measure == Measure.Discrepancy) sums.Add(sum with { Place = place, Measure = Measure.Received }, -delta);
        }
    }
}
