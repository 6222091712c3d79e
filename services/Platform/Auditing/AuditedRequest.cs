namespace Distribution.Platform.Auditing;

/// <summary>
/// A request that the audit tells of: who asks, by which right, for what. The changes that are made for it take it along, so that a store
/// keeps what was done and who did it in one commit. It holds names and ids, and never what was sent.
/// </summary>
/// <param name="Caller">Who asks.</param>
/// <param name="Right">The right by which; null where none is needed.</param>
/// <param name="Action">What is asked for: the operation's name in the description of the API.</param>
/// <param name="Ids">The ids that the request's path names, by name; null where it names none.</param>
/// <param name="Address">The address that it came from, or null.</param>
/// <param name="TraceId">The trace that it is part of, 32 hexadecimal digits, or null.</param>
public sealed record AuditedRequest(
    string Caller, string? Right, string Action, IReadOnlyDictionary<string, string>? Ids, string? Address, string? TraceId)
{
    private static readonly AsyncLocal<AuditedRequest?> Now = new();

    /// <summary>The request that is worked on; null where nobody asked, or nothing that is asked for need be told of.</summary>
    public static AuditedRequest? Current
    {
        get => Now.Value;
        set => Now.Value = value;
    }

    /// <summary>What came of it, of one that changes nothing; null for one that is told of by its changes.</summary>
    public string? Outcome { get; init; }
}
