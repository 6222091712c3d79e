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

    /// <summary>Opens a service's store for a command, and makes it where there is none.</summary>
    /// <param name="where">Where, in the adapter's own words: a folder, or a connection.</param>
    /// <param name="service">The service's name.</param>
    /// <exception cref="StoreUnavailableException">It cannot be opened.</exception>
    Task<IStore> Open(string where, string service);
}

/// <summary>A kind of store that the embedded stores of a folder can be moved into.</summary>
public interface IMoveTargets : IStoreProvider
{
    /// <summary>Opens a service's store to move into.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="connection">Where, in the adapter's own words.</param>
    /// <exception cref="StoreUnavailableException">It cannot be opened.</exception>
    Task<IStoreTarget> OpenToMove(string service, string connection);
}

/// <summary>A kind of store whose stores are files in a folder, which can be copied while they are in use.</summary>
public interface IFolderStores : IStoreProvider
{
    /// <summary>Keeps a folder from every other process until it is disposed of.</summary>
    /// <exception cref="StoreUnavailableException">Another process has it.</exception>
    IDisposable Lock(string folder);

    /// <summary>Whether a service has a store there.</summary>
    bool Has(string folder, string service);

    /// <summary>Opens a service's store to read all that it holds.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be opened.</exception>
    IStoreSource OpenToRead(string folder, string service);

    /// <summary>Copies the stores of services, all as of one moment, while their process runs.</summary>
    /// <param name="services">The services' names.</param>
    /// <param name="folder">Where their stores are.</param>
    /// <param name="target">A folder that is empty or not there yet.</param>
    /// <param name="say">Told how far it is.</param>
    /// <exception cref="StoreUnavailableException">A store is not there, or something is in the way.</exception>
    void BackUp(IReadOnlyList<string> services, string folder, string target, Action<string> say);

    /// <summary>Puts a backup into a data folder, after a look whether it is whole.</summary>
    /// <param name="services">The services' names.</param>
    /// <param name="backup">What <see cref="BackUp"/> made.</param>
    /// <param name="folder">Where the stores shall be; none may be there.</param>
    /// <param name="say">Told how far it is.</param>
    /// <exception cref="StoreUnavailableException">The backup is not whole, or something is in the way.</exception>
    void Restore(IReadOnlyList<string> services, string backup, string folder, Action<string> say);
}
