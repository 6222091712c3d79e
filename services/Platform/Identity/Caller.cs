using System.Collections.Frozen;
using System.Reflection;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Identity;

/// <summary>Who asks for a command: an argument of every command, from the request, and what its records say.</summary>
/// <param name="Subject">Names the caller in records.</param>
/// <param name="Rights">What the caller may do.</param>
/// <param name="SessionId">Names the session of a browser; null for who is not in one.</param>
public sealed record Caller(string Subject, IReadOnlySet<Right> Rights, string? SessionId = null)
{
    /// <summary>Whoever can reach the service, where nobody is asked to sign in; and the service itself, where an event is the
    /// cause.</summary>
    public static Caller Local { get; } = new("local", Distribution.SharedKernel.Access.Rights.All.ToFrozenSet());

    /// <summary>The gateway itself, where it reads what belongs to no one caller.</summary>
    public static Caller Gateway { get; } = new(
        "gateway", new[] { Right.ReferenceRead, Right.AccessRead, Right.Operate }.ToFrozenSet());

    /// <summary>
    /// What the caller may see, as a name that is the same for all who may see the same. A kept answer is given to callers of its own scope
    /// alone.
    /// </summary>
    public string Scope { get; } = "everything";

    /// <summary>Whether the caller may do this.</summary>
    public bool May(Right right) => Rights.Contains(right);

    /// <summary>The caller of a request that was let in.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext http, ParameterInfo _) => new(Of(http));

    /// <summary>The caller of a request, or null where nobody signed in.</summary>
    public static Caller? Of(HttpContext http) => http.Features.Get<Caller>();
}
