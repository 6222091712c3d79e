using System.Text;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Distribution.Storage.Embedded.Tables;

/// <summary>SQLite said no. <see cref="Code"/> is its extended result code.</summary>
internal sealed class SqliteFailure(int code, string message) : Exception($"SQLite error {code}: {message}")
{
    public int Code { get; } = code;
}

/// <summary>
/// One connection with its prepared statements, used by one thread at a time. It speaks to SQLite without ADO.NET in
/// between, because binding and stepping are the hot path of everything that is stored.
/// </summary>
internal sealed class SqliteConnection : IDisposable
{
    private readonly sqlite3 _handle;

    // By reference: every statement's text is a literal, and hashing it would cost as much as some statements.
    private readonly Dictionary<object, SqliteStatement> _statements = new(ReferenceEqualityComparer.Instance);

    static SqliteConnection() => Batteries_V2.Init();

    public SqliteConnection(string path, bool readOnly, int cacheKibibytes)
    {
        var flags = (readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) | SQLITE_OPEN_NOMUTEX;
        var code = sqlite3_open_v2(path, out _handle, flags, null);
        if (code != SQLITE_OK)
        {
            var message = $"cannot open {path}: {sqlite3_errstr(code).utf8_to_string()}";
            sqlite3_close_v2(_handle);
            throw new SqliteFailure(code, message);
        }

        sqlite3_extended_result_codes(_handle, 1);
        Execute($"PRAGMA busy_timeout = 10000; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -{cacheKibibytes}");
    }

    /// <summary>Runs statements that answer nothing of interest.</summary>
    public void Execute(string sql)
    {
        var code = sqlite3_exec(_handle, sql, out var message);
        if (code != SQLITE_OK) throw new SqliteFailure(code, message ?? sql);
    }

    /// <summary>Begins the writer's transaction.</summary>
    public void Begin() => Statement("BEGIN IMMEDIATE").Run();

    /// <summary>Commits it.</summary>
    public void Commit() => Statement("COMMIT").Run();

    /// <summary>The prepared statement for this text, reset and ready to bind.</summary>
    public SqliteStatement Statement(string sql)
    {
        if (_statements.TryGetValue(sql, out var known)) return known.Reset();
        var code = sqlite3_prepare_v3(_handle, sql, SQLITE_PREPARE_PERSISTENT, out var statement);
        if (code != SQLITE_OK) throw Failure(code);
        return _statements[sql] = new SqliteStatement(this, statement);
    }

    /// <summary>Copies what it can of the log into the file; what is being read is copied the next time.</summary>
    /// <exception cref="SqliteFailure">The disk refused.</exception>
    public void Checkpoint()
    {
        var code = sqlite3_wal_checkpoint_v2(_handle, null, SQLITE_CHECKPOINT_PASSIVE, out _, out _);
        if ((code & 0xFF) == SQLITE_IOERR) throw Failure(code);
    }

    /// <summary>Pages that were written to the log since this was asked for the last time.</summary>
    public int TakePagesWritten()
    {
        sqlite3_db_status(_handle, SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, resetFlg: 1);
        return pages;
    }

    /// <summary>A number that changes when another connection has committed.</summary>
    public long DataVersion() => Count("PRAGMA data_version");

    /// <summary>The number that a statement answers.</summary>
    public long Count(string sql)
    {
        var statement = Statement(sql);
        statement.Step();
        var count = statement.Int64(0);
        statement.Reset();
        return count;
    }

    /// <summary>Begins a transaction that sees the state of now until <see cref="EndReading"/>.</summary>
    public void BeginReading()
    {
        Statement("BEGIN").Run();
        // Only the first read takes the state.
        Count("SELECT count(*) FROM sqlite_schema");
    }

    /// <summary>Ends it.</summary>
    public void EndReading() => Statement("ROLLBACK").Run();

