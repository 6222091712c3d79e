using Distribution.Contracts;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;

namespace Distribution.Access.Domain;

/// <summary>What somebody is given, by a key or by a grant: a role at a place, until an end.</summary>
/// <param name="Role">The role.</param>
/// <param name="SaysWhere">Whether it is said where it holds.</param>
/// <param name="PlaceId">Where it holds, with all below it; null for the whole system.</param>
/// <param name="Rights">The rights that are given, where the role has none of its own.</param>
/// <param name="Until">When it ends, where that is said.</param>
internal sealed record RoleTerms(
    string? Role, bool SaysWhere, string? PlaceId, IReadOnlyList<string?>? Rights, DateTimeOffset? Until)
{
    /// <summary>The longest that it holds.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    private static readonly string?[] Givable = [.. SharedKernel.Access.Role.ForIntegrations.Select(right => right.Name())];

    /// <summary>What is wrong with it, field by field.</summary>
    /// <param name="begin">From when it is to hold: now, or later.</param>
    public IEnumerable<(string Field, string Problem)> Problems(DateTimeOffset begin)
    {
        if (SharedKernel.Access.Role.RightsOf(Role) is null)
            yield return ("role", $"must be one of {string.Join(", ", SharedKernel.Access.Role.All)}");
        if (!IsIntegration && Rights is { Count: > 0 })
            yield return ("rights", $"are those of the role: leave them out, or take the role {SharedKernel.Access.Role.Integration}");
        if (IsIntegration && (Rights is null or { Count: 0 } || !Rights.All(Givable.Contains)))
            yield return ("rights", $"must name what it may do, of {string.Join(", ", Givable)}");
        if (PlaceProblem() is { } where) yield return ("placeId", where);
        if (Until <= begin || Until > Last(begin))
            yield return ("until", $"must be after now and after the beginning, and at most {Longest.TotalDays} days later");
    }

    /// <summary>What may be done with it, by name, where nothing is wrong with it.</summary>
    public IReadOnlyList<string> Granted() => IsIntegration
        ? [.. Rights!.OfType<string>().Distinct().Order(StringComparer.Ordinal)]
        : [.. SharedKernel.Access.Role.RightsOf(Role)!.Where(right => PlaceId is null || !IsOfSystem(right))
            .Select(right => right.Name()).Order(StringComparer.Ordinal)];

    /// <summary>Whether it holds only where somebody may give roles: there any of them may be given, and elsewhere none.</summary>
    /// <param name="givenIn">Where roles may be given.</param>
    public bool IsWithin(Reach givenIn) => givenIn.IsEverywhere || (PlaceId is not null && givenIn.Covers([PlaceId]));

    /// <summary>When it ends.</summary>
    /// <param name="begin">From when it holds.</param>
    public DateTimeOffset End(DateTimeOffset begin) => Until ?? Last(begin);

    private static DateTimeOffset Last(DateTimeOffset begin) => begin + Longest;

    private string? PlaceProblem()
    {
        if (PlaceId is not null && !Ids.IsId(PlaceId)) return Ids.Rule;
        var ofSystem = Rights?.FirstOrDefault(right => SharedKernel.Access.Rights.Find(right) is { } known && IsOfSystem(known));
        if (Role is SharedKernel.Access.Role.AccessAdmin or SharedKernel.Access.Role.Operator)
            return PlaceId is null ? null : $"the role {Role} is of the whole system: leave it out";
        if (PlaceId is not null && ofSystem is not null)
            return $"the right {ofSystem} is of the whole system: say null, or leave that right out";
        return SaysWhere ? null : "say where it holds: a place's code, or null for the whole system";
    }

    private static bool IsOfSystem(Right right) => SharedKernel.Access.Rights.OfSystem.Contains(right);

    private bool IsIntegration => Role == SharedKernel.Access.Role.Integration;
}
