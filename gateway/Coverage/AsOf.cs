using Distribution.Contracts.Inventory.V1;

namespace Distribution.Gateway.Coverage;

/// <summary>How far a service had sent its events.</summary>
/// <param name="UpTo">Every event that it committed before this moment had been sent, but for those that are parked.</param>
/// <param name="By">The moment by which they had been sent.</param>
/// <param name="Parked">Its events that could not be sent.</param>
public readonly record struct Published(DateTimeOffset UpTo, DateTimeOffset By, long Parked);

/// <summary>
/// As of when a part is: the moment before which every acknowledged fact is in it. Administration and Shipment make
/// their figures in the commits that acknowledge, so theirs is the moment at which they were read. Inventory's also
/// come from what these two tell it.
/// </summary>
public static class AsOf
{
    /// <summary>As of when Inventory's figures are; null when it is not known.</summary>
    /// <param name="inventory">Its figures.</param>
    /// <param name="sources">What it has of each service that it hears from: see <see cref="PublishedHistory.ArrivedUpTo"/>.</param>
    public static DateTimeOffset? Inventory(InventorySummary inventory, params ReadOnlySpan<DateTimeOffset?> sources)
    {
        var asOf = inventory.AsOf;
        foreach (var source in sources)
        {
            if (source is not { } upTo) return null;
            if (upTo < asOf) asOf = upTo;
        }

        return asOf;
    }

    /// <summary>What all instances of Inventory have consumed: what the last of them has. Null while one of them does not say.</summary>
    public static DateTimeOffset? OfAll(IEnumerable<InventoryProgress?> instances)
    {
        DateTimeOffset? oldest = DateTimeOffset.MaxValue;
        foreach (var instance in instances)
        {
            if (instance?.ConsumedUpTo is not { } upTo) return null;
            if (upTo < oldest) oldest = upTo;
        }

        return oldest;
    }
}

/// <summary>
/// What a service has said of how far it had sent its events. It tells up to when its facts have arrived at another
/// service that says how far it has consumed what was sent. Not safe for many threads.
/// </summary>
public sealed class PublishedHistory
{
    // A queue may be minutes behind; what was said in steps of this is enough to tell how far.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);
    private const int StepsMax = 4_096;

    private readonly Queue<Published> _steps = new();
    private Published? _lastStep;
    private DateTimeOffset? _arrived;

    /// <summary>What was said last, or null.</summary>
    public Published? Newest { get; private set; }

    /// <summary>Notes what the service said.</summary>
    public void Say(Published said)
    {
        Newest = said;
        if (_lastStep is { } last && said.By - last.By < Step) return;
        _lastStep = said;
        _steps.Enqueue(said);
        if (_steps.Count > StepsMax) _steps.Dequeue();
    }

    /// <summary>
    /// Every fact that the service acknowledged before this moment is where everything sent before
    /// <paramref name="consumedUpTo"/> has been consumed; null when nothing was ever known. It never goes back.
    /// </summary>
    public DateTimeOffset? ArrivedUpTo(DateTimeOffset? consumedUpTo)
    {
        while (_steps.TryPeek(out var step) && step.By <= consumedUpTo) Arrived(_steps.Dequeue());
        if (Newest is { } newest && newest.By <= consumedUpTo) Arrived(newest);
        return _arrived;
    }

    private void Arrived(Published said)
    {
        if (_arrived is null || said.UpTo > _arrived) _arrived = said.UpTo;
    }
}
