using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Identity;

/// <summary>Who asks for a command: an argument of every command, from the request, and what its records say.</summary>
/// <param name="Subject">Names the caller in records.</param>
public sealed record Caller(string Subject)
{
    /// <summary>Whoever can reach the service, where there is no sign-in; and the service itself, where an event is the cause.</summary>
    public static Caller Local { get; } = new("local");

    /// <summary>
    /// What the caller may see, as a name that is the same for all who may see the same. A kept answer is given to callers of its own scope
    /// alone.
    /// </summary>
    public string Scope { get; } = "everything";

    /// <summary>The caller of a request. There is no sign-in yet, so it is everybody.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext http) => new(Local);
}
