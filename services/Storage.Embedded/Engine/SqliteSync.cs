using Microsoft.Win32.SafeHandles;

namespace Distribution.Storage.Embedded.Engine;

/// <summary>
/// Makes committed groups durable, one at a time, on a thread of its own: SQLite writes the group to its log without
/// waiting for the disk (synchronous=NORMAL), the log is flushed here, and only then is anybody told. The durability is
/// that of synchronous=FULL; the writer is free in the meantime.
/// </summary>
internal sealed class SqliteSync : IDisposable
{
    private readonly SafeFileHandle _log;
    private readonly Action _idle;
    private readonly Action<long> _eventsDurable;
    private readonly ManualResetEventSlim _wake = new(false, spinCount: 0);
    private readonly Thread _thread;
    private volatile bool _busy;
    private volatile bool _closing;
    private volatile Exception? _failure;
    private List<Change> _changes = [];
    private long? _lastEvent;

    public SqliteSync(string path, Action idle, Action<long> eventsDurable)
    {
        _idle = idle;
        _eventsDurable = eventsDurable;
        _log = File.OpenHandle(path + "-wal", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        _thread = new Thread(Run) { IsBackground = true, Name = $"sync {Path.GetFileNameWithoutExtension(path)}" };
        _thread.Start();
    }

    /// <summary>Whether a group is on its way to disk.</summary>
    public bool IsBusy => _busy;

    /// <summary>What the disk refused once is in doubt for ever: after a failed flush nothing is taken any more.</summary>
    public void ThrowIfFailed()
    {
        if (_failure is { } failure)
            throw new IOException("The store's log could not be made durable; restart when the disk is well.", failure);
    }

    /// <summary>Takes a committed group when none is under way, and completes its changes when it is durable.</summary>
    /// <param name="changes">The group.</param>
    /// <param name="lastEvent">The position of its last event, or null when it has none.</param>
    /// <param name="here">Flush on the caller's thread.</param>
    public void Take(List<Change> changes, long? lastEvent, bool here)
    {
        if (!changes.Exists(change => change.MustBeDurable))
        {
            foreach (var change in changes) change.Complete();
            return;
        }

        (_changes, _lastEvent) = (changes, lastEvent);
        if (here)
        {
            Sync();
            return;
        }

        _busy = true;
        _wake.Set();
    }

    public void Dispose()
    {
        _closing = true;
        _wake.Set();
        _thread.Join();
        _log.Dispose();
        _wake.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _wake.Wait();
            _wake.Reset();
            if (_busy) Sync();
            else if (_closing) return;
        }
    }

    private void Sync()
    {
        var (changes, lastEvent) = (_changes, _lastEvent);
        try
        {
            RandomAccess.FlushToDisk(_log);
        }
        catch (IOException failure)
        {
            _failure = failure;
        }

        _busy = false;
        _idle();
        if (_closing) _wake.Set();
        if (_failure is { } failed)
        {
            foreach (var change in changes) change.Fail(failed);
            return;
        }

        if (lastEvent is { } position) _eventsDurable(position);
        foreach (var change in changes) change.Complete();
    }
}
