using Distribution.Platform.Identity;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Access.Features;

/// <summary>Who asks.</summary>
/// <param name="Subject">Names the caller in records.</param>
/// <param name="Rights">What the caller may do, by name.</param>
/// <param name="Session">Whether it is the session of a browser.</param>
internal sealed record Me(string Subject, IReadOnlyList<string> Rights, bool Session);

/// <summary>Says who is signed in, and what that allows.</summary>
internal static class ShowMe
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/me", (Caller caller) => Results.Ok(new Me(
            caller.Subject, [.. caller.Rights.Order().Select(right => right.Name())], caller.SessionId is not null)))
        .WithTags("Access").WithName("ShowMe").WithSummary("Who is signed in, and what they may do.")
        .NeedsSignIn().Produces<Me>();
}
