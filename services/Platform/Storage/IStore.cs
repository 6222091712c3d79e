using Distribution.Platform.Auditing;
using Distribution.Platform.Refusals;

namespace Distribution.Platform.Storage;

/// <summary>
/// The one port to durable state. A service owns one store; nothing else reads it. Every adapter passes the same
/// suite. There is no global order and no query language: documents are found by address and scanned by
/// partition, in ordinal order of their ids; what needs another order keeps an index document.
/// </summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>The document at an address, as last committed, or null.</summary>
    ValueTask<Document?> Find(string collection, string partition, string id, CancellationToken cancel = default);

    /// <summary>The documents of one partition whose id is above <paramref name="after"/>, in ordinal order, at most
    /// <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<Document>> Scan(
        string collection, string partition, string? after, int limit, CancellationToken cancel = default);

    /// <summary>The documents of a whole collection by partition, then id, strictly after the given address.</summary>
    ValueTask<IReadOnlyList<Document>> ScanAll(
        string collection, DocumentAddress? after, int limit, CancellationToken cancel = default);

    /// <summary>The value that was kept when a key was first inserted, or null.</summary>
    ValueTask<ReadOnlyMemory<byte>?> FindKey(string space, ReadOnlyMemory<byte> key, CancellationToken cancel = default);

    /// <summary>The keys of a label, with their values, in the order in which they came, as near as the store knows.</summary>
    /// <param name="space">Their space.</param>
    /// <param name="label">Their label.</param>
    /// <param name="after">Where the page before ended (its <see cref="LabelledKeys.Next"/>); null for the first.</param>
    /// <param name="limit">At most so many, from 1.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="FormatException"><paramref name="after"/> is not the end of any page.</exception>
    ValueTask<LabelledKeys> KeysLabelled(string space, string label, string? after, int limit, CancellationToken cancel = default);

    /// <summary>The counters of one partition whose key lies in [<paramref name="from"/>, <paramref name="until"/>), in
    /// ordinal order. Counters that are zero may be left out.</summary>
    /// <param name="family">A kind of counter.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="from">First key, inclusive; null for the beginning.</param>
    /// <param name="until">End, exclusive; null for the end.</param>
    /// <param name="cancel">Stops waiting.</param>
    ValueTask<IReadOnlyList<Counter>> Counters(
        string family, string partition, string? from = null, string? until = null, CancellationToken cancel = default);

    /// <summary>
    /// Runs <paramref name="decide"/> against the newest state and commits everything that it did, or nothing.
    /// Returns when the commit is on disk. When <paramref name="cause"/> was committed before, nothing runs and the
    /// answer kept with it comes back. The caller's trace (<c>Activity.Current</c>) is kept with the events, and in the same commit the
    /// audit gets a record where the change is made for a request (<see cref="AuditedRequest.Current"/>). Commands ask through
    /// <see cref="StoreCommits"/>, where the answer has a type.
    /// </summary>
    /// <param name="cause">
    /// Who asked for this change: the request's or the event's id with its kind. Unique for ever. Null for a change that may be made again
    /// because making it twice comes to the same.
    /// </param>
    /// <param name="decide">
    /// Reads and writes through the transaction and awaits nothing else; it may run more than once, so it has no side
    /// effect but the transaction. An exception discards the change.
    /// </param>
    /// <param name="cancel">Gives up waiting; the change may still be committed.</param>
    /// <exception cref="StoreUnavailableException">The store cannot take changes now; nothing is known of this one.</exception>
    ValueTask<Committed> Commit(string? cause, Func<ITransaction, ValueTask<Decision>> decide, CancellationToken cancel = default);

    /// <summary>
    /// Like the other, by a caller that knows which documents the decision will look up: a store across a network reads them at
    /// once instead of one after the other. Naming too few, or too many, changes nothing but the time.
    /// </summary>
    ValueTask<Committed> Commit(
        string? cause, IReadOnlyCollection<FullAddress> reads, Func<ITransaction, ValueTask<Decision>> decide,
        CancellationToken cancel = default) =>
        Commit(cause, decide, cancel);

    /// <summary>
    /// Makes keys ready for <see cref="ITransaction.InsertOnce"/> before the transaction, so that the store's writer has less to do with
    /// each. It is the same list to everybody else; the bytes of keys and values stay as they are until the change is committed.
    /// </summary>
    /// <exception cref="ArgumentException">A key is empty.</exception>
    IReadOnlyList<InsertOnceKey> Prepare(string space, IReadOnlyList<InsertOnceKey> keys) => keys;

    /// <summary>The answer that was kept with a cause, or null when it was never committed.</summary>
    ValueTask<ReadOnlyMemory<byte>?> FindAnswer(string cause, CancellationToken cancel = default);

    /// <summary>The outbox of this store.</summary>
    IOutbox Outbox { get; }
}

/// <summary>What a change may read and write while it is decided. Never used after the decision.</summary>
public interface ITransaction
{
    /// <summary>The moment of this change, from the store's clock: what <c>recordedAt</c> is set to.</summary>
    DateTimeOffset Now { get; }

    /// <summary>The document at an address, with what this change has put so far, or null.</summary>
    ValueTask<Document?> Find(string collection, string partition, string id);

    /// <summary>The document as a value, which is the caller's to change, or null.</summary>
    async ValueTask<T?> FindValue<T>(string collection, string partition, string id) where T : class =>
        (await Find(collection, partition, id))?.As<T>();

    /// <summary>Like <see cref="IStore.Scan"/>, as committed: without what this change itself has put so far.</summary>
    ValueTask<IReadOnlyList<Document>> Scan(string collection, string partition, string? after, int limit);

