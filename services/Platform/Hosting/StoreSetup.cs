using Distribution.Platform.Modules;
using Distribution.Platform.Operations;
using Distribution.Platform.Storage;
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
    public static void AddStores(
        this WebApplicationBuilder builder, IReadOnlyList<IServiceModule> modules, IReadOnlyList<IStoreProvider> stores)
    {
        if (!modules.Any(module => module.HasStore)) return;
        var open = Chosen(builder.Configuration[Setting], stores).Use(builder.Configuration, builder.Services);
        foreach (var name in modules.Where(module => module.HasStore).Select(module => module.Name))
        {
            builder.Services.AddKeyedSingleton(name, (provider, _) => open(provider, name));
            builder.Services.AddHealthChecks().Add(StoreHealth.Registration(name));
        }
    }

    private static IStoreProvider Chosen(string? name, IReadOnlyList<IStoreProvider> stores)
    {
        if (name is null) return stores[0];
        return stores.FirstOrDefault(store => store.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new StoreUnavailableException(
                $"{Setting} is {name}, and can be {string.Join(" or ", stores.Select(store => store.Name))}.");
    }
}
