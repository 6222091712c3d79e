using System.Globalization;
using Distribution.Screens.Asking;
using Distribution.Screens.Words;
using Distribution.SharedKernel.Places;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Http;

namespace Distribution.Screens.Places;

/// <summary>The clock of a place, as people there read it: the API takes a time without an offset for one of it.</summary>
internal static class PlaceClock
{
    private const string Form = "yyyy-MM-dd HH:mm";

    /// <summary>What it shows, to the minute.</summary>
    public static async Task<string> Now(HttpContext http, Api api, TimeProvider clock, string? place)
    {
        string? zone = null;
        for (var (at, steps) = (place, 0); at is not null && zone is null && steps < PlaceLevel.All.Count; steps++)
        {
            var known = (await api.Get<PlaceView>(http, $"facilities/{Uri.EscapeDataString(at)}")).Value;
            (zone, at) = (known?.TimeZone, known?.ParentId);
        }

        return TimeZoneInfo.ConvertTime(clock.GetUtcNow(), TimeZones.Of(zone)).ToString(Form, CultureInfo.InvariantCulture);
    }

    /// <summary>A time as the API takes it, of one that was typed in any digits; null for what is none.</summary>
    public static string? Sent(string typed) =>
        DateTime.TryParseExact(Formats.Plain(typed.Trim()), Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time.ToString("s", CultureInfo.InvariantCulture)
            : null;
}
