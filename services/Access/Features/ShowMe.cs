using Distribution.Platform.Identity;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Access.Features;

/// <summary>Who asks.</summary>
/// <param name="Subject">Names the caller in records.</param>
/// <param name="Grants">What the caller may do, and where.</param>
/// <param name="Session">Whether it is the session of a browser.</param>
internal sealed record Me(string Subject, IReadOnlyList<MyGrant> Grants, bool Session);

/// <summary>What the caller may do at a place.</summary>
/// <param name="PlaceId">The place, with all below it; null for the whole system.</param>
/// <param name="Rights">What may be done there, by name.</param>
internal sealed record MyGrant(string? PlaceId, IReadOnlyList<string> Rights)
{
    /// <summary>What is shown of a grant.</summary>
    public static MyGrant Of(Grant grant) => new(grant.PlaceId, [.. grant.Rights.Order().Select(right => right.Name())]);
}

/// <summary>Says who is signed in, and what that allows.</summary>
internal static class ShowMe
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/me", (Caller caller) => Results.Ok(new Me(
            caller.Subject, [.. caller.Grants.Select(MyGrant.Of)], caller.SessionId is not null)))
        .WithTags("Access").WithName("ShowMe").WithSummary("Who is signed in, and what they may do where.")
        .NeedsSignIn().Produces<Me>();
}
