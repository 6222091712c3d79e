using System.Threading.Channels;

namespace Distribution.Platform.Storage.Sqlite;

/// <summary>
/// The one writer of a store. Changes that wait while a group is made durable form the next group: the busier the
/// store, the larger the groups, and a change never waits for company.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int QueueChangesMax = 4096;
    private const int GroupChangesMax = 512;
    private const int WriterCacheKibibytes = 48 * 1024;

    private readonly Channel<Change> _queue = Channel.CreateBounded<Change>(
        new BoundedChannelOptions(QueueChangesMax) { SingleReader = true, AllowSynchronousContinuations = true });

    // Without spinning: there are no processors to spare for a thread that waits for work.
    private readonly ManualResetEventSlim _wake = new(false, spinCount: 0);

    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;
    private readonly Action _eventsCommitted;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _syncing = true;

    public SqliteWriter(string path, TimeProvider time, Action eventsCommitted)
    {
        _time = time;
        _eventsCommitted = eventsCommitted;
        _connection = new SqliteConnection(path, readOnly: false, WriterCacheKibibytes);
        SqliteSchema.Ensure(_connection);
        new Thread(Run) { IsBackground = true, Name = $"store {Path.GetFileNameWithoutExtension(path)}" }.Start();
    }

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

        return await change.Done.Task.WaitAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _stopped.Task;
    }

    private void Run()
    {
        var group = new List<Change>(GroupChangesMax);
        while (WaitForChanges())
        {
            group.Clear();
            while (group.Count < GroupChangesMax && _queue.Reader.TryRead(out var change)) group.Add(change);
            try
            {
                CommitGroup(group);
            }
            catch (Exception failure)
            {
                Rollback();
                var unavailable = new StoreUnavailableException("The store cannot take changes now; send the request again later.", failure);
                foreach (var change in group) change.Done.TrySetException(unavailable);
            }
        }

        _connection.Dispose();
        _wake.Dispose();
        _stopped.SetResult();
    }

    private bool WaitForChanges()
    {
        var waiting = _queue.Reader.WaitToReadAsync().AsTask();
        if (!waiting.IsCompleted)
        {
            _wake.Reset();
            waiting.GetAwaiter().OnCompleted(_wake.Set);
            _wake.Wait();
        }

        return waiting.GetAwaiter().GetResult();
    }

    private void CommitGroup(List<Change> changes)
    {
        Sync(changes.Exists(change => change.MustBeDurable));
        _connection.Execute("BEGIN IMMEDIATE");
        var group = new SqliteGroup(_connection);
        foreach (var change in changes) change.Run(group, _time);
        while (_syncing && changes.Count < GroupChangesMax && _queue.Reader.TryRead(out var late))
        {
            changes.Add(late);
            late.Run(group, _time);
        }

        group.Flush();
        _connection.Execute("COMMIT");
        if (group.HasEvents) _eventsCommitted();
        foreach (var change in changes) change.Complete();
    }

    /// <summary>Whether commits are on disk when they return. In WAL mode those that are not become so with the next that is.</summary>
    private void Sync(bool sync)
    {
        if (sync == _syncing) return;
        _connection.Execute(sync ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        _syncing = sync;
    }

    private void Rollback()
    {
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

/// <summary>A change in the queue: what it does in its group, and who waits for it.</summary>
internal sealed class Change
{
    private readonly string? _cause;
    private readonly Func<ITransaction, ValueTask<Decision>>? _decide;
    private readonly Action<SqliteConnection>? _direct;
    private Committed _outcome;
    private Exception? _failure;

    /// <summary>A caller's change.</summary>
    public Change(string cause, Func<ITransaction, ValueTask<Decision>> decide)
    {
        (_cause, _decide) = (cause, decide);
        MustBeDurable = true;
    }

    /// <summary>A change of the adapter's own.</summary>
    public Change(Action<SqliteConnection> direct, bool mustBeDurable)
    {
        _direct = direct;
        MustBeDurable = mustBeDurable;
    }

    /// <summary>Whether it must be on disk when it is done; else it may be undone by a loss of power.</summary>
    public bool MustBeDurable { get; }

    /// <summary>Completes when the group is committed.</summary>
    public TaskCompletionSource<Committed> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Run(SqliteGroup group, TimeProvider time)
    {
        if (_direct is not null)
        {
            _direct(group.Connection);
            return;
        }

        if (group.AnswerTo(_cause!) is { } answer)
        {
            _outcome = new Committed(true, answer, null);
            return;
        }

        var transaction = new SqliteTransaction(group, time.GetUtcNow());
        try
        {
            var pending = _decide!(transaction);
            var decision = pending.IsCompleted ? pending.Result : pending.AsTask().GetAwaiter().GetResult();
            _outcome = new Committed(false, decision.Answer, decision.Refusal);
            if (!decision.Keep)
            {
                transaction.Discard();
                return;
            }

            transaction.Keep();
            group.Record(_cause!, decision.Answer.ToArray());
        }
        catch (Exception failure) when (failure is not SqliteFailure)
        {
            transaction.Discard();
            _failure = failure;
        }
    }

    public void Complete()
    {
        if (_failure is null) Done.TrySetResult(_outcome);
        else Done.TrySetException(_failure);
    }
}
