using System.Net;

namespace Distribution.Platform.Refusals;

/// <summary>
/// Why a request is refused, as a value. A feature returns it, and a store discards the change for it; <c>Problems</c> in
/// <c>Web</c> alone turns it into RFC 9457 problem details.
/// </summary>
/// <param name="Status">The HTTP status: 400 malformed, 403 without right, 404 unknown, 409 conflicts with the state, 422 not
/// sensible.</param>
/// <param name="Title">What kind of problem, the same for every instance of it.</param>
/// <param name="Detail">What is wrong here and what to do about it.</param>
/// <param name="Errors">By field (<c>lines[2].doses</c>): what is wrong with it. Null where no field is to blame.</param>
/// <param name="Kind">What the standard of the path calls it, where it has several words for the status; else null.</param>
public sealed record Refusal(
    int Status, string Title, string Detail, IReadOnlyDictionary<string, string[]>? Errors = null, string? Kind = null)
{
    /// <summary>422: a field's value makes no sense.</summary>
    public static Refusal Field(string field, string problem) =>
        new((int)HttpStatusCode.UnprocessableEntity, "Invalid field", $"{field}: {problem}",
            new Dictionary<string, string[]> { [field] = [problem] });

    /// <summary>403: the caller lacks a right.</summary>
    public static Refusal NoRight(string detail) => new((int)HttpStatusCode.Forbidden, "No right", detail);

    /// <summary>404: nothing has this id.</summary>
    public static Refusal NotFound(string what, string id) =>
        new((int)HttpStatusCode.NotFound, "Not found", $"No {what} has the id '{id}'.");

    /// <summary>409: the state does not allow it.</summary>
    public static Refusal Conflict(string detail) => new((int)HttpStatusCode.Conflict, "Conflict", detail);
}
