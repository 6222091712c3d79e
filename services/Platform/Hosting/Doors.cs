using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Distribution.Platform.Identity;
using Distribution.Platform.Modules;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Platform.Hosting;

/// <summary>
/// Closed by default: a program that others on the network can reach asks everybody to sign in, over TLS or behind a proxy that does that
/// part; one that asks nobody serves this machine alone. Else it does not start, and says what is missing.
/// </summary>
internal static class Doors
{
    private const string Open = CommandLine.Open;
    private const string CertificateSetting = "tls-cert";
    private const string KeySetting = "tls-key";
    private const string ProxySetting = "behind-proxy";

    /// <summary>Adds TLS, the proxy and sign-in as they are configured.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="modules">What the program is made of.</param>
    /// <exception cref="StartRefusedException">It would stand open, or nobody could sign in.</exception>
    public static void AddDoors(this WebApplicationBuilder builder, IReadOnlyList<IServiceModule> modules)
    {
        var isGateway = modules.Any(module => module.SignsPeopleIn);
        // Whether who has access is kept in this very program, which also asks people to sign in.
        var isWhole = isGateway && modules.Any(module => module.KeepsAccess);
        var settings = SignInSettings.Of(builder.Configuration);
        var (certificate, proxy) = (Certificate(builder.Configuration), Proxy(builder.Configuration));
        Check(builder.Configuration, settings, isWhole, isGateway, hasTls: certificate is not null, hasProxy: proxy is not null);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<AccessList>();
        builder.Services.AddSingleton<AccessUses>();
        builder.Services.AddSingleton(provider => new CallerTokens(
            settings, modules.Select(module => module.Name), provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<SecurityLog>();
        builder.Services.AddSingleton<RefusalAudit>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<RefusalAudit>());
        if (settings.Required) builder.Services.AddSingleton<RateLimits>();
        // Nobody tells the gateway who calls but the callers themselves.
        if (isWhole || !isGateway) builder.Services.AddSingleton<ICallerSource>(provider => provider.GetRequiredService<CallerTokens>());
        if (certificate is not null)
        {
            builder.Services.AddSingleton(new OwnCertificate(certificate));
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https =>
            {
                https.ServerCertificate = certificate;
                // Devices know the root alone: what lies between is sent along.
                https.ServerCertificateChain = [];
                https.ServerCertificateChain.ImportFromPemFile(Of(builder.Configuration, CertificateSetting)!);
            }));
        }

        if (proxy is null) return;
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.KnownIPNetworks.Clear();
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Add(proxy.Value);
        });
    }

    private static void Check(
        ConfigurationManager settings, SignInSettings signIn, bool isWhole, bool isGateway, bool hasTls,
        bool hasProxy)
    {
        if (settings.GetSection("Kestrel:Endpoints").Exists())
            throw new StartRefusedException("Kestrel:Endpoints would serve elsewhere than --urls says: give all addresses with --urls.");
        var all = settings["urls"]!.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(BindingAddress.Parse).ToArray();
        if (all.FirstOrDefault(address => address.Scheme == "https") is { } secure && !hasTls)
            throw new StartRefusedException($"{secure} needs a certificate: give --{CertificateSetting} and --{KeySetting}.");
        var far = all.Where(address => !IsLoopback(address.Host)).ToArray();
        if (!signIn.Required)
        {
            if (far is [var open, ..])
                throw new StartRefusedException(
                    $"{Open} asks nobody to sign in, so it serves this machine alone, and {open} is for others too: leave {Open} out, or "
                        + "give --urls an address such as http://127.0.0.1:8080.");
            return;
        }

        if (!isWhole && (isGateway ? signIn.SigningKey : signIn.TrustedKey) is null)
            throw new StartRefusedException(
                "Nobody could sign in here: make the keys of the system with 'sign-in-keys FOLDER', and give the gateway "
                    + "SignIn__SigningKey and the services SignIn__TrustedKey with --secrets; or say "
                    + $"{Open}, which asks nobody and serves this machine alone.");
        if (far.FirstOrDefault(address => address.Scheme == "http") is { } plain && !hasProxy)
            throw new StartRefusedException(
                $"{plain} can be reached by others without TLS: give --tls-cert and --tls-key and serve at https, or say with "
                    + "--behind-proxy CIDR which network the proxy is in that does this part.");
    }

    // As an option it has a dash, which an environment variable cannot have: BehindProxy.
    private static string? Of(ConfigurationManager settings, string name) =>
        settings[name] ?? settings[name.Replace("-", "", StringComparison.Ordinal)];

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static X509Certificate2? Certificate(ConfigurationManager settings)
    {
        if (Of(settings, CertificateSetting) is not { } path) return null;
        try
        {
            return X509Certificate2.CreateFromPemFile(path, Of(settings, KeySetting));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartRefusedException(
                $"--{CertificateSetting} and --{KeySetting} are no certificate with its key, as PEM: {failure.Message}");
        }
    }

    private static System.Net.IPNetwork? Proxy(ConfigurationManager settings) =>
        Of(settings, ProxySetting) is not { Length: > 0 } text ? null
        : System.Net.IPNetwork.TryParse(text, out var network) ? network
        : throw new StartRefusedException($"--{ProxySetting} takes a network such as 10.0.0.0/8, and '{text}' is none.");
}

/// <summary>The certificate by which this program is known, where it serves over TLS.</summary>
/// <param name="Certificate">The certificate with its key.</param>
public sealed record OwnCertificate(X509Certificate2 Certificate);

/// <summary>A program does not start as it is configured; the message says what to do.</summary>
public sealed class StartRefusedException(string message) : Exception(message);
