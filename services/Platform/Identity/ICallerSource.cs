using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Identity;

/// <summary>One way to tell who sends a request.</summary>
public interface ICallerSource
{
    /// <summary>Who sends it; null where the request has nothing of this kind, or nothing that holds.</summary>
    /// <exception cref="IdentityUnavailableException">That cannot be told now.</exception>
    ValueTask<Caller?> Find(HttpContext http);

    /// <summary>Whether somebody who was let in by this still may do the same: for answers that go on for long.</summary>
    /// <param name="http">The request.</param>
    /// <param name="caller">Who was let in.</param>
    /// <exception cref="IdentityUnavailableException">That cannot be told now.</exception>
    bool StillHolds(HttpContext http, Caller caller) => false;
}

/// <summary>Who sends a request cannot be told now; it may be sent again.</summary>
public sealed class IdentityUnavailableException(string message) : Exception(message);
