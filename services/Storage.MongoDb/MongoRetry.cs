using Distribution.Platform.Storage;

namespace Distribution.Storage.MongoDb;

/// <summary>Runs a single command again when it met another writer, or an outage.</summary>
internal static class MongoRetry
{
    private const int AttemptsMax = 8;

    /// <summary>Runs a command that may be run twice.</summary>
    /// <exception cref="StoreUnavailableException">The server cannot be reached.</exception>
    public static async Task<T> Run<T>(Func<Task<T>> command, FailureKind upTo = FailureKind.Outage, CancellationToken cancel = default)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await command();
            }
            catch (Exception failure) when (MongoFailures.KindOf(failure) is var kind && kind <= upTo && attempt < AttemptsMax)
            {
                await Task.Delay(MongoFailures.Wait(attempt, kind), cancel);
            }
            catch (Exception failure) when (MongoFailures.KindOf(failure) != FailureKind.Final)
            {
                throw new StoreUnavailableException("The store cannot be reached now; send the request again later.", failure);
            }
        }
    }

    /// <summary>Runs a command that may be run twice.</summary>
    /// <exception cref="StoreUnavailableException">The server cannot be reached.</exception>
    public static Task Run(Func<Task> command, FailureKind upTo = FailureKind.Outage, CancellationToken cancel = default) => Run(async () =>
    {
        await command();
        return true;
    }, upTo, cancel);
}
