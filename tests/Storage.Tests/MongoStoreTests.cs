using Distribution.Platform.Storage;
using Distribution.Storage.MongoDb;
using Distribution.Tests.Support;
using MongoDB.Driver;

[assembly: AssemblyFixture(typeof(Distribution.Storage.Tests.MongoFixture))]

namespace Distribution.Storage.Tests;

/// <summary>One server for all.</summary>
public sealed class MongoFixture : IAsyncLifetime
{
    public MongoServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await MongoServer.Start();

    // There is none where it did not start.
    public ValueTask DisposeAsync() => Server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

public sealed class MongoStoreTests(MongoFixture fixture) : StoreSuite
{
    private const string Service = "store";
    private readonly string _prefix = $"test{Guid.NewGuid():N}"[..16];

    private string Connection => fixture.Server.ConnectionTo(_prefix);

    protected override async ValueTask<IStore> Open()
    {
        Assert.SkipWhen(fixture.Server.Missing is not null, fixture.Server.Missing ?? "");
        return await MongoStore.Open(Connection, Service, TimeProvider.System);
    }

    public override async ValueTask DisposeAsync()
    {
        if (fixture.Server.Missing is not null) return;
        await base.DisposeAsync();
        using var client = new MongoClient(fixture.Server.Connection);
        await client.DropDatabaseAsync($"{_prefix}-{Service}");
    }
}
