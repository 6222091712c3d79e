using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Identity;

/// <summary>What a request signs in with, in its header <c>Authorization</c>.</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer ";

    /// <summary>The key or token; null where there is none, or several.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers.Authorization is [{ } only] && only.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? only[Scheme.Length..].Trim()
            : null;
}
