using Distribution.Contracts;
using Distribution.SharedKernel.Rules;

namespace Distribution.Access.Domain;

/// <summary>What an access key is to be.</summary>
/// <param name="KeyId">Names it.</param>
/// <param name="Name">Whose it is.</param>
/// <param name="Given">What its holder may do.</param>
internal sealed record KeyTerms(string? KeyId, string? Name, RoleTerms Given)
{
    /// <summary>What is wrong with it, field by field.</summary>
    public IEnumerable<(string Field, string Problem)> Problems(DateTimeOffset now)
    {
        if (!Ids.IsId(KeyId)) yield return ("keyId", Ids.Rule);
        if (Limits.NameProblem(Name) is { } problem) yield return ("name", problem);
        foreach (var wrong in Given.Problems(now)) yield return wrong;
    }
}
