namespace Distribution.Load;

/// <summary>Where this program was built from.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    /// <exception cref="LoadFailure">The program was moved away from it.</exception>
    public static string Root
    {
        get
        {
            var root = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(root, "Distribution.sln")))
                root = Path.GetDirectoryName(root) ?? throw new LoadFailure("the repository is not around this program");
            return root;
        }
    }
}
