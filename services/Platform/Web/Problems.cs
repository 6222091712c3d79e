using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Web;

/// <summary>Problem details, made in one place.</summary>
public static class Problems
{
    /// <summary>The refusal as RFC 9457 problem details, of a type that the standard of the path gives it.</summary>
    public static IResult ToResult(this Refusal refusal) => new Refused(refusal);

    /// <summary>The answer of a request as 200, or its refusal.</summary>
    public static IResult ToResult<TAnswer>(this in Committed<TAnswer> committed) where TAnswer : class =>
        committed.Refusal is { } refusal ? refusal.ToResult() : Results.Ok(committed.Shown());

    private sealed class Refused(Refusal refusal) : IResult, IStatusCodeHttpResult, IValueHttpResult
    {
        public object Value => refusal;

        public int? StatusCode => refusal.Status;

        public Task ExecuteAsync(HttpContext httpContext) => Results.Problem(
            refusal.Detail, statusCode: refusal.Status, title: refusal.Title, type: StandardErrors.TypeOf(httpContext, refusal),
            extensions: refusal.Errors is null ? null : new Dictionary<string, object?> { ["errors"] = refusal.Errors })
            .ExecuteAsync(httpContext);
    }
}
