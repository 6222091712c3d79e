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
        new BoundedChannelOptions(QueueChangesMax) { SingleReader = true });

    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;
    private readonly Action _eventsCommitted;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

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
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            group.Clear();
            try
            {
                CommitGroup(group);
            }
            catch (Exception failure)
            {
                Rollback();
                var unavailable = new StoreUnavailableException("The store cannot take changes now; send the request again later.", failure);
                if (group.Count == 0 && _queue.Reader.TryRead(out var waiting)) group.Add(waiting);
                foreach (var change in group) change.Done.TrySetException(unavailable);
            }
        }

        _connection.Dispose();
        _stopped.SetResult();
    }

    private void CommitGroup(List<Change> changes)
    {
        _connection.Execute("BEGIN IMMEDIATE");
        var group = new SqliteGroup(_connection);
        while (changes.Count < GroupChangesMax && _queue.Reader.TryRead(out var change))
        {
            changes.Add(change);
            change.Run(group, _time);
        }

        group.Flush();
        _connection.Execute("COMMIT");
        if (group.HasEvents) _eventsCommitted();
        foreach (var change in changes) change.Complete();
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
internal sealed class Change(string? cause, Func<ITransaction, ValueTask<Decision>> decide, Action<SqliteConnection>? direct = null)
{
    private Committed _outcome;
    private Exception? _failure;

    /// <summary>Completes when the group is durable.</summary>
    public TaskCompletionSource<Committed> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Run(SqliteGroup group, TimeProvider time)
    {
        if (direct is not null)
        {
            direct(group.Connection);
            return;
        }

        if (cause is not null && group.AnswerTo(cause) is { } answer)
        {
            _outcome = new Committed(true, answer, null);
            return;
        }

        var transaction = new SqliteTransaction(group, time.GetUtcNow());
        try
        {
            var pending = decide(transaction);
            var decision = pending.IsCompleted ? pending.Result : pending.AsTask().GetAwaiter().GetResult();
            _outcome = new Committed(false, decision.Answer, decision.Refusal);
            if (!decision.Keep)
            {
                transaction.Discard();
                return;
            }

            transaction.Keep();
            if (cause is not null) group.Record(cause, decision.Answer.ToArray());
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
