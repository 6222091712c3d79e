using System.Security.Cryptography;
using Distribution.Platform.Storage;

namespace Distribution.Platform.Web;

/// <summary>Tells a request that is sent again from another one under the same id.</summary>
public static class RepeatedRequests
{
    // An answer is JSON, which never begins so; one without it was kept before hashes were.
    private const byte Mark = 1;
    private const int HeaderBytes = 1 + SHA256.HashSizeInBytes;

    /// <summary>
    /// Commits what a request asks for, once. Sent again with the same content it gets the first answer; with other content it is
    /// refused (409), because whoever sent it would take the first answer for its own.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="cause">The request's id with its kind.</param>
    /// <param name="content">All that the request says.</param>
    /// <param name="decide">See <see cref="IStore.Commit(string, Func{ITransaction, ValueTask{Decision}}, CancellationToken)"/>.</param>
    /// <param name="cancel">Gives up waiting; the change may still be committed.</param>
    /// <exception cref="StoreUnavailableException">The store cannot take changes now; nothing is known of this one.</exception>
    public static async ValueTask<Committed> CommitOnce<TContent>(
        this IStore store, string cause, TContent content, Func<ITransaction, ValueTask<Decision>> decide, CancellationToken cancel)
        where TContent : class
    {
        var hash = SHA256.HashData(StoreJson.Bytes(content));
        var committed = await store.Commit(cause, async tx =>
        {
            var decision = await decide(tx);
            return decision.Keep ? Decision.Accept((byte[])[Mark, .. hash, .. decision.Answer.Span]) : decision;
        }, cancel);
        var kept = committed.Answer;
        if (committed.Refusal is not null || kept.Length < HeaderBytes || kept.Span[0] != Mark) return committed;
        return kept.Span[1..HeaderBytes].SequenceEqual(hash)
            ? committed with { Answer = kept[HeaderBytes..] }
            : new Committed(true, default, Refusal.Conflict(
                "requestId: was used before with other content. Nothing was done; give this request an id of its own."));
    }
}
