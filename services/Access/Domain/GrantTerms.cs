using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;

namespace Distribution.Access.Domain;

/// <summary>What a grant is to be.</summary>
/// <param name="Caller">Who gets it: a person or a group, as <see cref="Person"/> names them.</param>
/// <param name="From">From when it is to hold, where that is said.</param>
/// <param name="Reason">Why it is given.</param>
/// <param name="Given">What they may do.</param>
internal sealed record GrantTerms(string? Caller, DateTimeOffset? From, string? Reason, RoleTerms Given)
{
    /// <summary>What is wrong with it, field by field.</summary>
    public IEnumerable<(string Field, string Problem)> Problems(DateTimeOffset now)
    {
        if (!Person.IsOneOrGroup(Caller)) yield return ("caller", Person.Rule);
        if (Limits.ReasonProblem(Reason) is { } problem) yield return ("reason", problem);
        var isFar = From > now + RoleTerms.Longest;
        if (isFar) yield return ("from", $"must be at most {RoleTerms.Longest.TotalDays} days ahead");
        foreach (var wrong in Given.Problems(isFar ? now : Begin(now))) yield return wrong;
    }

    /// <summary>From when it holds: never from before it was given.</summary>
    public DateTimeOffset Begin(DateTimeOffset now) => From > now ? From.Value : now;
}
