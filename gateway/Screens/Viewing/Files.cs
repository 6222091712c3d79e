using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
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
public static partial class Files
{
    private const string Prefix = "files/";
    private const string Root = "/screens/";
    private const int HashLetters = 10;
    private const string ClinicFolder = "clinic/";
    private const string WorkerName = ClinicFolder + "worker.js";

    private static readonly string[] InFrame = ["screens.css", "keys.js", "mark.svg"];

    // In this order: each is made of those before it.
    private static readonly Dictionary<string, string> Sources = Read();
    private static readonly FrozenDictionary<string, BuiltIn> All = Make().Values.ToFrozenDictionary(file => file.Address);
    private static readonly FrozenDictionary<string, string> Addresses =
        All.Values.ToFrozenDictionary(file => file.Name, file => file.Address);

    /// <summary>The address of a file.</summary>
    /// <param name="name">Its name.</param>
    public static string Of(string name) => Addresses[name];

    /// <summary>The script by which the clinic's pages are there without a network.</summary>
    internal static string Worker { get; } = WorkerOf(Sources[WorkerName]);

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Root + "{file}", (string file, HttpContext http) =>
    {
        if (!All.TryGetValue(Root + file, out var found)) return Results.NotFound();
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        var packed = http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        if (packed) http.Response.Headers.ContentEncoding = "br";
        return Results.Bytes(packed ? found.Packed : found.Plain, found.MediaType);
    }).ExcludeFromDescription().IsPublic();

    private static Dictionary<string, string> Read()
    {
        var assembly = typeof(Files).Assembly;
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToDictionary(
            name => name[Prefix.Length..], name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return reader.ReadToEnd();
            });
    }

    private static Dictionary<string, BuiltIn> Make()
    {
        var made = new Dictionary<string, BuiltIn>();
        foreach (var name in Sources.Keys.Where(name => name != WorkerName)) Make(name, made);
        return made;
    }

    /// <summary>A file, after those that it imports: it names them by their addresses, and so its own changes when one of theirs
    /// does.</summary>
    private static BuiltIn Make(string name, Dictionary<string, BuiltIn> made)
    {
        if (made.TryGetValue(name, out var known)) return known;
        var text = Imported().Replace(
            Sources[name], import => $"{import.Groups[1].Value}'{Make(Beside(name, import.Groups[2].Value), made).Address}'");
        var plain = Encoding.UTF8.GetBytes(text);
        var hash = Convert.ToHexStringLower(SHA256.HashData(plain))[..HashLetters];
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) brotli.Write(plain);
        return made[name] = new(name, $"{Root}{Path.GetFileNameWithoutExtension(name)}-{hash}{Path.GetExtension(name)}",
            MediaTypeOf(Path.GetExtension(name)), plain, packed.ToArray());
    }

    /// <summary>The worker, told which files the clinic's pages need: browsers take it for another when one of them is.</summary>
    private static string WorkerOf(string source)
    {
        var needed = All.Values.Where(file => file.Name.StartsWith(ClinicFolder, StringComparison.Ordinal) || InFrame.Contains(file.Name))
            .Select(file => file.Address).Order(StringComparer.Ordinal);
        return $"const FILES = {JsonSerializer.Serialize(needed)};\n{source}";
    }

    /// <summary>The name of a file that another names as it lies from there.</summary>
    private static string Beside(string name, string import) => new Uri(new Uri($"file:///{name}"), import).AbsolutePath[1..];

    [GeneratedRegex(@"((?:from|import) )'(\.\.?/[\w/-]+\.js)'")]
    private static partial Regex Imported();

    private static string MediaTypeOf(string extension) => extension switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => throw new InvalidOperationException($"{extension}: of which media type are such files?"),
    };

    private sealed record BuiltIn(string Name, string Address, string MediaType, byte[] Plain, byte[] Packed);
}
