using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Distribution.Architecture.Tests;

/// <summary>A source file, by its path from the root with forward slashes, its code without comments, and all of it.</summary>
internal sealed record SourceFile(string Path, string Code, string Text);

/// <summary>The repository's own sources, to hold them against its rules.</summary>
internal static partial class Sources
{
    private static readonly string Root = FindRoot();

    /// <summary>The C# files below some folders, without what a build made. Never empty.</summary>
    public static IReadOnlyList<SourceFile> Code(params string[] folders)
    {
        var files = Files("*.cs", folders).Select(path => (Path: path, Text: File.ReadAllText(Full(path))))
            .Select(file => new SourceFile(file.Path, Comment().Replace(file.Text, ""), file.Text)).ToList();
        Assert.NotEmpty(files);
        return files;
    }

    /// <summary>The projects below some folders, as their text. Never empty.</summary>
    public static IReadOnlyList<SourceFile> Projects(params string[] folders)
    {
        var files = Files("*.csproj", folders).Select(path => (Path: path, Text: File.ReadAllText(Full(path))))
            .Select(file => new SourceFile(file.Path, file.Text, file.Text)).ToList();
        Assert.NotEmpty(files);
        return files;
    }

    /// <summary>The names of the folders in a folder.</summary>
    public static IReadOnlyList<string> FoldersIn(string folder) =>
        [.. Directory.GetDirectories(Full(folder)).Select(path => Path.GetFileName(path)!).Order()];

    /// <summary>The lines of a file's code in which a pattern is found, for messages.</summary>
    public static IEnumerable<string> Lines(this SourceFile file, Regex pattern) =>
        file.Code.Split('\n').Where(line => pattern.IsMatch(line)).Select(line => $"{file.Path}: {line.Trim()}");

    private static IEnumerable<string> Files(string pattern, string[] folders) => folders
        .Where(folder => Directory.Exists(Full(folder)))
        .SelectMany(folder => Directory.EnumerateFiles(Full(folder), pattern, SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
        .Where(path => !path.Contains("/bin/", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private static string Full(string path) => Path.Combine(Root, path);

    // The build's output may lie elsewhere; then the place where this file was compiled tells.
    private static string FindRoot() =>
        Above(AppContext.BaseDirectory) ?? Above(Path.GetDirectoryName(ThisFile())!)
        ?? throw new InvalidOperationException("Distribution.sln is neither above the tests' output nor above their sources.");

    private static string? Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Distribution.sln"))) return at.FullName;
        return null;
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"(?<=^|\s)//.*?$|/\*.*?\*/", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
