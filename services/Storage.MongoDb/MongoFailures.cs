using MongoDB.Driver;

namespace Distribution.Storage.MongoDb;

/// <summary>What a failure asks for.</summary>
internal enum FailureKind
{
    /// <summary>Another writer was there first: decide again.</summary>
    Conflict,

    /// <summary>The server cannot be reached or has no primary now: try again, not for long.</summary>
    Outage,

    /// <summary>The server will say the same again.</summary>
    Final,
}

/// <summary>A document was not as it had been read.</summary>
internal sealed class LostRace() : Exception("another writer changed what this one had read");

/// <summary>Tells what a failure of the driver asks for, and how long to wait before it is tried again.</summary>
internal static class MongoFailures
{
    private const int DuplicateKey = 11000;
    private const int WriteConflict = 112;
    private const int NoSuchTransaction = 251;
    private const string Transient = "TransientTransactionError";
    private const string UnknownResult = "UnknownTransactionCommitResult";
    private const string Retryable = "RetryableWriteError";
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan ConflictWaitMax = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan OutageWaitMax = TimeSpan.FromMilliseconds(500);

    public static FailureKind KindOf(Exception failure) => failure switch
    {
        LostRace => FailureKind.Conflict,
        MongoConnectionException or MongoNotPrimaryException or MongoNodeIsRecoveringException or MongoConnectionPoolPausedException
            or TimeoutException => FailureKind.Outage,
        MongoCommandException { Code: WriteConflict or NoSuchTransaction or DuplicateKey } => FailureKind.Conflict,
        MongoWriteException { WriteError.Code: WriteConflict or DuplicateKey } => FailureKind.Conflict,
        MongoBulkWriteException bulk when bulk.WriteErrors.Count > 0 && bulk.WriteErrors.All(
            error => error.Code is WriteConflict or DuplicateKey) =>
            FailureKind.Conflict,
        MongoException labelled when labelled.HasErrorLabel(Retryable) || labelled.HasErrorLabel(UnknownResult) => FailureKind.Outage,
        MongoException labelled when labelled.HasErrorLabel(Transient) => FailureKind.Conflict,
        _ => FailureKind.Final,
    };

    /// <summary>
    /// Twice as long each time, up to a bound, and never the same for two writers. The bound for conflicts is low: who
    /// waits long loses every race against one that does not.
    /// </summary>
    public static TimeSpan Wait(int attempt, FailureKind kind)
    {
        var bound = kind == FailureKind.Conflict ? ConflictWaitMax : OutageWaitMax;
        return TimeSpan.FromTicks(
            (long)(Math.Min(bound.Ticks, FirstWait.Ticks * Math.Pow(2, attempt)) * (0.5 + Random.Shared.NextDouble())));
    }
}
