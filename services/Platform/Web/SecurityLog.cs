using Distribution.Platform.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Distribution.Platform.Web;

/// <summary>
/// Tells the log who was let in and who was not, under a name of its own and in fields, so that a log of JSON can be searched by them.
/// Never a key, nor what was sent.
/// </summary>
/// <param name="logs">The log.</param>
public sealed class SecurityLog(ILoggerFactory logs)
{
    /// <summary>The name under which it logs.</summary>
    public const string Category = "Distribution.Security";

    private readonly ILogger _log = logs.CreateLogger(Category);

    /// <summary>Tells of something.</summary>
    /// <param name="http">The request that it came with.</param>
    /// <param name="happened">What happened, as <c>refused</c> or <c>key made</c>.</param>
    /// <param name="about">Why, or what it happened to: a right that is missing, a key's id.</param>
    public void Tell(HttpContext http, string happened, string about) => _log.LogWarning(
        "{Happened}: {About}; {Caller}, {Method} {Path} from {Address}", happened, about, Caller.Of(http)?.Subject ?? "nobody",
        http.Request.Method, http.Request.Path.ToUriComponent(), http.Connection.RemoteIpAddress);
}
