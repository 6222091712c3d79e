namespace Distribution.Tests.Support;

/// <summary>The shared example files of the exchange formats, which are no part of the repository.</summary>
public static class Examples
{
    /// <summary>Why a test that needs them is skipped.</summary>
    public const string Missing = "the shared examples (../shared/examples) are not there";

    /// <summary>The path of one; null where they are not there.</summary>
    /// <param name="name">Its path below the folder, such as <c>gs1/scan.csv</c>.</param>
    public static string? Find(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", "examples", name);
            if (File.Exists(file)) return file;
        }

        return null;
    }
}
