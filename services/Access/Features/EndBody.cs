using System.ComponentModel.DataAnnotations;

namespace Distribution.Access.Features;

/// <summary>The end of an access key, a grant or a share.</summary>
/// <param name="RequestId">The caller's id of this request.</param>
/// <param name="Reason">Why, 1 to 500 characters.</param>
internal sealed record EndBody([Required] string? RequestId, [Required] string? Reason);
