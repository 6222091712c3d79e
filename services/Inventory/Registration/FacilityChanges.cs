using Distribution.Inventory.Domain;
using Distribution.Inventory.Held;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using Distribution.SharedKernel.Rules;

namespace Distribution.Inventory.Registration;

/// <summary>What became of a facility that was sent.</summary>
internal enum FacilityOutcome
{
    /// <summary>It was there, and the same.</summary>
    Unchanged,

    /// <summary>It is new.</summary>
    Created,

    /// <summary>It was there and is changed.</summary>
    Changed,

    /// <summary>It cannot be taken.</summary>
    Refused,

    /// <summary>Its parent is not known.</summary>
    ParentUnknown,

    /// <summary>It moves in the tree, which must be alone in its transaction.</summary>
    MustBeAlone,
}

/// <summary>The outcome, with what is to be told once it is committed.</summary>
internal readonly record struct FacilityDecided(
    FacilityOutcome Outcome, Facility Facility, long Version = 0, long TreeVersion = 0, Refusal? Refusal = null);

/// <summary>Decides and writes changes of facilities.</summary>
internal static class FacilityChanges
{
    private const int PageCardsMax = 100;

    /// <summary>What a decision on a facility looks up.</summary>
    public static IEnumerable<FullAddress> Reads(string facilityId, FacilityBody body)
    {
        yield return StoredTree.Address;
        yield return new FullAddress(Names.Facilities, Names.One, facilityId);
        if (body.ParentId?.Value is { } parent) yield return new FullAddress(Names.Facilities, Names.One, parent);
    }

    /// <summary>Takes in one facility whose fields make sense by themselves.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="places">The tree.</param>
    /// <param name="facilityId">The facility's code.</param>
    /// <param name="body">What was sent of it.</param>
    /// <param name="alone">Whether nothing else was, or will be, done in this transaction.</param>
    /// <param name="caller">Who sent it.</param>
    public static async ValueTask<FacilityDecided> Decide(
        ITransaction tx, Places places, string facilityId, FacilityBody body, bool alone, Caller caller)
    {
        tx.Concerns(facilityId);
        var stored = await tx.Find(Names.Facilities, Names.One, facilityId);
        var old = stored?.As<Facility>();
        var facility = body.On(facilityId, old);
        // One makes and changes what lies below one's place, not that place itself.
        var reach = caller.ReachOf(Right.ReferenceWrite);
        if (!reach.IsEverywhere
            && (facility.ParentId is null || (old is not null && !reach.Covers((await Places.StoredPath(tx, facilityId))[1..]))))
            return new FacilityDecided(FacilityOutcome.Refused, facility, Refusal: NotBelow(facility, caller));
        if (old is not null && old.SaysTheSameAs(facility))
            return new FacilityDecided(FacilityOutcome.Unchanged, old, stored!.Version);

        if (old is { MergedInto: { } into })
        {
            return new FacilityDecided(FacilityOutcome.Refused, old, Refusal: Refusal.Conflict(
                $"facilityId: '{facilityId}' was merged into '{into}' and is a part of it: change '{into}'."));
        }

        if (old is null && places.RefuseAnotherPlace() is { } full)
            return new FacilityDecided(FacilityOutcome.Refused, facility, Refusal: full);
        if (await CheckParent(tx, facility, reach) is { } parentProblem)
        {
            var unknown = parentProblem.Status == 404;
            return new FacilityDecided(unknown ? FacilityOutcome.ParentUnknown : FacilityOutcome.Refused, facility, Refusal: unknown
                ? Refusal.Field("parentId", $"no facility has the id '{facility.ParentId}': send it first")
                : parentProblem);
        }

        if (old is not null && facility.ChangesTree(old))
        {
            if (!alone) return new FacilityDecided(FacilityOutcome.MustBeAlone, facility);
            var tree = await places.TreeIn(tx);
            if (CheckChildren(tree, facility) is { } childProblem)
                return new FacilityDecided(FacilityOutcome.Refused, facility, Refusal: childProblem);
            await Reparenting.Move(tx, tree, facility.FacilityId, facility.ParentId);
        }

        if (await OwnedCodes.Change(
            tx, Names.FacilityIdentifiers, "identifiers", facilityId, CodingsOf(old), CodingsOf(facility)) is { } taken)
            return new FacilityDecided(FacilityOutcome.Refused, facility, Refusal: taken);
        await OwnedCodes.Relist(tx, Names.Glns, facilityId, old?.Gln, facility.Gln);
        if (facility.ClosedOn is not null && facility.ClosedOn != old?.ClosedOn) await MarkCards(tx, facilityId);
        facility = facility with { RecordedAt = tx.Now, RecordedBy = caller.Subject };
        var version = await tx.Put(Names.Facilities, Names.One, facility.FacilityId, facility);
        var treeVersion = await StoredTree.Changed(tx, facility.ToPlace(version));
        tx.Publish(facility.ToEvent(version), $"facility:{facility.FacilityId}");
        return new FacilityDecided(old is null ? FacilityOutcome.Created : FacilityOutcome.Changed, facility, version, treeVersion);
    }

