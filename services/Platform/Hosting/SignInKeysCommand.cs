using System.Security.Cryptography;
using Distribution.Platform.Identity;

namespace Distribution.Platform.Hosting;

/// <summary>
/// <c>sign-in-keys FOLDER</c>: makes what a distributed system needs so that people sign in, as files that <c>--secrets</c> reads: the two
/// halves of the key with which the gateway tells the services who calls, and the first access key. What is there stays.
/// </summary>
internal static class SignInKeysCommand
{
    /// <summary>Makes them, where that is the command.</summary>
    /// <returns>The process's exit code, or null where the command is another.</returns>
    public static async Task<int?> Asked(string[] args)
    {
        if (args is not ["sign-in-keys", var folder]) return null;
        Directory.CreateDirectory(folder);
        var (signing, trusted) = (FileOf(SignInSettings.SigningKeySetting), FileOf(SignInSettings.TrustedKeySetting));
        if (!File.Exists(signing) || !File.Exists(trusted))
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            await File.WriteAllTextAsync(trusted, key.ExportSubjectPublicKeyInfoPem() + "\n");
            await File.WriteAllTextAsync(signing, key.ExportPkcs8PrivateKeyPem() + "\n");
        }

        var first = FileOf(SignInSettings.AdministratorKeySetting);
        if (!File.Exists(first)) await File.WriteAllTextAsync(first, AccessKey.New(SignInSettings.Administrator) + "\n");
        Console.WriteLine($"for the gateway alone      {signing}");
        Console.WriteLine($"for the services           {trusted}");
        Console.WriteLine($"for Access, and for you    {first}");
        return 0;

        string FileOf(string setting) => Path.Combine(Path.GetFullPath(folder), setting.Replace(":", "__", StringComparison.Ordinal));
    }
}
