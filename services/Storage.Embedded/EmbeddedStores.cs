using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Engine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Storage.Embedded;

/// <summary>The embedded stores: a file a service in the folder that the setting <c>data</c> names (<c>./data</c> where none is
/// named).</summary>
public sealed class EmbeddedStores : IFolderStores
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

    /// <inheritdoc />
    public IDisposable Lock(string folder) => DataFolder.Lock(folder);

    /// <inheritdoc />
    public Task<IStore> Open(string where, string service) =>
        Task.FromResult<IStore>(SqliteStore.Open(FileOf(where, service), TimeProvider.System));

    /// <inheritdoc />
    public bool Has(string folder, string service) => File.Exists(FileOf(folder, service));

    /// <inheritdoc />
    public IStoreSource OpenToRead(string folder, string service) => new SqliteSource(FileOf(folder, service));

    /// <inheritdoc />
    public void BackUp(IReadOnlyList<string> services, string folder, string target, Action<string> say) =>
        SqliteBackup.Take(services, folder, target, TimeProvider.System, say);

    /// <inheritdoc />
    public void Restore(IReadOnlyList<string> services, string backup, string folder, Action<string> say) =>
        SqliteBackup.Restore(services, backup, folder, say);

    /// <summary>Where a service's store lies in a data folder.</summary>
    internal static string FileOf(string folder, string service) => Path.Combine(folder, $"{service}.db");
}
