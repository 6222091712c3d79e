namespace Distribution.Platform.Messaging;

/// <summary>The broker did not confirm an event. It is tried again until it does.</summary>
public sealed class BrokerUnavailableException(Exception inner) : Exception(
    "The broker did not confirm the event: " + inner.Message, inner);
