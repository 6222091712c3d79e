using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Journal;
using Distribution.Storage.Embedded.Packs;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Keys;

/// <summary>
/// The writer's side of the keys: what a group of changes inserts and replaces waits here until the group is committed.
/// </summary>
internal sealed class SqliteKeys
{
    private readonly SqliteConnection _connection;
    private readonly KeyIndex _index;
    private readonly Pending _pending;
    private readonly int _recentMax;
    private readonly Dictionary<long, PackRow> _written = [];
    private readonly List<Action> _undoGroup = [];
    private readonly List<KeyPlace> _candidates = [];
    private bool[] _maybe = [];
    private (long Id, PackRow Row, KeyPack Pack)? _lastRead;
    private KeyRun? _newRun;
    private long _lastPack;
    private long _lastRun;

    public SqliteKeys(SqliteConnection connection, KeyIndex index, Pending pending, int recentMax)
    {
        _connection = connection;
        _index = index;
        _pending = pending;
        _recentMax = recentMax;
        _lastPack = connection.LastPack();
        _lastRun = connection.LastRun();
    }

    /// <summary>A number for a new run.</summary>
    public long NextRun() => Interlocked.Increment(ref _lastRun);

    /// <summary>Inserts the keys that are not there; see <see cref="ITransaction.InsertOnce"/>.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="existing">Told of each that is there.</param>
    /// <param name="undo">Gets what takes all of it back.</param>
    public void InsertOnce(KeyPacks keys, Action<int, ReadOnlyMemory<byte>> existing, List<Action> undo)
    {
        var firstPack = _lastPack + 1;
        _lastPack += keys.Labels.Count;
        undo.Add(() => TakeOut(keys, firstPack));
        for (var pack = 0; pack < keys.Labels.Count; pack++)
            Write(firstPack + pack, new PackRow(keys.Space, keys.Labels[pack], keys.Body(pack, left: null)));

        if (_maybe.Length < keys.Count) _maybe = new bool[keys.Count];
        _index.Glance(keys.Words, _maybe);
        HashSet<int>? there = null;
        for (var index = 0; index < keys.Count; index++)
        {
            var place = PlaceOf(keys, index, firstPack);
            if (!_maybe[index] && _index.TryAdd(keys.Words[index], place)) continue;
            if (Find(keys.Space, keys.Words[index], keys[index].Key.Span) is { } found)
            {
                (there ??= []).Add(index);
                existing(index, found.Pack.Value(found.Place.Slot));
            }
            else _index.Add(keys.Words[index], place);
        }

        if (there is null) return;
        for (var pack = 0; pack < keys.Labels.Count; pack++)
        {
            var body = keys.Body(pack, there);
            if (KeyPack.IsEmpty(body)) Remove(firstPack + pack);
            else Write(firstPack + pack, new PackRow(keys.Space, keys.Labels[pack], body));
        }
    }

    /// <summary>The value of a key, or null.</summary>
    public ReadOnlyMemory<byte>? Find(string space, ReadOnlySpan<byte> key) =>
        Find(space, KeyWord.Of(KeyWord.Seed(space), key), key) is { } found
            ? found.Pack.Value(found.Place.Slot)
            : default(ReadOnlyMemory<byte>?);

    /// <summary>Replaces the value, and when it has one the label, of a key that is there.</summary>
    /// <exception cref="InvalidOperationException">The key is not there.</exception>
    public void Replace(string space, InsertOnceKey key, List<Action> undo)
    {
        var word = KeyWord.Of(KeyWord.Seed(space), key.Key.Span);
        var (place, row, pack) = Find(space, word, key.Key.Span) ?? throw new InvalidOperationException("the key to replace is not there");
        var pending = _written.GetValueOrDefault(place.Pack);
        undo.Add(() =>
        {
            if (pending is null) Remove(place.Pack);
            else Write(place.Pack, pending);
        });
        if (key.Label is null || key.Label == row.Label)
        {
            Write(place.Pack, row with { Body = pack.With(place.Slot, key) });
            return;
        }

        Write(place.Pack, row with { Body = pack.With(place.Slot, default) });
        var moved = new KeyPacks(space, [key]);
        InsertOnce(moved, (_, _) => throw new InvalidOperationException("the key is still there"), undo);
    }

    /// <summary>Takes back what a discarded change did.</summary>
    public static void Undo(List<Action> undo)
    {
        for (var at = undo.Count - 1; at >= 0; at--) undo[at]();
    }

    /// <summary>A change is part of the group now: what takes it back.</summary>
    public void Keep(List<Action> undo) => _undoGroup.AddRange(undo);

    /// <summary>The packs that the group wrote.</summary>
    public IReadOnlyDictionary<long, PackRow> Written => _written;

    /// <summary>Writes from time to time a run of all recent keys.</summary>
    public void FlushRun()
    {
        if (_index.Recent.Count < _recentMax) return;
        var (words, places) = _index.Recent.Sorted();
        _newRun = _connection.WriteRun(NextRun(), words, places, _lastPack);
    }

    /// <summary>The group is committed. True when there is a new run.</summary>
    public bool Committed()
    {
        _written.Clear();
        _undoGroup.Clear();
        if (_newRun is null) return false;
        _index.TakeRecent(_newRun);
        _newRun = null;
        return true;
    }

    /// <summary>The group is lost.</summary>
    public void RolledBack()
    {
        Undo(_undoGroup);
        _undoGroup.Clear();
        _written.Clear();
        _lastRead = null;
        _newRun = null;
    }

    private (KeyPlace Place, PackRow Row, KeyPack Pack)? Find(string space, ulong word, ReadOnlySpan<byte> key)
    {
        foreach (var place in _index.Candidates(_connection, word, _candidates))
        {
            if (Read(place.Pack) is { } read && read.Row.Space == space && read.Pack.Holds(place.Slot, key))
                return (place, read.Row, read.Pack);
        }

        return null;
    }

    private (PackRow Row, KeyPack Pack)? Read(long id)
    {
        if (_lastRead is { } last && last.Id == id) return (last.Row, last.Pack);
        if ((_written.GetValueOrDefault(id) ?? _pending.Pack(id) ?? _connection.ReadPack(id)) is not { } row) return null;
        var pack = KeyPack.Decode(row.Body);
        _lastRead = (id, row, pack);
        return (row, pack);
    }

    private void Write(long id, PackRow row)
    {
        _written[id] = row;
        Forget(id);
    }

    private void Remove(long id)
    {
        _written.Remove(id);
        Forget(id);
    }

    private void Forget(long id)
    {
        if (_lastRead is { } last && last.Id == id) _lastRead = null;
    }

    private void TakeOut(KeyPacks keys, long firstPack)
    {
        for (var pack = 0; pack < keys.Labels.Count; pack++) Remove(firstPack + pack);
        for (var index = 0; index < keys.Count; index++) _index.Recent.Remove(keys.Words[index], PlaceOf(keys, index, firstPack));
    }

    private static KeyPlace PlaceOf(KeyPacks keys, int index, long firstPack)
    {
        var (pack, slot) = keys.PlaceOf(index);
        return new KeyPlace(firstPack + pack, slot);
    }
}
