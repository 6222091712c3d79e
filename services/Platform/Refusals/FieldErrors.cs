using System.Net;
using Distribution.Contracts;
using Distribution.SharedKernel.Rules;

namespace Distribution.Platform.Refusals;

/// <summary>Collects what is wrong with a request, field by field, and makes one refusal of it.</summary>
public sealed class FieldErrors
{
    private readonly Dictionary<string, List<string>> _errors = [];

    /// <summary>Notes a problem with a field.</summary>
    public void Add(string field, string problem)
    {
        if (!_errors.TryGetValue(field, out var list)) _errors[field] = list = [];
        list.Add(problem);
    }

    /// <summary>Notes a problem when a condition does not hold.</summary>
    public void Require(bool holds, string field, string problem)
    {
        if (!holds) Add(field, problem);
    }

    /// <summary>Notes a problem when a text is not an id.</summary>
    public void RequireId(string? value, string field) =>
        Require(Ids.IsId(value), field, Ids.Rule);

    /// <summary>Notes what is wrong with a request that says why it is made: with its id, and with its reason.</summary>
    public FieldErrors RequireReasoned(string? requestId, string? reason)
    {
        RequireId(requestId, "requestId");
        if (Limits.ReasonProblem(reason) is { } problem) Add("reason", problem);
        return this;
    }

    /// <summary>The refusal, or null when nothing is wrong.</summary>
    public Refusal? ToRefusal() => _errors.Count == 0
        ? null
        : new Refusal((int)HttpStatusCode.UnprocessableEntity, "Invalid request",
            string.Join("; ", _errors.Select(error => $"{error.Key}: {string.Join(", ", error.Value)}")),
            _errors.ToDictionary(error => error.Key, error => error.Value.ToArray()));
}
