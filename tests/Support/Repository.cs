using System.Runtime.CompilerServices;

namespace Distribution.Tests.Support;

/// <summary>The repository that the tests were built from.</summary>
public static class Repository
{
    /// <summary>The path of something in it.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root(), .. parts]);

    private static string Root([CallerFilePath] string here = "")
    {
        var root = Path.GetDirectoryName(here)!;
        while (!File.Exists(Path.Combine(root, "Distribution.sln"))) root = Path.GetDirectoryName(root)!;
        return root;
    }
}
