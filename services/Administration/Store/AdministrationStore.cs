using Distribution.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Administration.Store;

/// <summary>The store of this service.</summary>
internal sealed class AdministrationStore([FromKeyedServices(AdministrationStore.Name)] IStore opened) : ServiceStore(opened)
{
    /// <summary>The name of the service, under which the host opens its store.</summary>
    public const string Name = "administration";
}
