using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Identity;

/// <summary>Tells who calls by the access key that a request has, or by the session that a browser has begun with one.</summary>
/// <param name="list">Who has been given access.</param>
public sealed class AccessKeyCallers(AccessList list) : ICallerSource
{
    /// <summary>The cookie of a session. Its prefix makes browsers keep it for this host alone, and never send it without TLS but to this
    /// very machine.</summary>
    public const string Cookie = "__Host-distribution";

    /// <inheritdoc/>
    public ValueTask<Caller?> Find(HttpContext http) => KeyOf(http) is { } key ? list.Find(key, http.RequestAborted) : default;

    /// <inheritdoc/>
    public bool StillHolds(HttpContext http, Caller caller) => KeyOf(http) is { } key && list.StillHolds(key);

    private static string? KeyOf(HttpContext http) => BearerToken.Of(http.Request) ?? http.Request.Cookies[Cookie];
}
