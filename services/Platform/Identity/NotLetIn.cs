using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Identity;

/// <summary>Why a request was not let in with what it came with: for the log alone, for who sent it learns only that it does not
/// hold.</summary>
public static class NotLetIn
{
    /// <summary>Notes why.</summary>
    /// <param name="http">The request.</param>
    /// <param name="why">In words of our own, and nothing of what was sent.</param>
    public static void Say(HttpContext http, string why) => http.Features.Set(new Reason(why));

    /// <summary>Why; null where nobody said.</summary>
    public static string? Why(HttpContext http) => http.Features.Get<Reason>()?.Text;

    private sealed record Reason(string Text);
}
