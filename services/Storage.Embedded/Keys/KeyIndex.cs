using System.Runtime.InteropServices;
using Distribution.Storage.Embedded.Journal;
using Distribution.Storage.Embedded.Packs;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Keys;

/// <summary>
/// Where every key of a store is. New keys go into a table in memory, which after a crash is made again from the packs
/// themselves; when it has many, it becomes a run in the store file, and runs are merged into fewer, larger ones. So an
/// insert never touches the pages of old keys, however many they are and in whatever order they come, and a look at a
/// filter tells almost always that a key is new.
/// </summary>
internal sealed class KeyIndex
{
    // The writer and those who merge change the list of runs; whoever looks takes it as it is.
    private readonly Lock _gate = new();
    private volatile RecentKeys _recent = new();
    private volatile KeyRun[] _runs = [];

    public RecentKeys Recent => _recent;

    public IReadOnlyList<KeyRun> Runs => _runs;

    /// <summary>The index of a store, as its file has it.</summary>
    public static KeyIndex Load(SqliteConnection connection)
    {
        var index = new KeyIndex { _runs = [.. connection.ReadRuns()] };
        index.LoadRecent(connection, connection.PacksUntil());
        return index;
    }

    /// <summary>The places where a key of this word may be; almost always none when it is new.</summary>
    /// <param name="connection">Reads the blocks.</param>
    /// <param name="word">The key's word.</param>
    /// <param name="into">Gets the places.</param>
    public List<KeyPlace> Candidates(SqliteConnection connection, ulong word, List<KeyPlace> into)
    {
        while (true)
        {
            into.Clear();
            // The table before the runs: a run is there before the table that it came from is replaced.
            _recent.Candidates(word, into);
            var runs = _runs;
            var complete = true;
            foreach (var run in runs) complete &= run.Candidates(connection, word, into);
            if (complete) return into;
            if (runs == _runs)
                throw new InvalidDataException("A block of the keys' index is not in the store: restore the file from a copy.");
        }
    }

    /// <summary>The committed value of a key, or null.</summary>
    public ReadOnlyMemory<byte>? Find(SqliteConnection connection, Pending pending, string space, ReadOnlySpan<byte> key) =>
        Committed(connection, id => pending.Pack(id) ?? connection.ReadPack(id), space, key) is { } found ? found.Pack.Value(
            found.Place.Slot) : default(ReadOnlyMemory<byte>?);

    /// <summary>Where a key in the tables is, or null.</summary>
    public KeyPlace? PlaceOf(SqliteConnection connection, string space, ReadOnlySpan<byte> key) =>
        Committed(connection, connection.ReadPack, space, key)?.Place;

    /// <summary>Marks the words that may be here: those that are not marked are in no run.</summary>
    public void Glance(ReadOnlySpan<ulong> words, Span<bool> maybe)
    {
        _recent.Glance(words, maybe);
        var runs = _runs;
        for (var index = 0; index < words.Length; index++)
        {
            WordSignature? signature = null;
            foreach (var run in runs)
                if (run.Spans(words[index])) maybe[index] |= run.Filter.MayHold(signature ??= new WordSignature(words[index]));
        }
    }

    public void Add(ulong word, KeyPlace place) => WithRoom().Add(word, place);

    /// <summary>Adds a key when none of its word is among the recent ones; false when there is one.</summary>
    public bool TryAdd(ulong word, KeyPlace place) => WithRoom().TryAdd(word, place);

    /// <summary>Takes a run that holds all recent keys, in place of them.</summary>
    public void TakeRecent(KeyRun run)
    {
        lock (_gate) _runs = [.. _runs, run];
        _recent = new RecentKeys((int)run.Keys);
    }

    /// <summary>Takes a run in place of those that were merged into it.</summary>
    public void Replace(IReadOnlyCollection<KeyRun> merged, KeyRun by)
    {
        lock (_gate) _runs = [.. _runs.Where(run => !merged.Contains(run)), by];
    }

    private RecentKeys WithRoom() => _recent.IsFull ? _recent = _recent.Larger() : _recent;

    private (KeyPlace Place, KeyPack Pack)? Committed(
        SqliteConnection connection, Func<long, PackRow?> read, string space, ReadOnlySpan<byte> key)
    {
        var word = KeyWord.Of(KeyWord.Seed(space), key);
        for (List<KeyPlace>? before = null; ;)
        {
            var places = Candidates(connection, word, []);
            var emptied = false;
            foreach (var place in places)
            {
                if (read(place.Pack) is not { } row || row.Space != space) continue;
                var pack = KeyPack.Decode(row.Body);
                if (pack.Holds(place.Slot, key)) return (place, pack);
                emptied |= pack.Key(place.Slot).IsEmpty;
            }

            // An empty place may be one that the key has just left for another, which is among the places now.
            if (!emptied || (before is not null && before.SequenceEqual(places))) return null;
            before = places;
        }
    }

    private void LoadRecent(SqliteConnection connection, long packsUntil)
    {
        var seeds = new Dictionary<string, ulong>();
        var statement = connection.Statement("SELECT id, space, body FROM key_packs WHERE id > ?1 ORDER BY id").Bind(1, packsUntil);
        while (statement.Step())
        {
            var space = statement.Text(1);
            ref var seed = ref CollectionsMarshal.GetValueRefOrAddDefault(seeds, space, out var known);
            if (!known) seed = KeyWord.Seed(space);
            var pack = KeyPack.Decode(statement.Blob(2));
            for (var slot = 0; slot < pack.Count; slot++)
                if (!pack.Key(slot).IsEmpty) Add(KeyWord.Of(seed, pack.Key(slot).Span), new KeyPlace(statement.Int64(0), slot));
        }

        statement.Reset();
    }
}
