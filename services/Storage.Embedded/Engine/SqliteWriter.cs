using System.Threading.Channels;
using Distribution.Platform.Observability;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Journal;
using Distribution.Storage.Embedded.Keys;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Engine;

/// <summary>
/// The one writer of a store. Changes that come while the last group is made durable form the next one: the busier the
/// store, the larger the groups. A group is decided and written while the one before is on its way to disk.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int QueueChangesMax = 4096;
    private const int GroupChangesMax = 512;
    private const int WriterCacheKibibytes = 12 * 1024;

    private readonly Channel<Change> _queue = Channel.CreateBounded<Change>(
        new BoundedChannelOptions(QueueChangesMax) { SingleReader = true });

    // Without spinning: there are no processors to spare for a thread that waits for work.
    private readonly ManualResetEventSlim _wake = new(false, spinCount: 0);

    private readonly SqliteConnection _connection;
    private readonly SqliteKeys _keys;
    private readonly KeyMerger _smallMerges;
    private readonly KeyMerger _largeMerges;
    private readonly SqliteSync _sync;
    private readonly SqliteCheckpoints _checkpoints;
    private readonly TimeProvider _clock;
    private readonly KeyValuePair<string, object?> _tag;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly bool _writesOnClose;
    private long _lastPosition;

    public SqliteWriter(string path, TimeProvider clock, SqliteLimits limits, Action<long> eventsDurable)
    {
        _clock = clock;
        _tag = new(Measures.Service, Path.GetFileNameWithoutExtension(path));
        _connection = new SqliteConnection(path, readOnly: false, WriterCacheKibibytes);
        SqliteSchema.Ensure(_connection);
        Pending.Recover(_connection);
        Pending = new Pending(_connection, limits);
        Index = KeyIndex.Load(_connection);
        _keys = new SqliteKeys(_connection, Index, Pending, limits.RecentKeysMax);
        _writesOnClose = limits.WritesOnClose;
        _lastPosition = _connection.LastPosition();
        eventsDurable(_lastPosition);
        _sync = new SqliteSync(path, _wake.Set, eventsDurable);
        _checkpoints = new SqliteCheckpoints(path, _connection);
        var stray = _connection.StrayRuns([.. Index.Runs.Select(run => run.Id)]);
        ValueTask<Committed> Commit(Change change) => this.Commit(change, CancellationToken.None);
        _largeMerges = new KeyMerger(path, Index, _keys.NextRun, Commit, level => !KeyMerger.IsSmall(level), () => { }, []);
        _smallMerges = new KeyMerger(path, Index, _keys.NextRun, Commit, KeyMerger.IsSmall, _largeMerges.Wake, stray);
        new Thread(Run) { IsBackground = true, Name = $"store {Path.GetFileNameWithoutExtension(path)}" }.Start();
    }

    /// <summary>What is committed and not yet in the tables.</summary>
    public Pending Pending { get; }

    /// <summary>Where the keys are.</summary>
    public KeyIndex Index { get; }

    public async ValueTask<Committed> Commit(Change change, CancellationToken cancel)
    {
        try
        {
            if (!_queue.Writer.TryWrite(change)) await _queue.Writer.WriteAsync(change, cancel);
        }
        catch (ChannelClosedException closed)
        {
            throw new StoreUnavailableException("The store is closing: send the request again later.", closed);
        }

        _wake.Set();
        return await change.Done.Task.WaitAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _smallMerges.Dispose();
        _largeMerges.Dispose();
        _queue.Writer.TryComplete();
        _wake.Set();
        await _stopped.Task;
    }

    private void Run()
    {
        while (!_queue.Reader.Completion.IsCompleted)
        {
            if (!_queue.Reader.TryPeek(out _))
            {
                Sleep();
                continue;
            }

            var changes = new List<Change>();
            try
            {
                CommitGroup(changes);
            }
            catch (Exception failure)
            {
                Rollback();
                if (changes.Count == 0 && _queue.Reader.TryRead(out var waiting)) changes.Add(waiting);
                foreach (var change in changes) change.Fail(failure);
            }
        }

        _sync.Dispose();
        _checkpoints.Dispose();
        if (_writesOnClose) WritePending();
        _connection.Dispose();
        _wake.Dispose();
        _stopped.SetResult();
    }

    private void Sleep()
    {
        _wake.Wait();
        _wake.Reset();
    }

    private void CommitGroup(List<Change> changes)
    {
        _sync.ThrowIfFailed();
        _checkpoints.ThrowIfFailed();
        _connection.Begin();
        var group = new SqliteGroup(_connection, _keys, Pending, _lastPosition);
        while (true)
        {
            while (changes.Count < GroupChangesMax && _queue.Reader.TryRead(out var change))
            {
                changes.Add(change);
                change.Run(group, _clock);
            }

            // While the disk is busy with the group before, there is time for more company.
            if (changes.Count == GroupChangesMax || !_sync.IsBusy) break;
            Sleep();
        }

        while (_sync.IsBusy) Sleep();
        if (group.Commit(_clock.GetUtcNow())) _smallMerges.Wake();
        Measures.GroupChanges.Record(changes.Count, _tag);
        var events = group.LastPosition > _lastPosition;
        _lastPosition = group.LastPosition;
        // With nobody else waiting, handing the group over would cost more than it saves.
        _sync.Take(changes, events ? _lastPosition : null, here: !_queue.Reader.TryPeek(out _));
        _checkpoints.Committed();
    }

    // Only so that the next start has less to do: what is pending is as safe as what is in the tables.
    private void WritePending()
    {
        try
        {
            _connection.Begin();
            Pending.Drain();
            Pending.Commit(null, [], eventsMoved: true);
        }
        catch (SqliteFailure)
        {
            Rollback();
        }
    }

    private void Rollback()
    {
        _keys.RolledBack();
        Pending.RolledBack();
        try
        {
            _connection.Execute("ROLLBACK");
        }
        catch (SqliteFailure)
        {
            // SQLite has rolled back by itself after some errors; there is no transaction then.
        }
    }
}
