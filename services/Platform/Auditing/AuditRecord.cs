using System.Text.Json.Serialization;

namespace Distribution.Platform.Auditing;

/// <summary>What the audit tells: who did what, where and when, and never the content.</summary>
/// <param name="At">When it was recorded, by the store's clock.</param>
/// <param name="Caller">Who did it, as <c>key:clinic-042</c>.</param>
/// <param name="Right">The right by which, as <c>stock.write</c>; left out where none was needed.</param>
/// <param name="Action">The operation's name in this description of the API.</param>
/// <param name="Outcome">What came of it: <c>done</c>, <c>refused</c> for want of a right, or <c>read</c> where lines were read.</param>
/// <param name="Cause">The id of the request or submission, with its kind; left out where it has none.</param>
/// <param name="Ids">The ids that the path of the request named, by name; left out where it named none.</param>
/// <param name="Places">The places that it was about, by their codes; left out where it was about none.</param>
/// <param name="Address">The address that it came from.</param>
/// <param name="TraceId">Its trace, 32 hexadecimal digits, as in the log.</param>
public sealed record AuditRecord(
    DateTimeOffset At, string Caller, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Right, string Action,
    string Outcome, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Cause,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string>? Ids,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Places, string? Address,
    string? TraceId)
{
    /// <summary>What happened.</summary>
    public const string Done = "done";

    /// <summary>It was refused for want of a right, and nothing happened.</summary>
    public const string Refused = "refused";

    /// <summary>Lines were read.</summary>
    public const string Read = "read";

    /// <summary>The record of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cause">The id under which it is done, with its kind, or null.</param>
    /// <param name="places">The places that it is about, or null.</param>
    /// <param name="at">When.</param>
    public static AuditRecord Of(AuditedRequest request, string? cause, IReadOnlyCollection<string>? places, DateTimeOffset at) => new(
        at, request.Caller, request.Right, request.Action, request.Outcome ?? Done, cause, request.Ids,
        places is { Count: > 0 } ? [.. places] : null, request.Address, request.TraceId);
}
