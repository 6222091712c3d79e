using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Distribution.Platform.Identity;

/// <summary>What a request signs in with, in its header <c>Authorization</c>.</summary>
public static class BearerToken
{
    private const string Scheme = "Bearer ";

    private static readonly JsonWebTokenHandler Handler = new();

    /// <summary>The key or token; null where there is none, or several.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers.Authorization is [{ } only] && only.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? only[Scheme.Length..].Trim()
            : null;

    /// <summary>What a token says of itself, which nobody has checked: by whom it is, and how it is signed. Null where it is
    /// none.</summary>
    public static JsonWebToken? Unchecked(string token)
    {
        try
        {
            return Handler.CanReadToken(token) ? Handler.ReadJsonWebToken(token) : null;
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or SecurityTokenException)
        {
            return null;
        }
    }
}
