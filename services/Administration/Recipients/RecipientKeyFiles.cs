using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Distribution.Administration.Recipients;

/// <summary>
/// The keys that hash recipients, as files in a folder that nobody else on the machine can read: <c>recipients-IT-1.key</c> is Italy's
/// first, and <c>recipients-IT.destroyed</c> says until when all that there were have been destroyed.
/// </summary>
/// <param name="folder">The folder.</param>
internal sealed class RecipientKeyFiles(string folder)
{
    private const int SecretBytes = 32;
    private const int CheckBytes = 8;
    private const string Begin = "recipients-";
    private const string KeyEnd = ".key";
    private const string DestroyedEnd = ".destroyed";

    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnersFile | UnixFileMode.UserExecute;

    /// <summary>The name of a key's file.</summary>
    public static string NameOf(string country, int version) =>
        string.Create(CultureInfo.InvariantCulture, $"{Begin}{country}-{version}{KeyEnd}");

    /// <summary>What tells a key from others, and nothing of what it is.</summary>
    public static string CheckOf(ReadOnlySpan<byte> secret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secret, "distribution recipients"u8)[..CheckBytes]);

    /// <summary>Whether a key's file is there.</summary>
    public bool Has(string country, int version) => File.Exists(PathOf(NameOf(country, version)));

    /// <summary>A key, or null where its file is not there.</summary>
    /// <exception cref="FormatException">It is no key.</exception>
    public byte[]? Read(string country, int version)
    {
        try
        {
            var secret = Convert.FromHexString(File.ReadAllText(PathOf(NameOf(country, version))).Trim());
            return secret.Length == SecretBytes ? secret : throw new FormatException("it is of another length");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>A key; made, where there is none. Two who make it at once get the same.</summary>
    public byte[] ReadOrMake(string country, int version)
    {
        if (Read(country, version) is { } there) return there;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnersFolder);
        var file = PathOf(NameOf(country, version));
        var part = $"{file}.{Guid.NewGuid():N}";
        Write(part, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes)));
        Name(part, file);
        return Read(country, version) ?? throw new FileNotFoundException("it was taken away", file);
    }

    /// <summary>Until when all keys of a country have been destroyed; null where none ever was.</summary>
    public DateTimeOffset? DestroyedUntil(string country)
    {
        var file = PathOf($"{Begin}{country}{DestroyedEnd}");
        return File.Exists(file)
            ? DateTimeOffset.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)
            : null;
    }

    /// <summary>Destroys all keys of a country that there are, whether the system runs or not.</summary>
    /// <param name="country">The country; empty for places of which the country is not known yet.</param>
    /// <param name="now">The moment.</param>
    /// <returns>How many there were.</returns>
    public int Destroy(string country, DateTimeOffset now)
    {
        // First the word, so that what is stopped here leaves no key that is missed.
        var word = PathOf($"{Begin}{country}{DestroyedEnd}");
        var part = $"{word}.{Guid.NewGuid():N}";
        Write(part, now.ToString("O", CultureInfo.InvariantCulture));
        File.Move(part, word, overwrite: true);
        // Also what was left of one whose making was stopped.
        var keys = Directory.GetFiles(folder, $"{Begin}{country}-*{KeyEnd}*")
            .Where(file => IsOf(country, Path.GetFileName(file))).ToArray();
        foreach (var key in keys)
        {
            // What is deleted can still be read from a disk for a while.
            using (var file = new FileStream(key, FileMode.Open, FileAccess.Write))
            {
                file.Write(new byte[file.Length]);
                file.Flush(flushToDisk: true);
            }

            File.Delete(key);
        }

        return keys.Length;
    }

    /// <summary>Gives a file its name when it is whole, and only where nobody else was first.</summary>
    private static void Name(string part, string file)
    {
        try
        {
            // File.Move looks whether the name is taken before it takes it: between the two another may.
            if (OperatingSystem.IsWindows()) File.Move(part, file);
            else if (Link(part, file) != 0 && !File.Exists(file))
                throw new IOException($"the file system has no links: error {Marshal.GetLastPInvokeError()}");
        }
        catch (IOException) when (File.Exists(file))
        {
            // On Windows another was first.
        }
        finally
        {
            File.Delete(part);
        }
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    private static bool IsOf(string country, string name)
    {
        var rest = name[(Begin.Length + country.Length + 1)..];
        return int.TryParse(rest[..rest.IndexOf(KeyEnd, StringComparison.Ordinal)], NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }

    private static void Write(string file, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnersFile;
        using var stream = new FileStream(file, options);
        stream.Write(Encoding.ASCII.GetBytes(text + "\n"));
        stream.Flush(flushToDisk: true);
    }

    private string PathOf(string name) => Path.Combine(folder, name);
}
