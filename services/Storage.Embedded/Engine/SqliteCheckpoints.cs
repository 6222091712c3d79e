using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Engine;

/// <summary>
/// Copies the log into the store's file when it has grown, on a thread and a connection of its own, while the writer goes
/// on. The little that it writes meanwhile it copies itself, so that the log begins anew.
/// </summary>
internal sealed class SqliteCheckpoints : IDisposable
{
    private const int LogPages = 8192;
    private readonly SqliteConnection _writer;
    private readonly SqliteConnection _connection;
    private readonly ManualResetEventSlim _wake = new(false, spinCount: 0);
    private readonly Thread _thread;
    private volatile State _state;
    private volatile bool _closing;
    private volatile SqliteFailure? _failure;
    private long _pages;

    private enum State
    {
        Waiting,
        Copying,
        Copied,
    }

    /// <summary>Takes checkpoints over from SQLite.</summary>
    /// <param name="path">The store's file.</param>
    /// <param name="writer">The connection that writes to it.</param>
    public SqliteCheckpoints(string path, SqliteConnection writer)
    {
        _writer = writer;
        _writer.Execute("PRAGMA wal_autocheckpoint = 0");
        _connection = new SqliteConnection(path, readOnly: false, cacheKibibytes: 1024);
        _thread = new Thread(Run) { IsBackground = true, Name = $"checkpoint {Path.GetFileNameWithoutExtension(path)}" };
        _thread.Start();
    }

    /// <summary>What the disk refused once is in doubt for ever: see <see cref="SqliteSync.ThrowIfFailed"/>.</summary>
    public void ThrowIfFailed()
    {
        if (_failure is { } failure)
            throw new IOException("The store's log could not be copied into its file; restart when the disk is well.", failure);
    }

    /// <summary>The writer has committed, and is between two transactions.</summary>
    public void Committed()
    {
        _pages += _writer.TakePagesWritten();
        if (_state == State.Copied)
        {
            Copy(_writer);
            _pages = 0;
            _state = State.Waiting;
        }
        else if (_state == State.Waiting && _pages >= LogPages)
        {
            _state = State.Copying;
            _wake.Set();
        }
    }

    public void Dispose()
    {
        _closing = true;
        _wake.Set();
        _thread.Join();
        _connection.Dispose();
        _wake.Dispose();
    }

    private void Copy(SqliteConnection connection)
    {
        try
        {
            connection.Checkpoint();
        }
        catch (SqliteFailure failure)
        {
            _failure = failure;
        }
    }

    private void Run()
    {
        while (true)
        {
            _wake.Wait();
            _wake.Reset();
            if (_closing) return;
            // The second time only what came during the first, so that little is left to the writer.
            Copy(_connection);
            Copy(_connection);
            _state = State.Copied;
        }
    }
}
