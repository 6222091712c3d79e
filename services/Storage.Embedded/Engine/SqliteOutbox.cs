using System.Threading.Channels;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Journal;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Engine;

/// <summary>The outbox: what is pending, and the table of what has waited for longer and of what is parked.</summary>
internal sealed class SqliteOutbox(SqliteReaders readers, Func<SqliteWriter> writer, TimeProvider clock) : IOutbox
{
    private const string Columns = "SELECT position, event_id, wire_name, body, recorded_at, trace, parked FROM outbox";
    private readonly Channel<bool> _signal =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private long _durable;

    // What an earlier process sent, it had sent before this one began.
    private long _lastSentTicks = clock.GetUtcNow().UtcTicks;

    /// <summary>The events up to this position are on disk: they may go out.</summary>
    public void Durable(long position)
    {
        Interlocked.Exchange(ref _durable, position);
        _signal.Writer.TryWrite(true);
    }

    public Task WaitForEvents(CancellationToken cancel) => _signal.Reader.ReadAsync(cancel).AsTask();

    public ValueTask<IReadOnlyList<OutboxEvent>> Unsent(int limit, CancellationToken cancel)
    {
        var durable = Interlocked.Read(ref _durable);
        return new(readers.Read<List<OutboxEvent>, IReadOnlyList<OutboxEvent>>(
            layers => [.. Events(layers).TakeWhile(row => row.Position <= durable).Take(limit)],
            (connection, pending) =>
            {
                // All in the table are older.
                var stored = Rows(connection.Statement(Columns + " WHERE parked IS NULL AND position <= ?2 ORDER BY position LIMIT ?1")
                    .Bind(1, limit).Bind(2, durable));
                return [.. stored.Select(row => row.Event).Concat(pending).Take(limit)];
            }));
    }

    public async ValueTask Settle(IReadOnlyList<long> sent, IReadOnlyList<PoisonEvent> parked, CancellationToken cancel)
    {
        // Before they are gone from the table, so that who finds them gone also finds this.
        Interlocked.Exchange(ref _lastSentTicks, clock.GetUtcNow().UtcTicks);
        // Not made durable by itself: what is forgotten by a loss of power is published again, and recognised.
        await writer().Commit(new Change(group => group.Settle(sent, parked), mustBeDurable: false), cancel);
    }

    public ValueTask<IReadOnlyList<ParkedEvent>> Parked(long after, int limit, CancellationToken cancel) =>
        new(readers.Read<IReadOnlyList<ParkedEvent>>(connection => Rows(connection
            .Statement(Columns + " WHERE parked IS NOT NULL AND position > ?1 ORDER BY position LIMIT ?2").Bind(1, after).Bind(2, limit))));

    public async ValueTask<bool> Replay(long position, CancellationToken cancel)
    {
        var found = await ChangeParked("UPDATE outbox SET parked = NULL WHERE position = ?1 AND parked IS NOT NULL", position, cancel);
        if (found) _signal.Writer.TryWrite(true);
        return found;
    }

    public ValueTask<bool> Discard(long position, CancellationToken cancel) =>
        ChangeParked("DELETE FROM outbox WHERE position = ?1 AND parked IS NOT NULL", position, cancel);

    public ValueTask<OutboxDepth> Depth(CancellationToken cancel) => new(readers.Read(
        layers => layers.Sum(layer => layer.Events.Count),
        (connection, pending) =>
        {
            var statement = connection.Statement("SELECT (SELECT count(*) FROM (SELECT 1 FROM outbox WHERE parked IS NULL LIMIT ?1)), " +
                "(SELECT count(*) FROM (SELECT 1 FROM outbox WHERE parked IS NOT NULL LIMIT ?1))").Bind(1, OutboxDepth.CountedMax);
            statement.Step();
            var depth = new OutboxDepth(Math.Min(OutboxDepth.CountedMax, statement.Int64(0) + pending), statement.Int64(1));
            statement.Reset();
            return depth;
        }));

    public ValueTask<OutboxLag> Lag(CancellationToken cancel) => new(readers.Read(
        layers => Events(layers).FirstOrDefault()?.RecordedAt,
        (connection, pending) =>
        {
            // Both by an index: the table's own order, and that of the parked rows.
            var statement = connection.Statement(
                "SELECT (SELECT recorded_at FROM outbox WHERE parked IS NULL ORDER BY position LIMIT 1), (SELECT count(*) FROM outbox "
                    + "WHERE parked IS NOT NULL)");
            statement.Step();
            var lag = new OutboxLag(
                statement.IsNull(0) ? pending : new DateTimeOffset(statement.Int64(0), TimeSpan.Zero), statement.Int64(1),
                new DateTimeOffset(Interlocked.Read(ref _lastSentTicks), TimeSpan.Zero));
            statement.Reset();
            return lag;
        }));

    private async ValueTask<bool> ChangeParked(string sql, long position, CancellationToken cancel)
    {
        var found = false;
        await writer().Commit(new Change(group =>
        {
            group.Connection.Statement(sql).Bind(1, position).Run();
            found = group.Connection.Changes == 1;
            group.EventsMoved();
        }, mustBeDurable: true), cancel);
        return found;
    }

    private static IEnumerable<OutboxEvent> Events(IReadOnlyList<Writes> layers) => layers.SelectMany(layer => layer.Events).Select(row =>
        new OutboxEvent(row.Key, row.Value.EventId, row.Value.WireName, row.Value.Body, row.Value.RecordedAt,
            row.Value.TraceParent)
        { Event = row.Value.Event });

    private static List<ParkedEvent> Rows(SqliteStatement statement)
    {
        var rows = new List<ParkedEvent>();
        while (statement.Step())
        {
            var row = new OutboxEvent(
                statement.Int64(0), new Guid(statement.Blob(1), bigEndian: true), statement.Text(2), statement.Blob(3),
                new DateTimeOffset(statement.Int64(4), TimeSpan.Zero), statement.IsNull(5) ? null : statement.Text(5));
            rows.Add(new ParkedEvent(row, statement.IsNull(6) ? "" : statement.Text(6)));
        }

        statement.Reset();
        return rows;
    }
}
