using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Access.Store;

/// <summary>The store of this service: access keys, sessions, grants, and how often they have changed.</summary>
internal sealed class AccessStore([FromKeyedServices(AccessStore.Name)] IStore opened, TimeProvider clock)
    : ServiceStore(opened), IAccessSource
{
    /// <summary>The name of the service, under which the host opens its store.</summary>
    public const string Name = "access";

    /// <summary>The collection of access keys by id.</summary>
    public const string Keys = "keys";

    /// <summary>The collection of grants by id.</summary>
    public const string Grants = "grants";

    /// <summary>The one partition of every collection here.</summary>
    public const string One = "";

    private const string Sessions = "sessions";
    private const string Meta = "meta";
    private const string Changes = "changes";

    /// <summary>Keeps a key.</summary>
    public static async ValueTask Put(ITransaction tx, StoredKey key)
    {
        await tx.Put(Keys, One, key.KeyId, key);
        await SayChanged(tx);
    }

    /// <summary>Keeps a session.</summary>
    public static async ValueTask Put(ITransaction tx, StoredSession session)
    {
        await tx.Put(Sessions, One, session.SessionId, session);
        await SayChanged(tx);
    }

    /// <summary>Keeps a grant.</summary>
    public static async ValueTask Put(ITransaction tx, StoredGrant grant)
    {
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

    // How often keys, sessions and grants have changed.
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
        return new AccessKeys(version, known, grants);
    }

    // So that the programs that sign people in see that the list is another one.
    private static async ValueTask SayChanged(ITransaction tx) => await tx.Put(Meta, One, Changes, "{}"u8.ToArray());
}
