using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Distribution.Platform.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Distribution.Screens.Viewing;

/// <summary>
/// The files of the screens, built into the program: each at an address that has a hash of what it holds, so that browsers keep it for
/// ever, and packed once.
/// </summary>
public static class Files
{
    private const string Prefix = "files/";
    private const string Root = "/screens/";
    private const int HashLetters = 10;

    private static readonly FrozenDictionary<string, BuiltIn> All = Read().ToFrozenDictionary(file => file.Address);
    private static readonly FrozenDictionary<string, string> Addresses =
        All.Values.ToFrozenDictionary(file => file.Name, file => file.Address);

    /// <summary>The address of a file.</summary>
    /// <param name="name">Its name.</param>
    public static string Of(string name) => Addresses[name];

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Root + "{file}", (string file, HttpContext http) =>
    {
        if (!All.TryGetValue(Root + file, out var found)) return Results.NotFound();
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        var packed = http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        if (packed) http.Response.Headers.ContentEncoding = "br";
        return Results.Bytes(packed ? found.Packed : found.Plain, found.MediaType);
    }).ExcludeFromDescription().IsPublic();

    private static IEnumerable<BuiltIn> Read()
    {
        var assembly = typeof(Files).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            using var plain = new MemoryStream();
            stream.CopyTo(plain);
            var name = resource[Prefix.Length..];
            var hash = Convert.ToHexStringLower(SHA256.HashData(plain.ToArray()))[..HashLetters];
            using var packed = new MemoryStream();
            using (var brotli = new BrotliStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) brotli.Write(plain.ToArray());
            yield return new(name, $"{Root}{Path.GetFileNameWithoutExtension(name)}-{hash}{Path.GetExtension(name)}",
                MediaTypeOf(Path.GetExtension(name)), plain.ToArray(), packed.ToArray());
        }
    }

    private static string MediaTypeOf(string extension) => extension switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => throw new InvalidOperationException($"{extension}: of which media type are such files?"),
    };

    private sealed record BuiltIn(string Name, string Address, string MediaType, byte[] Plain, byte[] Packed);
}
