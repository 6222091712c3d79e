using System.Text.Json.Serialization;
using Distribution.Access.Store;
using Distribution.Platform.Web;

namespace Distribution.Access.Features;

/// <summary>An access key: all of it but the key itself, which is shown once.</summary>
/// <param name="KeyId">Names it.</param>
/// <param name="Name">Whose it is: a device, a person, a system.</param>
/// <param name="Role">Its role.</param>
/// <param name="PlaceId">Where, with all below it; null for the whole system.</param>
/// <param name="Rights">What its holder may do, by name.</param>
/// <param name="From">Since when it holds.</param>
/// <param name="Until">When it ends.</param>
/// <param name="MadeBy">Who made it.</param>
/// <param name="EndedAt">When it was ended before its time; null where it was not.</param>
/// <param name="EndedBy">Who ended it.</param>
/// <param name="Reason">Why it was ended.</param>
/// <param name="LastUsedAt">When somebody last signed in with it, to the minute; null where nobody ever did.</param>
/// <param name="Key">The key, in the answer that made it and never again: keep it where nobody else reads.</param>
internal sealed record KeyView(
    string KeyId, string Name, string Role, string? PlaceId, IReadOnlyList<string> Rights, DateTimeOffset From, DateTimeOffset Until,
    string MadeBy, DateTimeOffset? EndedAt, string? EndedBy, string? Reason, DateTimeOffset? LastUsedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Key = null) : RepeatableAnswer
{
    /// <summary>What is shown of a stored key.</summary>
    public static KeyView Of(StoredKey key, DateTimeOffset? lastUsedAt) => new(
        key.KeyId, key.Name, key.Role, key.PlaceId, key.Rights, key.From, key.Until, key.MadeBy, key.EndedAt, key.EndedBy, key.Reason,
        lastUsedAt);
}
