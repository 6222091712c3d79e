using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;

namespace Distribution.Administration.Tests;

/// <summary>A store in memory with keys and counters that can be read by range, for tests of decisions.</summary>
internal sealed class KeyedMemoryStore : IStore
{
    private readonly SortedDictionary<(string, string, string), Document> _documents = new(ByAddress);
    private readonly SortedDictionary<(string, string, string), long> _counters = new(ByAddress);
    private readonly Dictionary<(string, string), InsertOnceKey> _keys = [];
    private readonly Dictionary<string, byte[]> _answers = [];

    public List<object> Published { get; } = [];

    public IOutbox Outbox => throw new NotSupportedException();

    private static Comparer<(string, string, string)> ByAddress { get; } = Comparer<(string, string, string)>.Create((a, b) =>
        string.CompareOrdinal(a.Item1, b.Item1) is var first and not 0 ? first
        : string.CompareOrdinal(a.Item2, b.Item2) is var second and not 0 ? second
        : string.CompareOrdinal(a.Item3, b.Item3));

    public IReadOnlyDictionary<(string Family, string Partition, string Key), long> AllCounters() =>
        _counters.Where(counter => counter.Value != 0).ToDictionary(counter => counter.Key, counter => counter.Value);

    public IEnumerable<(string Space, byte[] Value)> AllKeys() => _keys.Select(key => (key.Key.Item1, key.Value.Value.ToArray()));

    public ValueTask<Document?> Find(string collection, string partition, string id, CancellationToken cancel = default) =>
        new(_documents.GetValueOrDefault((collection, partition, id)));

    public ValueTask<IReadOnlyList<Document>> Scan(string collection, string partition, string? after, int limit, CancellationToken cancel = default) =>
        new([.. _documents.Where(document => document.Key.Item1 == collection && document.Key.Item2 == partition
            && string.CompareOrdinal(document.Key.Item3, after) > 0).Take(limit).Select(document => document.Value)]);

    public ValueTask<IReadOnlyList<Document>> ScanAll(string collection, DocumentAddress? after, int limit, CancellationToken cancel = default) =>
        new([.. _documents.Where(document => document.Key.Item1 == collection && (after is not { } at
            || ByAddress.Compare(document.Key, (collection, at.Partition, at.Id)) > 0)).Take(limit).Select(document => document.Value)]);

    public ValueTask<ReadOnlyMemory<byte>?> FindKey(string space, ReadOnlyMemory<byte> key, CancellationToken cancel = default) =>
        new(_keys.TryGetValue((space, Hex(key)), out var kept) ? kept.Value : default(ReadOnlyMemory<byte>?));

    public ValueTask<LabelledKeys> KeysLabelled(string space, string label, string? after, int limit, CancellationToken cancel = default)
    {
        var keys = _keys.Where(key => key.Key.Item1 == space && key.Value.Label == label).Select(key => key.Value).ToList();
        var from = int.Parse(after ?? "0", null);
        return new(new LabelledKeys([.. keys.Skip(from).Take(limit)], keys.Count > from + limit ? $"{from + limit}" : null));
    }

    public ValueTask<ReadOnlyMemory<byte>?> FindAnswer(string cause, CancellationToken cancel = default) =>
        new(_answers.TryGetValue(cause, out var answer) ? answer : default(ReadOnlyMemory<byte>?));

    public ValueTask<IReadOnlyList<Counter>> Counters(
        string family, string partition, string? from = null, string? until = null, CancellationToken cancel = default) =>
        new([.. _counters.Where(counter => counter.Key.Item1 == family && counter.Key.Item2 == partition
            && string.CompareOrdinal(counter.Key.Item3, from) >= 0 && (until is null || string.CompareOrdinal(counter.Key.Item3, until) < 0))
            .Select(counter => new Counter(counter.Key.Item3, counter.Value))]);

    public async ValueTask<Committed> Commit(string cause, Func<ITransaction, ValueTask<Decision>> decide, CancellationToken cancel = default)
    {
        if (_answers.TryGetValue(cause, out var known)) return new Committed(true, known, null);
        // A decision may run more than once, and only the last run counts.
        await decide(new Change(this));
        var change = new Change(this);
        var decision = await decide(change);
        if (!decision.Keep) return new Committed(false, default, decision.Refusal);
        change.Apply();
        _answers[cause] = decision.Answer.ToArray();
        return new Committed(false, decision.Answer, null);
    }

    public ValueTask DisposeAsync() => default;

    private static string Hex(ReadOnlyMemory<byte> key) => Convert.ToHexString(key.Span);

    private sealed class Change(KeyedMemoryStore store) : ITransaction
    {
        private readonly Dictionary<(string, string, string), Document?> _puts = [];
        private readonly Dictionary<(string, string), InsertOnceKey> _keys = [];
        private readonly List<((string, string, string) Key, long Delta)> _adds = [];
        private readonly List<object> _published = [];

        public DateTimeOffset Now { get; } = new(2026, 3, 31, 12, 0, 0, TimeSpan.Zero);

        public void Apply()
        {
            foreach (var (address, document) in _puts)
            {
                if (document is null) store._documents.Remove(address);
                else store._documents[address] = document;
            }

            foreach (var (key, value) in _keys) store._keys[key] = value;
            foreach (var (key, delta) in _adds) store._counters[key] = store._counters.GetValueOrDefault(key) + delta;
            store.Published.AddRange(_published);
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
                if (await FindKey(space, keys[index].Key) is { } kept) existing(index, kept);
                else _keys[(space, Hex(keys[index].Key))] = keys[index] with { Key = keys[index].Key.ToArray(), Value = keys[index].Value.ToArray() };
            }
        }

        public ValueTask ReplaceKey(string space, InsertOnceKey key)
        {
            var kept = _keys.TryGetValue((space, Hex(key.Key)), out var own) ? own : store._keys[(space, Hex(key.Key))];
            _keys[(space, Hex(key.Key))] = kept with { Value = key.Value.ToArray(), Label = key.Label ?? kept.Label };
            return default;
        }

        public ValueTask<ReadOnlyMemory<byte>?> FindKey(string space, ReadOnlyMemory<byte> key) =>
            _keys.TryGetValue((space, Hex(key)), out var kept) ? new(kept.Value) : store.FindKey(space, key);

        public void Add(string family, string partition, string key, long delta) => _adds.Add(((family, partition, key), delta));

        public void Publish(object outgoing, string? supersedes = null) => _published.Add(outgoing);
    }
}
