using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Hosting;

/// <summary>
/// Why a request is refused, as a value. A feature returns it; <see cref="Problems.ToResult"/> alone turns it into
/// RFC 9457 problem details.
/// </summary>
/// <param name="Status">The HTTP status: 400 malformed, 404 unknown, 409 conflicts with the state, 422 not sensible.</param>
/// <param name="Title">What kind of problem, the same for every instance of it.</param>
/// <param name="Detail">What is wrong here and what to do about it.</param>
/// <param name="Errors">By field (<c>lines[2].doses</c>): what is wrong with it. Null where no field is to blame.</param>
public sealed record Refusal(int Status, string Title, string Detail, IReadOnlyDictionary<string, string[]>? Errors = null)
{
    /// <summary>422: a field's value makes no sense.</summary>
    public static Refusal Field(string field, string problem) =>
        new(StatusCodes.Status422UnprocessableEntity, "Invalid field", $"{field}: {problem}",
            new Dictionary<string, string[]> { [field] = [problem] });

    /// <summary>404: nothing has this id.</summary>
    public static Refusal NotFound(string what, string id) =>
        new(StatusCodes.Status404NotFound, "Not found", $"No {what} has the id '{id}'.");

    /// <summary>409: the state does not allow it.</summary>
    public static Refusal Conflict(string detail) => new(StatusCodes.Status409Conflict, "Conflict", detail);
}

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

    /// <summary>The refusal, or null when nothing is wrong.</summary>
    public Refusal? ToRefusal() => _errors.Count == 0
        ? null
        : new Refusal(StatusCodes.Status422UnprocessableEntity, "Invalid request",
            string.Join("; ", _errors.Select(error => $"{error.Key}: {string.Join(", ", error.Value)}")),
            _errors.ToDictionary(error => error.Key, error => error.Value.ToArray()));
}

/// <summary>The callers' own ids: facility codes, vaccine codes, request ids.</summary>
public static partial class Ids
{
    /// <summary>What an id must look like, for messages.</summary>
    public const string Rule = "must be 1 to 64 letters, digits, '.', '_' or '-'";

    /// <summary>Whether a text is an id.</summary>
    public static bool IsId(string? value) => value is not null && Pattern().IsMatch(value);

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex Pattern();
}

/// <summary>Problem details, made in one place.</summary>
public static class Problems
{
    /// <summary>The refusal as RFC 9457 problem details.</summary>
    public static IResult ToResult(this Refusal refusal) => Results.Problem(
        refusal.Detail, statusCode: refusal.Status, title: refusal.Title,
        extensions: refusal.Errors is null ? null : new Dictionary<string, object?> { ["errors"] = refusal.Errors });
}
