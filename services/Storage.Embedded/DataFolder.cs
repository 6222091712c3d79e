using Distribution.Platform.Storage;

namespace Distribution.Storage.Embedded;

/// <summary>A data folder in use by this process alone: its caches would not see what another one writes.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(FileStream held) => _lock = held;

    /// <summary>Takes a folder, and makes it where there is none. A killed process holds nothing.</summary>
    /// <exception cref="StoreUnavailableException">Another process uses it, or it cannot be written.</exception>
    public static DataFolder Lock(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new DataFolder(
                new FileStream(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(
                $"The data folder {folder} is in use by another process, or cannot be written: stop that one, or choose another with "
                    + $"--data. ({failure.Message})", failure);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _lock.Dispose();
}
