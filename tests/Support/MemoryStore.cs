using System.Diagnostics;
using System.Globalization;
using Distribution.Contracts;
using Distribution.Platform.Auditing;
using Distribution.Platform.Storage;

namespace Distribution.Tests.Support;

/// <summary>A store in memory, for tests of decisions: one change at a time, each decided twice, its contents and its events at
/// hand.</summary>
/// <param name="clock">The clock of changes.</param>
internal sealed class MemoryStore(TimeProvider clock) : IStore
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<string, byte[]> _answers = [];
    private readonly Dictionary<(string Space, string Key), InsertOnceKey> _keys = [];
    private readonly SortedDictionary<(string Collection, string Partition, string Id), Document> _documents = new(Ordinal);
    private readonly SortedDictionary<(string Family, string Partition, string Key), long> _counters = new(Ordinal);
    private bool _closed;

    /// <summary>Every event that was published, in order.</summary>
    public List<object> Published { get; } = [];

    /// <inheritdoc />
    public IOutbox Outbox => MemoryOutbox;

    internal MemoryOutbox MemoryOutbox { get; } = new();

    private static Comparer<(string, string, string)> Ordinal { get; } = Comparer<(string, string, string)>.Create((a, b) =>
        string.CompareOrdinal(a.Item1, b.Item1) is var first and not 0 ? first
        : string.CompareOrdinal(a.Item2, b.Item2) is var second and not 0 ? second
        : string.CompareOrdinal(a.Item3, b.Item3));

    /// <summary>The documents of a collection by partition, then id.</summary>
    public IEnumerable<Document> All(string collection) =>
        _documents.Where(document => document.Key.Collection == collection).Select(document => document.Value);

    /// <summary>The counters that are not zero.</summary>
    public IReadOnlyDictionary<(string Family, string Partition, string Key), long> AllCounters() =>
        _counters.Where(counter => counter.Value != 0).ToDictionary();

    /// <summary>All keys and their values, with the space of each.</summary>
    public IEnumerable<(string Space, byte[] Key, byte[] Value)> AllKeys() =>
        _keys.Select(key => (key.Key.Space, key.Value.Key.ToArray(), key.Value.Value.ToArray()));

    /// <summary>Lets a closed store be used again, with what it holds.</summary>
    public MemoryStore Reopen()
    {
        _closed = false;
        return this;
    }

    /// <inheritdoc />
    public ValueTask<Document?> Find(string collection, string partition, string id, CancellationToken cancel = default) =>
        new(_documents.GetValueOrDefault((collection, partition, id)));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Document>> Scan(
        string collection, string partition, string? after, int limit, CancellationToken cancel = default) =>
        new([.. All(collection).Where(document => document.Partition == partition && string.CompareOrdinal(document.Id, after) > 0)
            .Take(limit)]);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Document>> ScanAll(
        string collection, DocumentAddress? after, int limit, CancellationToken cancel = default) =>
        new([.. All(collection).Where(document => after is not { } at
            || Ordinal.Compare((collection, document.Partition, document.Id), (collection, at.Partition, at.Id)) > 0).Take(limit)]);

    /// <inheritdoc />
    public ValueTask<ReadOnlyMemory<byte>?> FindKey(string space, ReadOnlyMemory<byte> key, CancellationToken cancel = default) =>
        new(_keys.TryGetValue((space, Hex(key)), out var kept) ? kept.Value : default(ReadOnlyMemory<byte>?));

    /// <inheritdoc />
    public ValueTask<LabelledKeys> KeysLabelled(string space, string label, string? after, int limit, CancellationToken cancel = default)
    {
        var keys = _keys.Where(key => key.Key.Space == space && key.Value.Label == label).Select(key => key.Value).ToList();
        var from = int.Parse(after ?? "0", CultureInfo.InvariantCulture);
        return new(new LabelledKeys([.. keys.Skip(from).Take(limit)], keys.Count > from + limit ? $"{from + limit}" : null));
    }

    /// <inheritdoc />
    public ValueTask<ReadOnlyMemory<byte>?> FindAnswer(string cause, CancellationToken cancel = default) =>
        new(_answers.TryGetValue(cause, out var answer) ? answer : default(ReadOnlyMemory<byte>?));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Counter>> Counters(
        string family, string partition, string? from = null, string? until = null, CancellationToken cancel = default) =>
        new([.. _counters.Where(counter => counter.Key.Family == family && counter.Key.Partition == partition
            && string.CompareOrdinal(counter.Key.Key, from) >= 0 && (until is null || string.CompareOrdinal(counter.Key.Key, until) < 0))
            .Select(counter => new Counter(counter.Key.Key, counter.Value))]);

    /// <inheritdoc />
    public async ValueTask<Committed> Commit(
        string? cause, Func<ITransaction, ValueTask<Decision>> decide, CancellationToken cancel = default)
    {
        if (cause is not null) ArgumentException.ThrowIfNullOrEmpty(cause);
        var trace = Activity.Current?.Id;
        await _one.WaitAsync(cancel);
        try
        {
            if (_closed) throw new StoreUnavailableException("The store is closed.");
            if (cause is not null && _answers.TryGetValue(cause, out var known)) return new Committed(true, known, null);
            // A decision may run more than once, and only the last run counts.
            await decide(new MemoryTransaction(this, clock.GetUtcNow()));
            var change = new MemoryTransaction(this, clock.GetUtcNow());
            var decision = await decide(change);
            if (!decision.Keep) return new Committed(false, default, decision.Refusal);
            if (AuditedRequest.Current is { } request)
                await StoredAudit.Append(change, "0", [StoredAudit.TextOf(request, cause, change.Places, change.Now)]);
            change.Apply(trace);
            if (cause is not null) _answers[cause] = decision.Answer.ToArray();
            return new Committed(false, decision.Answer, null);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _closed = true;
        return default;
    }

    private static string Hex(ReadOnlyMemory<byte> key) => Convert.ToHexString(key.Span);

    private sealed class MemoryTransaction(MemoryStore store, DateTimeOffset now) : ITransaction
    {
        private readonly Dictionary<(string, string, string), Document?> _puts = [];
        private readonly Dictionary<(string, string), InsertOnceKey> _keys = [];
        private readonly List<((string, string, string) Key, long Delta)> _adds = [];
        private readonly List<(object Event, string? Supersedes)> _published = [];

        public HashSet<string> Places { get; } = [];

        public DateTimeOffset Now => now;

        public void Apply(string? trace)
        {
            foreach (var (address, document) in _puts)
            {
                if (document is null) store._documents.Remove(address);
                else store._documents[address] = document;
            }

            foreach (var (key, value) in _keys)
            {
                // One whose label is new is listed after the others.
                if (store._keys.TryGetValue(key, out var before) && before.Label != value.Label) store._keys.Remove(key);
                store._keys[key] = value;
            }

            foreach (var (key, delta) in _adds) store._counters[key] = store._counters.GetValueOrDefault(key) + delta;
            store.Published.AddRange(_published.Select(outgoing => outgoing.Event));
            foreach (var (outgoing, supersedes) in _published)
                store.MemoryOutbox.Publish(WireNames.Of(outgoing), StoreJson.BytesOf(outgoing), now, supersedes, trace);
        }

        public ValueTask<Document?> Find(string collection, string partition, string id) =>
            _puts.TryGetValue((collection, partition, id), out var put) ? new(put) : store.Find(collection, partition, id);

        public ValueTask<IReadOnlyList<Document>> Scan(string collection, string partition, string? after, int limit) =>
            store.Scan(collection, partition, after, limit);

        public ValueTask<IReadOnlyList<Counter>> Counters(string family, string partition, string? from = null, string? until = null) =>
            store.Counters(family, partition, from, until);

        public async ValueTask<long> Put(string collection, string partition, string id, ReadOnlyMemory<byte> body)
        {
            var version = ((await Find(collection, partition, id))?.Version ?? 0) + 1;
            _puts[(collection, partition, id)] = new Document(partition, id, version, body);
            return version;
        }

        public ValueTask Delete(string collection, string partition, string id)
        {
            _puts[(collection, partition, id)] = null;
            return default;
        }

        public async ValueTask InsertOnce(string space, IReadOnlyList<InsertOnceKey> keys, Action<int, ReadOnlyMemory<byte>> existing)
        {
            for (var index = 0; index < keys.Count; index++)
            {
                var key = keys[index];
                if (await FindKey(space, key.Key) is { } kept) existing(index, kept);
                else _keys[(space, Hex(key.Key))] = key with { Key = key.Key.ToArray(), Value = key.Value.ToArray() };
            }
        }

        public ValueTask ReplaceKey(string space, InsertOnceKey key)
        {
            var address = (space, Hex(key.Key));
            var kept = _keys.TryGetValue(address, out var own) ? own : store._keys[address];
            _keys[address] = kept with { Value = key.Value.ToArray(), Label = key.Label ?? kept.Label };
            return default;
        }

        public ValueTask<ReadOnlyMemory<byte>?> FindKey(string space, ReadOnlyMemory<byte> key) =>
            _keys.TryGetValue((space, Hex(key)), out var kept) ? new(kept.Value) : store.FindKey(space, key);

        public void Add(string family, string partition, string key, long delta) => _adds.Add(((family, partition, key), delta));

        public void Publish(object outgoing, string? supersedes = null) => _published.Add((outgoing, supersedes));

        public void Concerns(string placeId) => Places.Add(placeId);
    }
}
