using Distribution.Platform.Storage;
using Distribution.Platform.Storage.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Platform.Hosting;

/// <summary>
/// Chooses the store: the setting <c>Storage:Provider</c> names one of those that the program carries; the first of them is
/// taken when nothing is said.
/// </summary>
internal static class StoreSetup
{
    private const string Setting = "Storage:Provider";

    /// <summary>Registers the stores of the modules that have one.</summary>
    /// <exception cref="StoreUnavailableException">What is configured is not in this program, or not configured in full.</exception>
    public static void AddStores(this WebApplicationBuilder builder, IReadOnlyList<IServiceModule> modules, IReadOnlyList<IStoreProvider> stores)
    {
        if (!modules.Any(module => module.HasStore)) return;
        var open = Chosen(builder.Configuration[Setting], stores).Use(builder.Configuration, builder.Services);
        foreach (var name in modules.Where(module => module.HasStore).Select(module => module.Name))
        {
            builder.Services.AddKeyedSingleton(name, (provider, _) => open(provider, name));
            builder.Services.AddHealthChecks().Add(StoreHealth.Registration(name));
        }
    }

    /// <summary>Moves the stores of a folder to where a connection string says.</summary>
    /// <returns>True when all of them were moved and are the same on both sides.</returns>
    /// <exception cref="StoreUnavailableException">One cannot be opened.</exception>
    public static async Task<bool> Move(
        string folder, string connection, IEnumerable<IServiceModule> modules, IEnumerable<IStoreProvider> stores)
    {
        using var held = DataFolder.Lock(folder);
        var targets = stores.OfType<IMoveTargets>().Single();
        var same = true;
        foreach (var name in modules.Where(module => module.HasStore).Select(module => module.Name))
        {
            using var source = new SqliteSource(SqliteProvider.FileOf(Path.GetFullPath(folder), name));
            await using var target = await targets.OpenToMove(name, connection);
            same &= await StoreMove.Run(source, target, line => Console.WriteLine($"{name}: {line}"), CancellationToken.None);
        }

        return same;
    }

    private static IStoreProvider Chosen(string? name, IReadOnlyList<IStoreProvider> stores)
    {
        if (name is null) return stores[0];
        return stores.FirstOrDefault(store => store.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new StoreUnavailableException($"{Setting} is {name}, and can be {string.Join(" or ", stores.Select(store => store.Name))}.");
    }
}
