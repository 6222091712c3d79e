using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Web;

/// <summary>
/// How long a client waits for what another service has to say first, by its header <c>Prefer</c> (RFC 7240): <c>respond-async</c> does not
/// wait, <c>wait=5</c> waits 5 seconds. What is not said by then is answered with 202, and the same request may be sent again.
/// </summary>
public static class Patience
{
    /// <summary>Where the client says nothing.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(10);

    private const int SecondsMax = 60;

    /// <summary>How long the client of a request waits: 0 to 60 seconds.</summary>
    public static TimeSpan Of(HttpRequest request)
    {
        var preferences = request.Headers["Prefer"].SelectMany(value => (value ?? "").Split(',', ';'))
            .Select(preference => preference.Trim()).ToList();
        foreach (var preference in preferences)
        {
            if (preference.StartsWith("wait=", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(preference.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                return TimeSpan.FromSeconds(Math.Min(seconds, SecondsMax));
        }

        return preferences.Contains("respond-async", StringComparer.OrdinalIgnoreCase) ? TimeSpan.Zero : Default;
    }
}

/// <summary>The waits of a request for what another service is about to say: short at first, then longer, until its patience is at an
/// end.</summary>
/// <param name="clock">The clock.</param>
/// <param name="patience">How long it waits in all.</param>
public sealed class Waits(TimeProvider clock, TimeSpan patience)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);
    private readonly long _since = clock.GetTimestamp();
    private TimeSpan _next = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits before another look; false at once when there is no time left.</summary>
    public async ValueTask<bool> Next(CancellationToken cancel)
    {
        if (clock.GetElapsedTime(_since) >= patience) return false;
        await Task.Delay(_next, clock, cancel);
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return true;
    }
}
