using System.Collections.Concurrent;
using Distribution.Platform.Identity;

namespace Distribution.Access.Features;

/// <summary>
/// Codes that sign in as the administrator, once and within ten minutes, so that the first start of a program can print a link. They are in
/// memory alone; a link has its code in the fragment, which a browser sends to nobody.
/// </summary>
public sealed class SignInLinks(TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new();

    /// <summary>A new code.</summary>
    public string New()
    {
        var code = AccessKey.New("link");
        _until[AccessKey.HashOf(code)] = clock.GetUtcNow() + Lifetime;
        return code;
    }

    /// <summary>Uses a code up; false where it is none, or none any more.</summary>
    public bool Use(string code) => _until.TryRemove(AccessKey.HashOf(code), out var until) && clock.GetUtcNow() < until;
}
