using Distribution.Platform.Storage;

namespace Distribution.Platform.Messaging;

/// <summary>Tells an outage, which is nobody's fault and ends, from an event's own failure, which comes again.</summary>
internal static class Outages
{
    /// <summary>Whether a failure is an outage of the store or the broker: the event is to be tried again until it ends.</summary>
    public static bool IsOutage(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
            if (failure is StoreUnavailableException or BrokerUnavailableException) return true;
        return false;
    }
}
