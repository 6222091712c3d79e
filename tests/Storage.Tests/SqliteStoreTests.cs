using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Engine;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Tests;

public sealed class SqliteStoreTests : StoreSuite
{
    private readonly string _folder = Directory.CreateTempSubdirectory("distribution-store-").FullName;

    protected override ValueTask<IStore> Open() => new(SqliteStore.Open(Path.Combine(_folder, "store.db"), TimeProvider.System));

    [Fact]
    public async Task A_file_of_the_first_schema_is_brought_up_to_date_and_keeps_its_events()
    {
        var path = Path.Combine(_folder, "first.db");
        using (var first = new SqliteConnection(path, readOnly: false, cacheKibibytes: 100))
        {
            first.Execute(
                """
                CREATE TABLE outbox (
                    position INTEGER PRIMARY KEY AUTOINCREMENT, event_id BLOB NOT NULL, wire_name TEXT NOT NULL, body BLOB NOT NULL,
                    recorded_at INTEGER NOT NULL, supersedes TEXT, parked TEXT);
                INSERT INTO outbox (event_id, wire_name, body, recorded_at) VALUES (zeroblob(16), 'inventory.facility-changed.v1', x'7b7d', 630822816000000000);
                CREATE TABLE keys (space TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (space, key)) WITHOUT ROWID;
                PRAGMA user_version = 1
                """);
        }

        for (var start = 0; start < 2; start++)
        {
            await using var store = SqliteStore.Open(path, TimeProvider.System);
            var kept = Assert.Single(await store.Outbox.Unsent(10, TestContext.Current.CancellationToken));
            Assert.Equal(("inventory.facility-changed.v1", null, 2000), (kept.WireName, kept.TraceParent, kept.RecordedAt.Year));
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
