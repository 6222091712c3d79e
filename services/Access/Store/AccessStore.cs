using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Access.Store;

/// <summary>The store of this service: access keys, and how often they have changed.</summary>
internal sealed class AccessStore([FromKeyedServices(AccessStore.Name)] IStore opened) : ServiceStore(opened)
{
    /// <summary>The name of the service, under which the host opens its store.</summary>
    public const string Name = "access";

    /// <summary>The collection of access keys by id.</summary>
    public const string Keys = "keys";

    /// <summary>The one partition of every collection here.</summary>
    public const string One = "";

    private const string Meta = "meta";
    private const string Changes = "changes";

    /// <summary>Keeps a key, so that the programs that check keys see that the list has changed.</summary>
    public static async ValueTask Put(ITransaction tx, StoredKey key)
    {
        await tx.Put(Keys, One, key.KeyId, key);
        await tx.Put(Meta, One, Changes, "{}"u8.ToArray());
    }

    /// <summary>How often the keys have changed.</summary>
    public async ValueTask<long> Version(CancellationToken cancel) => (await Find(Meta, One, Changes, cancel))?.Version ?? 0;

    /// <summary>All keys that have not ended.</summary>
    public async Task<AccessKeys> Standing(DateTimeOffset now, CancellationToken cancel)
    {
        // The version first: what changes in between is read again.
        var version = await Version(cancel);
        var keys = new List<KnownKey>();
        await foreach (var document in this.All(Keys, cancel: cancel))
            if (document.As<StoredKey>() is var key && now < key.Until && key.EndedAt is null) keys.Add(key.Known);
        return new AccessKeys(version, keys);
    }
}
