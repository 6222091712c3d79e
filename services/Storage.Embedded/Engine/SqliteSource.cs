using System.Globalization;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Journal;
using Distribution.Storage.Embedded.Keys;
using Distribution.Storage.Embedded.Packs;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Engine;

/// <summary>A store file to move from. It must not be open elsewhere.</summary>
internal sealed class SqliteSource : IStoreSource
{
    private const int CacheKibibytes = 16 * 1024;
    private readonly SqliteConnection _connection;

    /// <summary>Opens it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="StoreUnavailableException">There is no such file, or a newer version wrote it.</exception>
    public SqliteSource(string path)
    {
        if (!File.Exists(path)) throw new StoreUnavailableException($"There is no store {path} to move.");
        Name = Path.GetFullPath(path);
        _connection = new SqliteConnection(path, readOnly: false, CacheKibibytes);
        SqliteSchema.Ensure(_connection);
        Pending.Recover(_connection);
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public IEnumerable<StoredRow> Rows(StoredKind kind, IReadOnlyList<string>? after)
    {
        if (kind == StoredKind.Keys)
        {
            foreach (var row in Keys(after)) yield return row;
            yield break;
        }

        while (Page(kind, after) is { Count: > 0 } page)
        {
            foreach (var row in page) yield return row;
            after = page[^1].Address;
        }
    }

    /// <summary>The keys in the order of their packs; the last one that was moved tells where to go on.</summary>
    private IEnumerable<StoredRow> Keys(IReadOnlyList<string>? after)
    {
        var last = after is null ? default : KeyIndex.Load(_connection).PlaceOf(_connection, after[0], Convert.FromHexString(after[1]))
            ?? throw new StoreUnavailableException($"The key {after[1]} was moved from {Name} and is not there any more.");
        var (pack, slot) = after is null ? (_connection.NextPack(0), 0) : (last.Pack, last.Slot + 1);
        for (; pack is { } id; (pack, slot) = (_connection.NextPack(id), 0))
        {
            var row = _connection.ReadPack(id)!;
            var keys = KeyPack.Decode(row.Body);
            for (; slot < keys.Count; slot++)
            {
                if (!keys.Key(slot).IsEmpty)
                    yield return new([row.Space, Convert.ToHexString(keys.Key(slot).Span)], 0, keys.Value(slot), [row.Label]);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _connection.Dispose();

    private List<StoredRow> Page(StoredKind kind, IReadOnlyList<string>? after)
    {
        var (first, next) = Queries(kind);
        var statement = _connection.Statement(after is null ? first : next);
        if (after is not null)
        {
            for (var i = 0; i < after.Count; i++)
            {
                if (kind == StoredKind.Outbox) statement.Bind(i + 1, long.Parse(after[i], CultureInfo.InvariantCulture));
                else statement.Bind(i + 1, after[i]);
            }
        }

        var rows = new List<StoredRow>();
        while (statement.Step()) rows.Add(Read(kind, statement));
        statement.Reset();
        return rows;
    }

    private static StoredRow Read(StoredKind kind, SqliteStatement row) => kind switch
    {
        StoredKind.Documents => new([row.Text(0), row.Text(1), row.Text(2)], row.Int64(3), row.Blob(4), []),
        StoredKind.Counters => new([row.Text(0), row.Text(1), row.Text(2)], row.Int64(3), default, []),
        StoredKind.Causes => new([row.Text(0)], 0, row.Blob(1), []),
        _ => new([row.Int64(0).ToString(CultureInfo.InvariantCulture)], row.Int64(4), row.Blob(3),
            [Convert.ToHexString(row.Blob(1)), row.Text(2), .. Enumerable.Range(5, 3)
                .Select(column => row.IsNull(column) ? null : row.Text(column))]),
    };

    // Literals, because a statement is known by its text.
    private static (string First, string Next) Queries(StoredKind kind) => kind switch
    {
        StoredKind.Documents => (
            "SELECT collection, partition, id, version, body FROM documents ORDER BY collection, partition, id LIMIT 1000",
            "SELECT collection, partition, id, version, body FROM documents WHERE (collection, partition, id) > (?1, ?2, ?3) ORDER BY "
                + "collection, partition, id LIMIT 1000"),
        StoredKind.Counters => (
            "SELECT partition, family, key, value FROM counters ORDER BY partition, family, key LIMIT 1000",
            "SELECT partition, family, key, value FROM counters WHERE (partition, family, key) > (?1, ?2, ?3) ORDER BY partition, family, "
                + "key LIMIT 1000"),
        StoredKind.Causes => (
            "SELECT cause, answer FROM causes ORDER BY cause LIMIT 1000",
            "SELECT cause, answer FROM causes WHERE cause > ?1 ORDER BY cause LIMIT 1000"),
        _ => (
            "SELECT position, event_id, wire_name, body, recorded_at, supersedes, trace, parked FROM outbox ORDER BY position LIMIT 1000",
            "SELECT position, event_id, wire_name, body, recorded_at, supersedes, trace, parked FROM outbox WHERE position > ?1 ORDER BY "
                + "position LIMIT 1000"),
    };
}
