using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Identity;

/// <summary>Tells who calls by the access key that a request has.</summary>
/// <param name="list">Who has been given access.</param>
public sealed class AccessKeyCallers(AccessList list) : ICallerSource
{
    /// <inheritdoc/>
    public Caller? Find(HttpContext http) => SignIn.Bearer(http.Request) is { } key ? list.Find(key) : null;
}
