using Distribution.Platform.Storage;
using Distribution.Platform.Storage.Sqlite;

namespace Distribution.Storage.Tests;

public sealed class SqliteStoreTests : StoreSuite
{
    private readonly string _folder = Directory.CreateTempSubdirectory("distribution-store-").FullName;

    protected override ValueTask<IStore> Open() => new(SqliteStore.Open(Path.Combine(_folder, "store.db"), TimeProvider.System));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