    /// <summary>What is wrong with the file, or null.</summary>
    public string? QuickCheck()
    {
        var statement = Statement("PRAGMA quick_check(1)");
        var said = statement.Step() ? statement.Text(0) : "no answer";
        statement.Reset();
        return said == "ok" ? null : said;
    }

    /// <summary>Copies everything that this connection sees into an empty file.</summary>
    /// <param name="target">A connection to it.</param>
    /// <param name="pagesAtOnce">Pages between two reports.</param>
    /// <param name="copied">Is told how many of a hundred parts are copied.</param>
    public void CopyInto(SqliteConnection target, int pagesAtOnce, Action<int> copied)
    {
        using var copying = sqlite3_backup_init(target._handle, "main", _handle, "main");
        if (copying.IsInvalid) throw target.Failure(sqlite3_errcode(target._handle));
        while (true)
        {
            var code = sqlite3_backup_step(copying, pagesAtOnce);
            if (code is SQLITE_DONE) return;
            if (code is not SQLITE_OK) throw target.Failure(code);
            var pages = sqlite3_backup_pagecount(copying);
            copied((int)(100L * (pages - sqlite3_backup_remaining(copying)) / Math.Max(1, pages)));
        }
    }

    /// <summary>How many rows the last statement changed.</summary>
    public int Changes => sqlite3_changes(_handle);

    public SqliteFailure Failure(int code) => new(code, sqlite3_errmsg(_handle).utf8_to_string());

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        sqlite3_close_v2(_handle);
    }

    private const uint SQLITE_PREPARE_PERSISTENT = 1;
}

/// <summary>A prepared statement: bind, step, read columns. Parameters count from 1, columns from 0.</summary>
internal sealed class SqliteStatement(SqliteConnection connection, sqlite3_stmt statement) : IDisposable
{
    private const int StackBytesMax = 512;

    public SqliteStatement Reset()
    {
        sqlite3_reset(statement);
        return this;
    }

    public SqliteStatement Bind(int index, string? text)
    {
        if (text is null)
        {
            Check(sqlite3_bind_null(statement, index));
            return this;
        }

        if (text.Length * 3 <= StackBytesMax)
        {
            Span<byte> utf8 = stackalloc byte[StackBytesMax];
            Check(sqlite3_bind_text(statement, index, utf8[..Encoding.UTF8.GetBytes(text, utf8)]));
        }
        else Check(sqlite3_bind_text(statement, index, Encoding.UTF8.GetBytes(text)));

        return this;
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> blob)
    {
        Check(blob.IsEmpty ? sqlite3_bind_zeroblob(statement, index, 0) : sqlite3_bind_blob(statement, index, blob));
        return this;
    }

    public SqliteStatement Bind(int index, long number)
    {
        Check(sqlite3_bind_int64(statement, index, number));
        return this;
    }

    /// <summary>True while there is a row to read.</summary>
    public bool Step()
    {
        var code = sqlite3_step(statement);
        if (code == SQLITE_ROW) return true;
        if (code == SQLITE_DONE) return false;
        var failure = connection.Failure(code);
        sqlite3_reset(statement);
        throw failure;
    }

    /// <summary>Steps a statement that answers no rows, and resets it.</summary>
    public void Run()
    {
        Step();
        sqlite3_reset(statement);
    }

    public long Int64(int column) => sqlite3_column_int64(statement, column);
    public string Text(int column) => sqlite3_column_text(statement, column).utf8_to_string();
    public bool IsNull(int column) => sqlite3_column_type(statement, column) == SQLITE_NULL;

    /// <summary>A blob without a copy; valid until the next step.</summary>
    public ReadOnlySpan<byte> BlobSpan(int column) => sqlite3_column_blob(statement, column);
    public byte[] Blob(int column) => sqlite3_column_blob(statement, column).ToArray();

    public void Dispose() => sqlite3_finalize(statement);

    private void Check(int code)
    {
        if (code != SQLITE_OK) throw connection.Failure(code);
    }
}
