using System.Collections.Concurrent;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using Distribution.SharedKernel.Rules;

namespace Distribution.Inventory.Reference;

/// <summary>The service's reference data in memory: the tree of places, and which vaccines are known.</summary>
/// <remarks>Filled at start and after each commit; a decision that finds it behind reads the store instead.</remarks>
/// <param name="limits">How much there may be, or null for the usual limits.</param>
internal sealed class Places(ReferenceLimits? limits = null)
{
    private const int PageDocumentsMax = 1000;
    private readonly ConcurrentDictionary<string, byte> _vaccines = new(StringComparer.Ordinal);
    private long _vaccinesVersion = -1;

    /// <summary>How much there may be.</summary>
    public ReferenceLimits Limits { get; } = limits ?? new();

    /// <summary>The tables of stock cards that are in memory.</summary>
    public CardTables Tables { get; } = new();

    /// <summary>The tree.</summary>
    public PlaceTree Tree { get; } = new();

    /// <summary>
    /// Fills the memory from the store, and catches up with what other instances committed, or this one without learning
    /// of it. Two look-ups where nothing has changed.
    /// </summary>
    public async Task CatchUp(IStore store, CancellationToken cancel)
    {
        await StoredTree.CatchUp(Tree, store, () => store.All(Names.Facilities, cancel: cancel).Select(ToPlace), cancel);

        // The version first: what is read after it may be newer than it says, never older.
        var vaccines = (await store.Find(Names.Meta, Names.One, Names.KnownVaccines, cancel))?.Version ?? 0;
        if (vaccines == Interlocked.Read(ref _vaccinesVersion)) return;
        await foreach (var vaccine in store.All(Names.Vaccines, cancel: cancel)) Learn(vaccine.Id);
        Interlocked.Exchange(ref _vaccinesVersion, vaccines);
    }

    /// <summary>Remembers a committed vaccine.</summary>
    public void Learn(string vaccineId) => _vaccines.TryAdd(vaccineId, 0);

    /// <summary>The known vaccines, by id.</summary>
    public IReadOnlyList<string> Vaccines() => [.. _vaccines.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Why there can be no other vaccine, or null.</summary>
    public Refusal? RefuseAnotherVaccine() => _vaccines.Count < Limits.Vaccines
        ? null
        : Refusal.Field(
            "vaccineId", $"there are {_vaccines.Count} vaccines, which is the limit (Inventory:VaccinesMax): change one of them");

    /// <summary>Why there can be no other place, or null.</summary>
    public Refusal? RefuseAnotherPlace() => Tree.Count < Limits.Places
        ? null
        : Refusal.Field("facilityId", $"there are {Tree.Count} places, which is the limit (Inventory:PlacesMax): change one of them");

    /// <summary>Whether something is known. Nothing is ever forgotten.</summary>
    public async ValueTask<bool> Knows(ITransaction tx, Named reference) => reference.Kind == "facility"
        ? Tree.Find(reference.Id) is not null || await tx.Find(Names.Facilities, Names.One, reference.Id) is not null
        : _vaccines.ContainsKey(reference.Id) || await tx.Find(Names.Vaccines, Names.One, reference.Id) is not null;

    /// <summary>Whether something is known, outside a transaction.</summary>
    public async ValueTask<bool> Knows(IStore store, Named reference, CancellationToken cancel) => reference.Kind == "facility"
        ? Tree.Find(reference.Id) is not null || await store.Find(Names.Facilities, Names.One, reference.Id, cancel) is not null
        : _vaccines.ContainsKey(reference.Id) || await store.Find(Names.Vaccines, Names.One, reference.Id, cancel) is not null;

    /// <summary>The time zone of a place: its own, or that of the nearest place above it that has one; UTC where none has.</summary>
    public TimeZoneInfo ZoneOf(string? facilityId) => TimeZones.Of(facilityId is null ? null : Tree.TimeZoneOf(facilityId));

    /// <summary>The day that it is at a place: a lot's last usable day is one where the lot lies.</summary>
    public DateOnly Today(string facilityId, DateTimeOffset now) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, ZoneOf(facilityId)).DateTime);

    /// <summary>Why a caller may not do something at a place, or null.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="right">What.</param>
    /// <param name="facilityId">Where.</param>
    /// <param name="store">The store.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <param name="unknown">What is said where there is no such place that the caller may know of.</param>
    public async ValueTask<Refusal?> RefuseAt(
        Caller caller, Right right, string facilityId, IStore store, CancellationToken cancel, Refusal? unknown = null)
    {
        if (caller.ReachOf(right).IsEverywhere) return null;
        await CatchUp(store, cancel);
        return caller.RefuseAt(right, Tree, facilityId, unknown);
    }

    /// <summary>Guesses what was meant by what is missing, of what is in a reach.</summary>
    public Guesses Guesses(Reach reach) => new(missing => missing.StartsWith("facility:", StringComparison.Ordinal)
        ? Tree.Ids(reach)
        : Vaccines());

    /// <summary>Whether the tree in memory shows exactly the stored state that a transaction sees.</summary>
    public async ValueTask<bool> IsCurrent(ITransaction tx) => await StoredTree.VersionIn(tx) == Tree.Version;

    /// <summary>The tree of the state that a transaction sees.</summary>
    public async ValueTask<PlaceTree> TreeIn(ITransaction tx)
    {
        if (await IsCurrent(tx)) return Tree;
        var tree = new PlaceTree();
        for (string? after = null; ;)
        {
            var page = await tx.Scan(Names.Facilities, Names.One, after, PageDocumentsMax);
            tree.Load(page.Select(ToPlace), 0);
            if (page.Count < PageDocumentsMax) return tree;
            after = page[^1].Id;
        }
    }

    /// <summary>A place's path, read from the state that a transaction sees.</summary>
    public static ValueTask<string[]> StoredPath(ITransaction tx, string id) =>
        PlaceTree.PathFrom(id, async at => await tx.Find(Names.Facilities, Names.One, at) is { } found ? ToPlace(found) : null);

    /// <summary>A stored facility as the tree knows it.</summary>
    public static Place ToPlace(Document document) => document.As<Facility>().ToPlace(document.Version);
}
