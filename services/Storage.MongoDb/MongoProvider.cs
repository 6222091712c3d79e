using Distribution.Platform.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Storage.MongoDb;

/// <summary>Stores on a MongoDB server: a database a service, where <c>ConnectionStrings:MongoDb</c> says.</summary>
public sealed class MongoProvider : IMoveTargets
{
    /// <inheritdoc />
    public string Name => "MongoDb";

    /// <inheritdoc />
    public Func<IServiceProvider, string, IStore> Use(IConfiguration settings, IServiceCollection services)
    {
        if (settings.GetConnectionString(Name) is not { Length: > 0 } connection)
            throw new StoreUnavailableException($"Storage:Provider is {Name}, and ConnectionStrings:{Name} does not say where.");
        return (provider, service) => MongoStore.Open(connection, service, provider.GetRequiredService<TimeProvider>()).GetAwaiter()
            .GetResult();
    }

    /// <inheritdoc />
    public async Task<IStore> Open(string where, string service) => await MongoStore.Open(where, service, TimeProvider.System);

    /// <inheritdoc />
    public async Task<IStoreTarget> OpenToMove(string service, string connection) =>
        new MongoTarget(await MongoDatabase.Open(connection, service));
}
