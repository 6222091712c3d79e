using Microsoft.Extensions.Configuration;

namespace Distribution.Platform.Identity;

/// <summary>Whether callers must sign in, and how the parts of the system know each other.</summary>
/// <param name="Required">Whether one must sign in; if not, everybody who reaches the program may do everything.</param>
/// <param name="SigningKey">The private key, as PEM, with which the gateway says to the services who calls; null elsewhere.</param>
/// <param name="TrustedKey">The public key, as PEM, by which a service knows that the gateway says so; null where both are one
/// program.</param>
public sealed record SignInSettings(bool Required, string? SigningKey, string? TrustedKey)
{
    /// <summary>The setting by which nobody is asked, where it is false.</summary>
    public const string RequiredSetting = "SignIn:Required";

    /// <summary>The setting of <see cref="SigningKey"/>.</summary>
    public const string SigningKeySetting = "SignIn:SigningKey";

    /// <summary>The setting of <see cref="TrustedKey"/>.</summary>
    public const string TrustedKeySetting = "SignIn:TrustedKey";

    /// <summary>The setting of the first access key, of which <see cref="Administrator"/> is the id.</summary>
    public const string AdministratorKeySetting = "SignIn:AdministratorKey";

    /// <summary>The id of the first access key.</summary>
    public const string Administrator = "administrator";

    /// <summary>What is configured.</summary>
    public static SignInSettings Of(IConfiguration settings) => new(
        settings.GetValue(RequiredSetting, true), settings[SigningKeySetting], settings[TrustedKeySetting]);
}