    /// <summary>Like <see cref="IStore.Counters"/>, as committed: without what this change itself has added so far.</summary>
    ValueTask<IReadOnlyList<Counter>> Counters(string family, string partition, string? from = null, string? until = null);

    /// <summary>Writes a document and returns its new version: one more than it had, from 1.</summary>
    ValueTask<long> Put(string collection, string partition, string id, ReadOnlyMemory<byte> body);

    /// <summary>
    /// Writes a value as a document and returns its new version. An <see cref="ICloneable"/> is the store's from then on: it
    /// may keep it and hand out deep copies, where it reads others from their bytes each time.
    /// </summary>
    ValueTask<long> PutValue<T>(string collection, string partition, string id, T value) where T : class =>
        Put(collection, partition, id, StoreJson.Bytes(value));

    /// <summary>
    /// Writes a value as a document of version 1 under an id that the caller has just made and no other change can make, such as
    /// a new UUID: the store need not look whether it is there.
    /// </summary>
    async ValueTask PutNew<T>(string collection, string partition, string id, T value) where T : class
    {
        if (await PutValue(collection, partition, id, value) != 1)
            throw new InvalidOperationException($"{collection} {partition} {id} is not new");
    }

    /// <summary>Removes a document; nothing happens where there is none.</summary>
    ValueTask Delete(string collection, string partition, string id);

    /// <summary>
    /// Inserts keys that are not there yet. For each key, in order, <paramref name="existing"/> is called with its
    /// index and the value that was kept first when the key was there already (also from earlier in the same batch);
    /// it is not called for a key that was new.
    /// </summary>
    ValueTask InsertOnce(string space, IReadOnlyList<InsertOnceKey> keys, Action<int, ReadOnlyMemory<byte>> existing);

    /// <summary>Replaces the value of a key that is there, and its label when a new one is given.</summary>
    ValueTask ReplaceKey(string space, InsertOnceKey key);

    /// <summary>The value of a key, with what this change has done so far, or null.</summary>
    ValueTask<ReadOnlyMemory<byte>?> FindKey(string space, ReadOnlyMemory<byte> key);

    /// <summary>Adds to a counter. Commutes with every other addition; the counter need not exist.</summary>
    void Add(string family, string partition, string key, long delta);

    /// <summary>Puts an event into the outbox.</summary>
    /// <param name="outgoing">The event.</param>
    /// <param name="supersedes">
    /// For a state-carrying event: a name of its aggregate. An event of the same name that is still unsent is replaced.
    /// </param>
    void Publish(object outgoing, string? supersedes = null);

    /// <summary>Says of which place this change is, for the audit: once for each of several.</summary>
    /// <param name="placeId">The place's code.</param>
    void Concerns(string placeId);
}

/// <summary>Where a document lies.</summary>
public readonly record struct DocumentAddress(string Partition, string Id);

/// <summary>Where a document lies, with its collection.</summary>
public readonly record struct FullAddress(string Collection, string Partition, string Id);

/// <summary>A stored document.</summary>
/// <param name="Partition">What it is scanned by.</param>
/// <param name="Id">Unique in its partition.</param>
/// <param name="Version">From 1, one more with each write.</param>
/// <param name="Body">The bytes that were put.</param>
public sealed record Document(string Partition, string Id, long Version, ReadOnlyMemory<byte> Body);

/// <summary>A counter's key in its partition and its sum.</summary>
public readonly record struct Counter(string Key, long Value)
{
    /// <summary>What separates the parts of a key that has several. Counters whose keys have the same first part may be kept
    /// together: let it be shared by thousands, not by millions.</summary>
    public const char PartSeparator = '\u001F';
}

/// <summary>A key to insert once, and the value to keep with it.</summary>
/// <param name="Key">Unique in its space; not empty.</param>
/// <param name="Value">What is kept.</param>
/// <param name="Label">What the key is listed by (<see cref="IStore.KeysLabelled"/>), or null when it never is.</param>
public readonly record struct InsertOnceKey(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, string? Label = null);

/// <summary>Some keys of a label.</summary>
/// <param name="Keys">Keys and values.</param>
/// <param name="Next">Where the next page begins; null when this was the last.</param>
public sealed record LabelledKeys(IReadOnlyList<InsertOnceKey> Keys, string? Next);

/// <summary>What a decision came to: everything kept, or everything discarded, and the answer to give.</summary>
public readonly record struct Decision(bool Keep, ReadOnlyMemory<byte> Answer, Refusal? Refusal)
{
    /// <summary>Keep the change; give (and keep) this answer.</summary>
    public static Decision Accept(ReadOnlyMemory<byte> answer = default) => new(true, answer, null);

    /// <summary>Discard the change and its cause, so that the same request may be tried again later.</summary>
    public static Decision Refuse(Refusal refusal) => new(false, default, refusal);
}

/// <summary>The outcome of a commit.</summary>
/// <param name="Repeated">True when the cause had been committed before: nothing ran.</param>
/// <param name="Answer">The answer of the first time.</param>
/// <param name="Refusal">Why the change was discarded, or null when it was kept.</param>
public readonly record struct Committed(bool Repeated, ReadOnlyMemory<byte> Answer, Refusal? Refusal);

/// <summary>The store cannot be reached, is full or is closing. Whether the change was committed is not known.</summary>
public sealed class StoreUnavailableException : Exception
{
    /// <summary>Makes the exception.</summary>
    public StoreUnavailableException(string message, Exception? inner = null) : base(message, inner) { }
}
