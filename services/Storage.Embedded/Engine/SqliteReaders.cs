using System.Collections.Concurrent;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Journal;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Engine;

/// <summary>Connections for reads: as many as are in use at once, each with the last committed state.</summary>
internal sealed class SqliteReaders(string path, Func<Pending> pending) : IDisposable
{
    private const int ReaderCacheKibibytes = 4 * 1024;
    private const int IdleReadersMax = 8;
    private readonly ConcurrentBag<SqliteConnection> _idle = [];
    private volatile bool _closed;

    /// <summary>Reads the tables and what is pending as of one moment; see <see cref="Pending.Read"/>.</summary>
    public T Read<TPending, T>(Func<IReadOnlyList<Writes>, TPending> copy, Func<SqliteConnection, TPending, T> query) =>
        Read(connection => pending().Read(copy, newer => query(connection, newer)));

    /// <summary>Reads the tables.</summary>
    public T Read<T>(Func<SqliteConnection, T> query)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        SqliteConnection? connection = null;
        try
        {
            if (!_idle.TryTake(out connection)) connection = new SqliteConnection(path, readOnly: true, ReaderCacheKibibytes);
            return query(connection);
        }
        catch (Exception failure)
        {
            connection?.Dispose();
            connection = null;
            if (failure is SqliteFailure) throw new StoreUnavailableException($"The store cannot be read now: {failure.Message}", failure);
            throw;
        }
        finally
        {
            if (connection is not null)
            {
                if (_closed || _idle.Count >= IdleReadersMax) connection.Dispose();
                else _idle.Add(connection);
            }
        }
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var connection)) connection.Dispose();
    }
}
