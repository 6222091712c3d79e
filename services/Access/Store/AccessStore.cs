using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Access.Store;

/// <summary>The store of this service: access keys, sessions, grants, shares, and how often they have changed.</summary>
internal sealed class AccessStore([FromKeyedServices(AccessStore.Name)] IStore opened, TimeProvider clock)
    : ServiceStore(opened), IAccessSource
{
    /// <summary>The name of the service, under which the host opens its store.</summary>
    public const string Name = "access";

    /// <summary>The collection of access keys by id.</summary>
    public const string Keys = "keys";

    /// <summary>The collection of grants by id.</summary>
    public const string Grants = "grants";

    /// <summary>The collection of shares by id.</summary>
    public const string Shares = "shares";

    /// <summary>The one partition of every collection here.</summary>
    public const string One = "";

    private const string Sessions = "sessions";
    private const string ShareOwners = "share-owners";
    // When each share, and each access key, was used last.
    private const string ShareUsed = "share-used";
    private const string KeyUsed = "key-used";
    private const string Meta = "meta";
    private const string Changes = "changes";

    /// <summary>Keeps a key.</summary>
    public static async ValueTask Put(ITransaction tx, StoredKey key)
    {
        if (key.PlaceId is { } placeId) tx.Concerns(placeId);
        await tx.Put(Keys, One, key.KeyId, key);
        await SayChanged(tx);
    }

    /// <summary>Keeps a share.</summary>
    public static async ValueTask Put(ITransaction tx, StoredShare share)
    {
        tx.Concerns(share.Owner);
        tx.Concerns(share.Ally);
        await tx.Put(Shares, One, share.ShareId, share);
        var open = (await OpenSharesOf(tx, share.Owner)).Where(id => id != share.ShareId);
        await tx.Put(ShareOwners, One, share.Owner, new StoredOwner([.. share.EndedAt is null ? open.Append(share.ShareId) : open]));
        await SayChanged(tx);
    }

    /// <summary>The shares of a country that have not been ended, by id.</summary>
    public static async ValueTask<IReadOnlyList<string>> OpenSharesOf(ITransaction tx, string owner) =>
        (await tx.Find<StoredOwner>(ShareOwners, One, owner))?.OpenShareIds ?? [];

    /// <summary>When a share was used last, to the minute; null where it never was.</summary>
    public ValueTask<DateTimeOffset?> LastUse(string shareId, CancellationToken cancel) => LastUse(ShareUsed, shareId, cancel);

    /// <summary>The same of an access key.</summary>
    public ValueTask<DateTimeOffset?> LastUseOfKey(string keyId, CancellationToken cancel) => LastUse(KeyUsed, keyId, cancel);

    /// <summary>When each access key of a page was used last, by its id; one that never was is left out.</summary>
    /// <param name="after">The id after which the page begins; null for the first.</param>
    /// <param name="limit">The most keys of the page. No more of them can have been used, for only keys that are kept are.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<IReadOnlyDictionary<string, DateTimeOffset>> LastUsesOfKeys(
        string? after, int limit, CancellationToken cancel) =>
        (await Scan(KeyUsed, One, after, limit, cancel)).ToDictionary(use => use.Id, use => use.As<StoredUse>().At);

    /// <summary>Keeps a session.</summary>
    public static async ValueTask Put(ITransaction tx, StoredSession session)
    {
        await tx.Put(Sessions, One, session.SessionId, session);
        await SayChanged(tx);
    }

    /// <summary>Keeps a grant.</summary>
    public static async ValueTask Put(ITransaction tx, StoredGrant grant)
    {
        if (grant.PlaceId is { } placeId) tx.Concerns(placeId);
        await tx.Put(Grants, One, grant.GrantId, grant);
        await SayChanged(tx);
    }

    /// <summary>Ends a session.</summary>
    public static async ValueTask End(ITransaction tx, string sessionId)
    {
        await tx.Delete(Sessions, One, sessionId);
        await SayChanged(tx);
    }

    /// <inheritdoc/>
    public async ValueTask<AccessKeys?> Newer(long? known, CancellationToken cancel)
    {
        try
        {
            return await Version(cancel) == known ? null : await Standing(clock.GetUtcNow(), cancel);
        }
        catch (StoreUnavailableException unavailable)
        {
            throw new IdentityUnavailableException(unavailable.Message);
        }
    }

    /// <inheritdoc/>
    public async ValueTask TellUsed(UsedAccess used, CancellationToken cancel)
    {
        try
        {
            await this.Change<string>(async tx =>
            {
                var minute = new DateTimeOffset(tx.Now.UtcTicks - (tx.Now.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
                await Note<StoredShare>(used.ShareIds, Shares, share => share.EndedAt, ShareUsed);
                await Note<StoredKey>(used.KeyIds, Keys, key => key.EndedAt, KeyUsed);
                return "";

                // What was heard late of one that has ended is not told as a use after its end.
                async ValueTask Note<T>(IReadOnlyList<string> ids, string kept, Func<T, DateTimeOffset?> ended, string uses) where T : class
                {
                    foreach (var id in ids)
                    {
                        if (await tx.Find<T>(kept, One, id) is { } it && ended(it) is null)
                            await tx.Put(uses, One, id, new StoredUse(minute));
                    }
                }
            }, cancel);
        }
        catch (StoreUnavailableException unavailable)
        {
            throw new IdentityUnavailableException(unavailable.Message);
        }
    }

    private async ValueTask<DateTimeOffset?> LastUse(string uses, string id, CancellationToken cancel) =>
        (await Find(uses, One, id, cancel))?.As<StoredUse>().At;

    // How often that which gives access has changed.
    private async ValueTask<long> Version(CancellationToken cancel) => (await Find(Meta, One, Changes, cancel))?.Version ?? 0;

    /// <summary>Sessions that are over, and the oldest of a key beyond so many: they may go.</summary>
    public async Task<IReadOnlyList<string>> Over(string keyId, int atMost, DateTimeOffset now, CancellationToken cancel)
    {
        var over = new List<string>();
        var standing = new List<StoredSession>();
        await foreach (var document in this.All(Sessions, cancel: cancel))
        {
            var session = document.As<StoredSession>();
            if (session.Until <= now) over.Add(session.SessionId);
            else if (session.KeyId == keyId) standing.Add(session);
        }

        return [.. over, .. standing.OrderByDescending(session => session.From).Skip(atMost).Select(session => session.SessionId)];
    }

    // All keys and grants that have not ended, and the sessions that were begun with the keys.
    private async Task<AccessKeys> Standing(DateTimeOffset now, CancellationToken cancel)
    {
        // The version first: what changes in between is read again.
        var version = await Version(cancel);
        var keys = new Dictionary<string, StoredKey>();
        await foreach (var document in this.All(Keys, cancel: cancel))
            if (document.As<StoredKey>() is var key && now < key.Until && key.EndedAt is null) keys.Add(key.KeyId, key);
        var known = keys.Values.Select(key => key.Known).ToList();
        await foreach (var document in this.All(Sessions, cancel: cancel))
        {
            var session = document.As<StoredSession>();
            // One that was begun with another key of the same name went with that.
            if (now < session.Until && keys.TryGetValue(session.KeyId, out var key) && key.From <= session.From)
                known.Add(session.Known(key));
        }

        var grants = new List<KnownGrant>();
        await foreach (var document in this.All(Grants, cancel: cancel))
            if (document.As<StoredGrant>() is var grant && now < grant.Until && grant.EndedAt is null) grants.Add(grant.Known);
        var shares = new List<KnownShare>();
        await foreach (var document in this.All(Shares, cancel: cancel))
            if (document.As<StoredShare>() is { EndedAt: null } share && !(now >= share.Until)) shares.Add(share.Known);
        return new AccessKeys(version, known, grants, shares);
    }

    // So that the programs that sign people in see that the list is another one.
    private static async ValueTask SayChanged(ITransaction tx) => await tx.Put(Meta, One, Changes, "{}"u8.ToArray());
}
