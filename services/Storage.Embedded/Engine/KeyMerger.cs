using System.Runtime.InteropServices;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Keys;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Engine;

/// <summary>
/// Merges runs in the background, so that there are few to look at: as many runs of a level as <see cref="Fanout"/>
/// become one of the next. The new run is written in small changes between those of the callers, becomes part of the
/// store in one commit, and only then are the rows of the old ones deleted, in small changes too. A crash leaves
/// nothing but rows that belong to no run; they are swept when the store is opened again. Large runs have a thread of
/// their own, since a merge of them takes minutes, in which many small ones come.
/// </summary>
internal sealed class KeyMerger : IDisposable
{
    private const int Fanout = 8;
    private const int BlocksAtOnce = 64;
    private readonly string _path;
    private readonly KeyIndex _index;
    private readonly Func<long> _nextRun;
    private readonly Func<Change, ValueTask<Committed>> _commit;
    private readonly Func<int, bool> _takesLevel;
    private readonly Action _merged;
    private readonly IReadOnlyList<long> _stray;
    private readonly ManualResetEventSlim _wake = new(true, spinCount: 0);
    private readonly Thread _thread;
    private volatile bool _closing;

    /// <summary>Starts merging.</summary>
    /// <param name="path">The store's file.</param>
    /// <param name="index">Its keys.</param>
    /// <param name="nextRun">Gives the number of a new run.</param>
    /// <param name="commit">Makes a change of the store.</param>
    /// <param name="takesLevel">Which levels are merged here.</param>
    /// <param name="merged">Told of every new run.</param>
    /// <param name="stray">Runs whose rows are to be deleted, left by a crash.</param>
    public KeyMerger(
        string path, KeyIndex index, Func<long> nextRun, Func<Change, ValueTask<Committed>> commit, Func<int, bool> takesLevel,
        Action merged, IReadOnlyList<long> stray)
    {
        (_path, _index, _nextRun, _commit, _takesLevel, _merged, _stray) = (path, index, nextRun, commit, takesLevel, merged, stray);
        _thread = new Thread(Run) { IsBackground = true, Name = $"merge {Path.GetFileNameWithoutExtension(path)}" };
        _thread.Start();
    }

    /// <summary>The levels whose runs are small.</summary>
    public static bool IsSmall(int level) => level < 2;

    /// <summary>There may be something to merge.</summary>
    public void Wake() => _wake.Set();

    public void Dispose()
    {
        _closing = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        Try(() =>
        {
            foreach (var run in _stray) Delete(run);
        });
        while (true)
        {
            _wake.Wait();
            if (_closing) return;
            _wake.Reset();
            Try(() =>
            {
                if (Due() is null) return;
                using var reader = new SqliteConnection(_path, readOnly: true, cacheKibibytes: 4 * 1024);
                while (Due() is { } runs) Merge(reader, runs);
            });
        }
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception)
        {
            // Whatever it is, the store works with many runs as well, only slower; the next run wakes this thread again.
        }
    }

    private List<KeyRun>? Due() => _index.Runs.Where(run => _takesLevel(run.Level)).GroupBy(run => run.Level).OrderBy(level => level.Key)
        .Select(level => level.Take(Fanout).ToList()).FirstOrDefault(runs => runs.Count == Fanout);

    private void Merge(SqliteConnection reader, List<KeyRun> runs)
    {
        var blocks = new List<(long Row, byte[] Body)>();
        var writer = new KeyRunWriter(_nextRun(), runs[0].Level + 1, runs.Sum(run => run.Keys), (row, body) =>
        {
            blocks.Add((row, body));
            if (blocks.Count == BlocksAtOnce) Write(blocks);
        });
        var cursors = runs.ConvertAll(run => new Cursor(reader, run));
        while (cursors.Count > 0)
        {
            var least = cursors[0];
            for (var other = 1; other < cursors.Count; other++)
                if (cursors[other].Word < least.Word) least = cursors[other];
            writer.Add(least.Word, least.Place);
            if (!least.Next()) cursors.Remove(least);
        }

        var merged = writer.Finish();
        Write(blocks);
        foreach (var slices in Enumerable.Range(0, KeyRows.FilterSlices(merged)).Chunk(KeyRows.SlicesAtOnce))
        {
            Commit(connection =>
            {
                foreach (var slice in slices) connection.WriteFilter(merged, slice);
            });
        }

        Commit(connection =>
        {
            var packsUntil = connection.PacksUntil();
            foreach (var run in runs) connection.Unregister(run);
            connection.Register(merged, packsUntil);
        });
        // Before the rows go: whoever looks for a key meanwhile finds all runs, or starts again.
        _index.Replace(runs, merged);
        _merged();
        foreach (var run in runs) Delete(run.Id);
    }

    private void Delete(long run)
    {
        var more = true;
        while (more) Commit(connection => more = connection.DeleteSome(run, BlocksAtOnce));
    }

    private void Write(List<(long Row, byte[] Body)> blocks)
    {
        if (blocks.Count == 0) return;
        Commit(connection =>
        {
            foreach (var (row, body) in blocks) connection.WriteBlock(row, body);
        });
        blocks.Clear();
    }

    private void Commit(Action<SqliteConnection> direct)
    {
        if (_closing) throw new OperationCanceledException("the store is closing");
        _commit(new Change(group => direct(group.Connection), mustBeDurable: false)).AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Reads a run from its beginning.</summary>
    private sealed class Cursor
    {
        private readonly SqliteConnection _reader;
        private readonly KeyRun _run;
        private ulong[] _numbers = [];
        private int _block = -1;
        private int _at;

        public Cursor(SqliteConnection reader, KeyRun run)
        {
            (_reader, _run) = (reader, run);
            Next();
        }

        public ulong Word => _numbers[_at];
        public ulong Place => _numbers[_numbers.Length / 2 + _at];

        public bool Next()
        {
            if (++_at < _numbers.Length / 2) return true;
            if (++_block == _run.Fences.Length) return false;
            var body = _reader.ReadBlock(KeyRows.RowOf(_run.Id, _block)) ?? throw new InvalidDataException(
                $"block {_block} of run {_run.Id} is not in the store");
            _numbers = MemoryMarshal.Cast<byte, ulong>(body).ToArray();
            _at = 0;
            return true;
        }
    }
}
