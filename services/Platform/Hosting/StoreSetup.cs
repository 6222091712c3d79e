using System.Reflection;
using Distribution.Platform.Storage;
using Distribution.Platform.Storage.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Platform.Hosting;

/// <summary>
/// Chooses the store: <c>Storage:Provider</c> is <c>Sqlite</c> (files in the folder <c>--data</c>; what is taken when nothing
/// is said) or <c>MongoDb</c> (with <c>ConnectionStrings:MongoDb</c>; in builds with <c>-p:MongoDb=true</c>).
/// </summary>
internal static class StoreSetup
{
    private const string Sqlite = "Sqlite";
    private const string MongoDb = "MongoDb";

    /// <summary>Registers the stores of the modules that have one.</summary>
    /// <exception cref="StoreUnavailableException">What is configured is not in this build, or not configured in full.</exception>
    public static void AddStores(this WebApplicationBuilder builder, IReadOnlyList<IServiceModule> modules)
    {
        if (!modules.Any(module => module.HasStore)) return;
        var open = Opening(builder.Configuration, builder.Services);
        foreach (var name in modules.Where(module => module.HasStore).Select(module => module.Name))
        {
            builder.Services.AddKeyedSingleton(name, (provider, _) => open(provider, name));
            builder.Services.AddHealthChecks().Add(StoreHealth.Registration(name));
        }
    }

    private static Func<IServiceProvider, string, IStore> Opening(ConfigurationManager configuration, IServiceCollection services)
    {
        var chosen = configuration["Storage:Provider"] ?? Sqlite;
        if (chosen.Equals(Sqlite, StringComparison.OrdinalIgnoreCase)) return OpeningFiles(configuration, services);
        if (!chosen.Equals(MongoDb, StringComparison.OrdinalIgnoreCase))
            throw new StoreUnavailableException($"Storage:Provider is {chosen}, and can be {Sqlite} or {MongoDb}.");
        if (configuration.GetConnectionString(MongoDb) is not { Length: > 0 } connection)
            throw new StoreUnavailableException($"Storage:Provider is {MongoDb}, and ConnectionStrings:{MongoDb} does not say where.");
        var adapter = Adapter();
        return (provider, name) => adapter.Open(name, connection, provider.GetRequiredService<TimeProvider>()).GetAwaiter().GetResult();
    }

    /// <summary>Moves the stores of a folder to where a connection string says.</summary>
    /// <returns>True when all of them were moved and are the same on both sides.</returns>
    /// <exception cref="StoreUnavailableException">One cannot be opened.</exception>
    public static async Task<bool> Move(string folder, string connection, IEnumerable<IServiceModule> modules)
    {
        using var held = DataFolder.Lock(folder);
        var same = true;
        foreach (var name in modules.Where(module => module.HasStore).Select(module => module.Name))
        {
            using var source = new SqliteSource(Path.Combine(Path.GetFullPath(folder), $"{name}.db"));
            await using var target = await Adapter().OpenToMove(name, connection);
            same &= await StoreMove.Run(source, target, line => Console.WriteLine($"{name}: {line}"), CancellationToken.None);
        }

        return same;
    }

    private static IStoreProvider Adapter() => Load($"Distribution.Platform.{MongoDb}")
        ?? throw new StoreUnavailableException($"The store {MongoDb} is not in this build: build with -p:{MongoDb}=true.");

    private static Func<IServiceProvider, string, IStore> OpeningFiles(ConfigurationManager configuration, IServiceCollection services)
    {
        var folder = Path.GetFullPath(configuration["data"] ?? "data");
        // The container disposes in reverse order, so the folder is free only after its stores are closed.
        services.AddSingleton(_ => DataFolder.Lock(folder));
        return (provider, name) =>
        {
            provider.GetRequiredService<DataFolder>();
            return SqliteStore.Open(Path.Combine(folder, $"{name}.db"), provider.GetRequiredService<TimeProvider>());
        };
    }

    private static IStoreProvider? Load(string assembly)
    {
        try
        {
            return Assembly.Load(assembly).GetExportedTypes()
                .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IStoreProvider)))
                .Select(type => (IStoreProvider)Activator.CreateInstance(type)!).SingleOrDefault();
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
