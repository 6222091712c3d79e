namespace Distribution.Tests.Support;

/// <summary>The keys of a distributed system in which people sign in, made as an administrator makes them.</summary>
public static class SignInKeys
{
    /// <summary>What the gateway signs with.</summary>
    public const string Signing = "SignIn__SigningKey";

    /// <summary>What the services know it by.</summary>
    public const string Trusted = "SignIn__TrustedKey";

    /// <summary>The first access key.</summary>
    public const string Administrator = "SignIn__AdministratorKey";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Makes them: by the name of the setting.</summary>
    public static async Task<Dictionary<string, string>> Make()
    {
        var folder = Directory.CreateTempSubdirectory("distribution-keys-");
        try
        {
            var program = Path.Combine(AppContext.BaseDirectory, "Distribution.Standalone.dll");
            await CommandLine.Require(["dotnet", program, "sign-in-keys", folder.FullName], Limit);
            return folder.GetFiles().ToDictionary(file => file.Name, file => File.ReadAllText(file.FullName).Trim());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
