using Distribution.Access.Store;
using Distribution.Platform.Web;

namespace Distribution.Access.Features;

/// <summary>A grant: what a person, or all of a group, may do at a place.</summary>
/// <param name="GrantId">Names it, as who gave it chose.</param>
/// <param name="Caller">Who has it: a person as <c>ISSUER|SUBJECT</c>, or all of a group as <c>group:ISSUER|NAME</c>.</param>
/// <param name="Role">The role.</param>
/// <param name="PlaceId">Where, with all below it; null for the whole system.</param>
/// <param name="Rights">What they may do there, by name.</param>
/// <param name="From">Since when it holds.</param>
/// <param name="Until">When it ends.</param>
/// <param name="Reason">Why it was given.</param>
/// <param name="GrantedBy">Who gave it.</param>
/// <param name="GrantedAt">When it was given.</param>
/// <param name="EndedAt">When it was ended before its time; null where it was not.</param>
/// <param name="EndedBy">Who ended it.</param>
/// <param name="EndReason">Why it was ended.</param>
internal sealed record GrantView(
    string GrantId, string Caller, string Role, string? PlaceId, IReadOnlyList<string> Rights, DateTimeOffset From, DateTimeOffset Until,
    string Reason, string GrantedBy, DateTimeOffset GrantedAt, DateTimeOffset? EndedAt, string? EndedBy, string? EndReason)
    : RepeatableAnswer
{
    /// <summary>What is shown of a stored grant.</summary>
    public static GrantView Of(StoredGrant grant) => new(
        grant.GrantId, grant.Caller, grant.Role, grant.PlaceId, grant.Rights, grant.From, grant.Until, grant.Reason, grant.GrantedBy,
        grant.GrantedAt, grant.EndedAt, grant.EndedBy, grant.EndReason);
}
