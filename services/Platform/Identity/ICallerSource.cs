using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Identity;

/// <summary>One way to tell who sends a request.</summary>
public interface ICallerSource
{
    /// <summary>Who sends it; null where the request has nothing of this kind, or nothing that holds.</summary>
    /// <exception cref="IdentityUnavailableException">That cannot be told now.</exception>
    ValueTask<Caller?> Find(HttpContext http);
}

/// <summary>Who sends a request cannot be told now; it may be sent again.</summary>
public sealed class IdentityUnavailableException(string message) : Exception(message);
