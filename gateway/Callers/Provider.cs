using Distribution.Platform.Hosting;
using Distribution.SharedKernel.Access;
using Microsoft.Extensions.Configuration;

namespace Distribution.Gateway.Callers;

/// <summary>One who signs people in with an account that they have there (OpenID Connect), and is believed here.</summary>
/// <param name="Issuer">What its tokens say of whom they are by: the address below which its metadata is.</param>
/// <param name="Audience">What its tokens say of whom they are for, where they are for this system.</param>
/// <param name="GroupsClaim">What of its tokens names the groups in which a person is; null where groups are not taken from it.</param>
internal sealed record Provider(string Issuer, string Audience, string? GroupsClaim)
{
    private const string Setting = "SignIn:Issuers";

    private static readonly string[] Fields = [nameof(Issuer), nameof(Audience), nameof(GroupsClaim)];

    /// <summary>Where it says how its tokens are checked.</summary>
    public string MetadataAddress => $"{Issuer.TrimEnd('/')}/.well-known/openid-configuration";

    /// <summary>Those that are configured.</summary>
    /// <exception cref="StartRefusedException">One cannot be believed as it is configured.</exception>
    public static IReadOnlyList<Provider> Of(IConfiguration settings)
    {
        var providers = settings.GetSection(Setting).GetChildren().Select(One).ToList();
        return providers.GroupBy(provider => provider.Issuer).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new StartRefusedException($"{Setting} names {twice.Key} twice.")
            : providers;
    }

    private static Provider One(IConfigurationSection section)
    {
        if (section.GetChildren().FirstOrDefault(child => !Fields.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } other)
            throw new StartRefusedException($"{other.Path} is not understood: an issuer has {string.Join(", ", Fields)}.");
        var (issuer, audience) = (section[nameof(Issuer)], section[nameof(Audience)]);
        if (!Person.IsIssuer(issuer)) throw new StartRefusedException($"{section.Path}:{nameof(Issuer)} {Person.IssuerRule}.");
        if (string.IsNullOrWhiteSpace(audience))
        {
            throw new StartRefusedException(
                $"{section.Path}:{nameof(Audience)} is missing: say what the tokens of {issuer} name where they are for this system.");
        }

        return new Provider(issuer!, audience, section[nameof(GroupsClaim)] is { Length: > 0 } claim ? claim : null);
    }
}
