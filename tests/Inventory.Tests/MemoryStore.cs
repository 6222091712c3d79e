using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;

namespace Distribution.Inventory.Tests;

/// <summary>A store in memory, for tests of decisions: one change at a time, and its events at hand.</summary>
internal sealed class MemoryStore : IStore
{
    private readonly SortedDictionary<(string Collection, string Partition, string Id), Document> _documents = new(ByAddress);
    private readonly SortedDictionary<(string Family, string Partition, string Key), long> _counters = new(ByAddress);
    private readonly Dictionary<string, byte[]> _answers = [];

    public DateTimeOffset Now { get; set; } = new(2021, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public List<object> Published { get; } = [];

    public IOutbox Outbox => throw new NotSupportedException();

    private static Comparer<(string, string, string)> ByAddress { get; } = Comparer<(string, string, string)>.Create((a, b) =>
        string.CompareOrdinal(a.Item1, b.Item1) is var first and not 0 ? first
        : string.CompareOrdinal(a.Item2, b.Item2) is var second and not 0 ? second
        : string.CompareOrdinal(a.Item3, b.Item3));

    public IEnumerable<Document> All(string collection) =>
        _documents.Where(document => document.Key.Collection == collection).Select(document => document.Value);

    public IEnumerable<(string Partition, string Key, long Value)> AllCounters(string family) =>
        _counters.Where(counter => counter.Key.Family == family && counter.Value != 0)
            .Select(counter => (counter.Key.Partition, counter.Key.Key, counter.Value));

    public ValueTask<Document?> Find(string collection, string partition, string id, CancellationToken cancel = default) =>
        new(_documents.GetValueOrDefault((collection, partition, id)));

    public ValueTask<IReadOnlyList<Document>> Scan(string collection, string partition, string? after, int limit, CancellationToken cancel = default) =>
        new([.. All(collection).Where(document => document.Partition == partition && string.CompareOrdinal(document.Id, after) > 0).Take(limit)]);

    public ValueTask<IReadOnlyList<Document>> ScanAll(string collection, DocumentAddress? after, int limit, CancellationToken cancel = default) =>
        new([.. All(collection).Where(document => after is not { } at
            || ByAddress.Compare(("", document.Partition, document.Id), ("", at.Partition, at.Id)) > 0).Take(limit)]);

    public ValueTask<LabelledKeys> KeysLabelled(string space, string label, string? after, int limit, CancellationToken cancel = default) =>
        throw new NotSupportedException();

    public ValueTask<ReadOnlyMemory<byte>?> FindKey(string space, ReadOnlyMemory<byte> key, CancellationToken cancel = default) =>
        throw new NotSupportedException();

    public ValueTask<ReadOnlyMemory<byte>?> FindAnswer(string cause, CancellationToken cancel = default) =>
        new(_answers.TryGetValue(cause, out var answer) ? answer : default(ReadOnlyMemory<byte>?));

    public ValueTask<IReadOnlyList<Counter>> Counters(string family, string partition, string? from = null, string? until = null, CancellationToken cancel = default) =>
        new([.. _counters.Where(counter => counter.Key.Family == family && counter.Key.Partition == partition)
            .Select(counter => new Counter(counter.Key.Key, counter.Value))]);

    public async ValueTask<Committed> Commit(string cause, Func<ITransaction, ValueTask<Decision>> decide, CancellationToken cancel = default)
    {
        if (_answers.TryGetValue(cause, out var known)) return new Committed(true, known, null);
        var change = new Change(this);
        var decision = await decide(change);
        if (!decision.Keep) return new Committed(false, default, decision.Refusal);
        change.Apply();
        _answers[cause] = decision.Answer.ToArray();
        return new Committed(false, decision.Answer, null);
    }

    public ValueTask DisposeAsync() => default;

    private sealed class Change(MemoryStore store) : ITransaction
    {
        private readonly Dictionary<(string, string, string), Document?> _puts = [];
        private readonly List<((string, string, string) Key, long Delta)> _adds = [];
        private readonly List<object> _published = [];

        public DateTimeOffset Now => store.Now;

        public void Apply()
        {
            foreach (var (address, document) in _puts)
            {
                if (document is null) store._documents.Remove(address);
                else store._documents[address] = document;
            }

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

        public ValueTask InsertOnce(string space, IReadOnlyList<InsertOnceKey> keys, Action<int, ReadOnlyMemory<byte>> existing) =>
            throw new NotSupportedException();

        public ValueTask ReplaceKey(string space, InsertOnceKey key) => throw new NotSupportedException();

        public ValueTask<ReadOnlyMemory<byte>?> FindKey(string space, ReadOnlyMemory<byte> key) => throw new NotSupportedException();

        public void Add(string family, string partition, string key, long delta) => _adds.Add(((family, partition, key), delta));

        public void Publish(object outgoing, string? supersedes = null) => _published.Add(outgoing);
    }
}
