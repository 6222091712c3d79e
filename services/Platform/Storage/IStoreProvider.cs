namespace Distribution.Platform.Storage;

/// <summary>How a host opens the stores of an adapter that is an assembly of its own: one public class of it does this.</summary>
public interface IStoreProvider
{
    /// <summary>Opens a service's store, and makes it where there is none.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="connection">Where, in the adapter's own words.</param>
    /// <param name="time">What <see cref="ITransaction.Now"/> is read from.</param>
    /// <exception cref="StoreUnavailableException">It cannot be opened.</exception>
    Task<IStore> Open(string service, string connection, TimeProvider time);

    /// <summary>Opens a service's store to move into.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="connection">Where, in the adapter's own words.</param>
    /// <exception cref="StoreUnavailableException">It cannot be opened.</exception>
    Task<IStoreTarget> OpenToMove(string service, string connection);
}