    /// <summary>Brings the memory up to date with what was committed.</summary>
    public static void Committed(Places places, HeldFacts held, in FacilityDecided decided)
    {
        if (decided.Outcome is not (FacilityOutcome.Created or FacilityOutcome.Changed)) return;
        places.Tree.Apply(decided.Facility.ToPlace(decided.Version), decided.TreeVersion);
        if (decided.Outcome == FacilityOutcome.Created) held.BecameKnown(Named.Facility(decided.Facility.FacilityId));
    }

    private static IReadOnlyCollection<Coding> CodingsOf(Facility? facility) =>
        [.. (facility?.Identifiers ?? []).Select(identifier => new Coding(identifier.System, identifier.Value))];

    /// <summary>Marks what is known of a facility's stock: some of it may be of days after its last.</summary>
    private static async ValueTask MarkCards(ITransaction tx, string facilityId)
    {
        for (string? after = null; ;)
        {
            var page = await tx.Scan(Names.Cards, facilityId, after, PageCardsMax);
            foreach (var card in page) await tx.MarkForReview(facilityId, card.Id);
            if (page.Count < PageCardsMax) return;
            after = page[^1].Id;
        }
    }

    private static Refusal NotBelow(Facility facility, Caller caller) => Refusal.NoRight(
        $"facilityId, parentId: this needs the right {Right.ReferenceWrite.Name()} at the place in which '{facility.FacilityId}' lies, and "
            + $"at the one in which it is to lie; {caller.Subject} does not have it.");

    private static async ValueTask<Refusal?> CheckParent(ITransaction tx, Facility facility, Reach reach)
    {
        if (facility.ParentId is not { } parentId) return null;
        var path = new List<string> { facility.FacilityId };
        Facility? parent = null;
        for (string? at = parentId; at is not null;)
        {
            path.Add(at);
            if (at == facility.FacilityId)
                return Refusal.Field("parentId", $"the parents form a cycle: {string.Join(" → ", path)}; a place cannot contain itself");
            var above = await tx.Find<Facility>(Names.Facilities, Names.One, at);
            if (above is null) return Refusal.NotFound("facility", at);
            parent ??= above;
            at = above.ParentId;
        }

        // What lies elsewhere is not known to who may not see it.
        if (!reach.Covers([.. path.Skip(1)])) return Refusal.NotFound("facility", parentId);
        if (PlaceLevel.Rank(parent!.Level) >= PlaceLevel.Rank(facility.Level))
            return Refusal.Field(
                "parentId", $"'{parentId}' is a {parent.Level}, which cannot contain a {facility.Level}: name a parent of a higher level");
        return parent.Country == facility.Country ? null
            : Refusal.Field(
                "country", $"'{parentId}' lies in {parent.Country}, not in {facility.Country}: a place and its parent lie in one country");
    }

    private static Refusal? CheckChildren(PlaceTree tree, Facility facility)
    {
        foreach (var child in tree.ChildrenOf(facility.FacilityId))
        {
            var isPart = child.MergedInto == facility.FacilityId;
            if (!isPart && PlaceLevel.Rank(child.Level) <= PlaceLevel.Rank(facility.Level))
                return Refusal.Field(
                    "level", $"it contains the {child.Level} '{child.Id}', which a {facility.Level} cannot: move that first");
            if (child.Country != facility.Country)
                return Refusal.Field("country", isPart
                    ? $"'{child.Id}', which lies in {child.Country}, was merged into it: it stays in that country"
                    : $"it contains '{child.Id}', which lies in {child.Country}: move that out first");
        }

        return null;
    }
}
