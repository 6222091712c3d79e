using Distribution.Platform.Identity;

namespace Distribution.Access.Store;

/// <summary>The session of a browser: all of it but its secret, which only the browser's cookie has.</summary>
/// <param name="SessionId">Names it.</param>
/// <param name="KeyId">The access key that its user signed in with; with that it ends.</param>
/// <param name="Hash">SHA-256 of its secret, as hex.</param>
/// <param name="From">When it began.</param>
/// <param name="Until">When it ends, at the latest.</param>
internal sealed record StoredSession(string SessionId, string KeyId, string Hash, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>What those who check keys know of it.</summary>
    public KnownKey Known(StoredKey key) => new(
        SessionId, Hash, key.Rights, key.PlaceId, From, Until < key.Until ? Until : key.Until, KeyId);
}
