using Distribution.Platform.Storage;
using Distribution.Tests.Support;

namespace Distribution.Storage.Tests;

/// <summary>The store that tests of decisions use does what every store does.</summary>
public sealed class MemoryStoreTests : StoreSuite
{
    private readonly MemoryStore _store = new(TimeProvider.System);

    protected override ValueTask<IStore> Open() => new(_store.Reopen());
}
