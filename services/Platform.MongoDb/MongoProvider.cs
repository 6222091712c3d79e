using Distribution.Platform.Storage;

namespace Distribution.Platform.MongoDb;

/// <summary>Opens stores for a host.</summary>
public sealed class MongoProvider : IStoreProvider
{
    /// <inheritdoc />
    public async Task<IStore> Open(string service, string connection, TimeProvider time) => await MongoStore.Open(connection, service, time);

    /// <inheritdoc />
    public async Task<IStoreTarget> OpenToMove(string service, string connection) => new MongoTarget(await MongoDatabase.Open(connection, service));
}
