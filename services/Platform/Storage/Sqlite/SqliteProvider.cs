using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Platform.Storage.Sqlite;

/// <summary>The embedded stores: a file a service in the folder that the setting <c>data</c> names (<c>./data</c> where none is named).</summary>
public sealed class SqliteProvider : IStoreProvider
{
    /// <inheritdoc />
    public string Name => "Sqlite";

    /// <inheritdoc />
    public Func<IServiceProvider, string, IStore> Use(IConfiguration settings, IServiceCollection services)
    {
        var folder = Path.GetFullPath(settings["data"] ?? "data");
        // The container disposes in reverse order, so the folder is free only after its stores are closed.
        services.AddSingleton(_ => DataFolder.Lock(folder));
        return (provider, service) =>
        {
            provider.GetRequiredService<DataFolder>();
            return SqliteStore.Open(FileOf(folder, service), provider.GetRequiredService<TimeProvider>());
        };
    }

    /// <summary>Where a service's store lies in a data folder.</summary>
    internal static string FileOf(string folder, string service) => Path.Combine(folder, $"{service}.db");
}
