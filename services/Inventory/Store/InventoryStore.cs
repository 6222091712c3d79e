using Distribution.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Inventory.Store;

/// <summary>The store of this service.</summary>
internal sealed class InventoryStore([FromKeyedServices(InventoryStore.Name)] IStore opened) : ServiceStore(opened)
{
    /// <summary>The name of the service, under which the host opens its store.</summary>
    public const string Name = "inventory";
}
