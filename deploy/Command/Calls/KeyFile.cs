using System.Buffers;

namespace Distribution.Command.Calls;

/// <summary>The file of an access key: a key is never an argument, which everybody on the machine can read.</summary>
internal static class KeyFile
{
    private const string Variable = "DISTRIBUTION_KEY_FILE";
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private static readonly string Usual = Path.Combine("data", "administrator.key");

    // What a header can say; an access key, or the token of a person.
    private static readonly SearchValues<char> OfKeys =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    /// <summary>The key to sign in with; null where none is named and there is none in the usual place.</summary>
    /// <param name="named">The file, where one is named.</param>
    /// <exception cref="Failure">It cannot be used.</exception>
    public static string? Read(string? named)
    {
        var path = named ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set : null);
        if (path is null && !File.Exists(Usual)) return null;
        path ??= Usual;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != UnixFileMode.None)
                throw new Failure($"{path} can be read by others on this machine, so it is not used: chmod 600 it, or end that key.");
            using var reader = new StreamReader(file);
            var key = reader.ReadToEnd().Trim();
            return key.Length > 0 && !key.AsSpan().ContainsAnyExcept(OfKeys)
                ? key
                : throw new Failure($"{path} holds no access key: it is to be one line, as the key was shown.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new Failure($"{path} cannot be read: {failure.Message} Name the file of a key with --key-file or {Variable}.");
        }
    }

    /// <summary>Makes a file for a key that nobody else can read, before there is a key.</summary>
    /// <exception cref="Failure">It is there, or cannot be made.</exception>
    public static FileStream Make(string path)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Mine;
            return new FileStream(path, options);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new Failure($"No key was made, for {path} cannot be: {failure.Message} Name another with --out.");
        }
    }
}
