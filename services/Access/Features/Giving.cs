using Distribution.Access.Domain;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.SharedKernel.Access;

namespace Distribution.Access.Features;

/// <summary>
/// Nobody gives more than he has to give. To give roles is what the right access.write is for, and an access administrator need not have
/// what they allow: any role may be given where one has that right, and none elsewhere.
/// </summary>
internal static class Giving
{
    /// <summary>Why a role may not be given there; null where it may be.</summary>
    public static Refusal? Refuse(Caller caller, RoleTerms given) => given.IsWithin(caller.ReachOf(Right.AccessWrite))
        ? null
        : Refusal.NoRight($"This needs the right {Right.AccessWrite.Name()} "
            + $"{(given.PlaceId is { } place ? $"at '{place}'" : "for the whole system")}, which {caller.Subject} does not have.");
}
