using System.Security.Cryptography;
using Distribution.Platform.Refusals;

namespace Distribution.Platform.Storage;

/// <summary>How features change a store: with answers that have a type, and with or without a request that may be sent again.</summary>
public static class StoreCommits
{
    // An answer is JSON, which never begins so; one without it was kept before hashes were.
    private const byte Mark = 1;
    private const int HeaderBytes = 1 + SHA256.HashSizeInBytes;

    // By it the store discards what was only tried. Nobody is answered with it.
    private static readonly Refusal Tried = new(200, "Dry run", "Nothing is kept.");

    /// <summary>
    /// Commits what a request asks for, once. Sent again with the same content it gets the first answer; with other content it is
    /// refused (409), because whoever sent it would take the first answer for its own.
    /// </summary>
    /// <typeparam name="TAnswer">The answer, kept as JSON with the cause.</typeparam>
    /// <param name="store">The store.</param>
    /// <param name="cause">The request's id with its kind.</param>
    /// <param name="content">All that the request says; null where the caller itself tells another request from a repeat.</param>
    /// <param name="decide">Decides on the newest state; see
    /// <see cref="IStore.Commit(string, Func{ITransaction, ValueTask{Decision}}, CancellationToken)"/>.</param>
    /// <param name="cancel">Gives up waiting; the change may still be committed.</param>
    /// <param name="reads">What the decision will look up, where the caller knows it.</param>
    /// <exception cref="StoreUnavailableException">The store cannot take changes now; nothing is known of this one.</exception>
    public static async ValueTask<Committed<TAnswer>> Commit<TAnswer>(
        this IStore store, string cause, object? content, Func<ITransaction, ValueTask<Decision<TAnswer>>> decide, CancellationToken cancel,
        IReadOnlyCollection<FullAddress>? reads = null)
        where TAnswer : class
    {
        ArgumentException.ThrowIfNullOrEmpty(cause);
        var hash = content is null ? [] : SHA256.HashData(StoreJson.BytesOf(content));
        TAnswer? decided = null;
        byte[] written = [];
        var committed = await store.Commit(cause, reads ?? [], async tx =>
        {
            var decision = await decide(tx);
            decided = decision.Refusal is null ? decision.Answer : null;
            if (decision.Refusal is { } refused) return Decision.Refuse(refused);
            var answer = StoreJson.Bytes(decided);
            return Decision.Accept(written = content is null ? answer : [Mark, .. hash, .. answer]);
        }, cancel);
        if (committed.Refusal is not null) return new(committed.Repeated, null, committed.Refusal);
        var kept = committed.Answer;
        // Where it was not clear whether an earlier try had been committed, what that one answered is kept, and not the last one.
        if (!committed.Repeated && kept.Span.SequenceEqual(written)) return new(false, decided, null);
        if (kept.Length >= HeaderBytes && kept.Span[0] == Mark)
        {
            if (content is not null && !kept.Span[1..HeaderBytes].SequenceEqual(hash))
                return new(true, null, Refusal.Conflict(
                    "requestId: was used before with other content. Nothing was done; give this request an id of its own."));
            kept = kept[HeaderBytes..];
        }

        // One that came to nothing was once kept without an answer.
        return new(committed.Repeated, kept.IsEmpty ? null : StoreJson.Read<TAnswer>(kept), null);
    }

    /// <summary>Decides as for a change, and gives the change up: what would come of it.</summary>
    /// <typeparam name="TAnswer">What the change would come to.</typeparam>
    /// <param name="store">The store.</param>
    /// <param name="cause">The request's id with its kind, or null. Nothing runs where it is kept already.</param>
    /// <param name="decide">Decides on the newest state; it may run more than once.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="StoreUnavailableException">The store cannot take changes now.</exception>
    public static async ValueTask<(Committed Committed, TAnswer? Answer)> Try<TAnswer>(
        this IStore store, string? cause, Func<ITransaction, ValueTask<TAnswer>> decide, CancellationToken cancel)
    {
        TAnswer? answer = default;
        var committed = await store.Commit(cause, async tx =>
        {
            answer = await decide(tx);
            return Decision.Refuse(Tried);
        }, cancel);
        return (committed, answer);
    }

    /// <summary>Changes what may be changed again: a second time it comes to the same, so no cause is kept.</summary>
    /// <typeparam name="TAnswer">What the change came to.</typeparam>
    /// <param name="store">The store.</param>
    /// <param name="decide">Decides on the newest state; it may run more than once. A refusal discards the change.</param>
    /// <param name="cancel">Gives up waiting; the change may still be committed.</param>
    /// <param name="reads">What the decision will look up, where the caller knows it.</param>
    /// <exception cref="StoreUnavailableException">The store cannot take changes now; nothing is known of this one.</exception>
    public static async ValueTask<Decision<TAnswer>> Change<TAnswer>(
        this IStore store, Func<ITransaction, ValueTask<Decision<TAnswer>>> decide, CancellationToken cancel,
        IReadOnlyCollection<FullAddress>? reads = null)
    {
        Decision<TAnswer> decision = default;
        await store.Commit(null, reads ?? [], async tx =>
        {
            decision = await decide(tx);
            return decision.Refusal is { } refusal ? Decision.Refuse(refusal) : Decision.Accept();
        }, cancel);
        return decision;
    }
}

/// <summary>What a decision came to: an answer, or why nothing is changed.</summary>
/// <typeparam name="TAnswer">The answer.</typeparam>
/// <param name="Answer">The answer; the default where it is refused.</param>
/// <param name="Refusal">Why the change is discarded with its cause, so that the same request may be tried again later; or null.</param>
public readonly record struct Decision<TAnswer>(TAnswer Answer, Refusal? Refusal)
{
    /// <summary>Keep the change; give this answer.</summary>
    public static implicit operator Decision<TAnswer>(TAnswer answer) => new(answer, null);

    /// <summary>Discard the change.</summary>
    public static implicit operator Decision<TAnswer>(Refusal refusal) => new(default!, refusal);
}

/// <summary>What came of a request.</summary>
/// <typeparam name="TAnswer">The answer.</typeparam>
/// <param name="Repeated">The request had been committed before: nothing ran.</param>
/// <param name="Answer">The answer of the first time; null where it is refused, or where a change of before came to nothing.</param>
/// <param name="Refusal">Why it is refused, or null.</param>
public readonly record struct Committed<TAnswer>(bool Repeated, TAnswer? Answer, Refusal? Refusal) where TAnswer : class;
