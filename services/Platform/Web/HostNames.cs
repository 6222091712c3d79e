using System.Collections.Frozen;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Distribution.Platform.Web;

/// <summary>
/// By which names a program is called: a page of another site can have a name of its own stand for this machine's address (DNS rebinding),
/// and then reads as if it were ours. An address by its numbers cannot be taken over so, and always is ours.
/// </summary>
internal sealed class HostNames
{
    /// <summary>The setting of the names by which a program is called beside its own, with commas between.</summary>
    public const string Setting = "Hosts";

    private readonly FrozenSet<string> _names;

    private HostNames(IEnumerable<string> names) => _names = names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names that a program is bound to, those that it is given, and the machine's.</summary>
    public static HostNames Of(IConfiguration settings) => new(
        [
            "localhost", Environment.MachineName, .. Split(settings[Setting], ','),
            .. Split(settings["urls"], ';').Select(Named).OfType<string>(),
        ]);

    /// <summary>Whether a request that names this host is meant for this program.</summary>
    public bool Are(HostString host) =>
        host.HasValue && (_names.Contains(host.Host) || IPAddress.TryParse(host.Host.Trim('[', ']'), out _));

    private static string[] Split(string? list, char separator) =>
        list?.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    // An address for all of the machine's, such as http://+:8080, names none.
    private static string? Named(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.Host : null;
}
