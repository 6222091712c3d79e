using System.Globalization;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Packs;

/// <summary>A pack as it is stored.</summary>
internal sealed record PackRow(string Space, string? Label, byte[] Body);

/// <summary>The rows of packs.</summary>
internal static class PackRows
{
    public static PackRow? ReadPack(this SqliteConnection connection, long id)
    {
        var statement = connection.Statement("SELECT space, label, body FROM key_packs WHERE id = ?1").Bind(1, id);
        var row = statement.Step() ? new PackRow(
            statement.Text(0), statement.IsNull(1) ? null : statement.Text(1), statement.Blob(2)) : null;
        statement.Reset();
        return row;
    }

    /// <summary>The first pack after this one, or null.</summary>
    public static long? NextPack(this SqliteConnection connection, long after)
    {
        var statement = connection.Statement("SELECT min(id) FROM key_packs WHERE id > ?1").Bind(1, after);
        statement.Step();
        var next = statement.IsNull(0) ? default(long?) : statement.Int64(0);
        statement.Reset();
        return next;
    }

    public static void WritePack(this SqliteConnection connection, long id, PackRow row) =>
        connection.Statement("INSERT OR REPLACE INTO key_packs (id, space, label, body) VALUES (?1, ?2, ?3, ?4)")
            .Bind(1, id).Bind(2, row.Space).Bind(3, row.Label).Bind(4, row.Body).Run();

    /// <summary>A page of the keys of a label; see <see cref="IStore.KeysLabelled"/>. Its end is named by pack and place.</summary>
    /// <param name="connection">Reads the packs.</param>
    /// <param name="pending">The label's packs that are newer than those of the table, by number.</param>
    /// <param name="space">The keys' space.</param>
    /// <param name="label">Their label.</param>
    /// <param name="after">Where the page before ended.</param>
    /// <param name="limit">At most so many.</param>
    public static LabelledKeys Labelled(
        this SqliteConnection connection, SortedDictionary<long, PackRow> pending, string space, string label, string? after, int limit)
    {
        if (!ulong.TryParse(after ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw new FormatException($"'{after}' is not the end of a page");
        var from = new KeyPlace(number);
        var keys = new List<InsertOnceKey>();
        string? next = null;
        foreach (var (id, body) in Packs())
        {
            if (next is not null) break;
            var pack = KeyPack.Decode(body);
            for (var slot = id == from.Pack ? from.Slot : 0; slot < pack.Count && next is null; slot++)
            {
                if (pack.Key(slot).IsEmpty) continue;
                if (keys.Count == limit) next = new KeyPlace(id, slot).Number.ToString(CultureInfo.InvariantCulture);
                else keys.Add(new InsertOnceKey(pack.Key(slot), pack.Value(slot), label));
            }
        }

        return new LabelledKeys(keys, next);

        // What is pending is newer than a pack of the same number, and otherwise comes after all that is stored.
        IEnumerable<(long, byte[])> Packs()
        {
            var last = from.Pack - 1;
            var statement = connection.Statement("SELECT id, body FROM key_packs WHERE space = ?1 AND label = ?2 AND id >= ?3 ORDER BY id")
                .Bind(1, space).Bind(2, label).Bind(3, from.Pack);
            try
            {
                while (statement.Step())
                {
                    last = statement.Int64(0);
                    yield return (last, pending.TryGetValue(last, out var newer) ? newer.Body : statement.Blob(1));
                }
            }
            finally
            {
                // Also when the page is full before the end: a statement that is not reset holds its snapshot.
                statement.Reset();
            }

            foreach (var (id, row) in pending)
                if (id > last) yield return (id, row.Body);
        }
    }
}
