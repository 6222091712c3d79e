using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Platform.Storage;

/// <summary>A kind of store that a host can be told to use. A program names those that it carries.</summary>
public interface IStoreProvider
{
    /// <summary>What the setting <c>Storage:Provider</c> says where this one is meant.</summary>
    string Name { get; }

    /// <summary>Reads where the stores are from a host's settings, and registers what they share.</summary>
    /// <returns>
    /// What opens a service's store (by the service's name) and makes it where there is none; it throws
    /// <see cref="StoreUnavailableException"/> when that cannot be done.
    /// </returns>
    /// <exception cref="StoreUnavailableException">A setting is missing.</exception>
    Func<IServiceProvider, string, IStore> Use(IConfiguration settings, IServiceCollection services);
}

/// <summary>A kind of store that the embedded stores of a folder can be moved into.</summary>
public interface IMoveTargets
{
    /// <summary>Opens a service's store to move into.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="connection">Where, in the adapter's own words.</param>
    /// <exception cref="StoreUnavailableException">It cannot be opened.</exception>
    Task<IStoreTarget> OpenToMove(string service, string connection);
}
