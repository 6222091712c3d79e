using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>What a person sees who starts the program in a way that cannot work: one line, and what to do.</summary>
public sealed class CommandLineTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Distribution.Standalone.dll");

    [Theory]
    [InlineData("--help", 0, "--data FOLDER")]
    [InlineData("--frobnicate", 2, "--frobnicate is not understood; --help lists what is.")]
    [InlineData("serve", 2, "serve is not understood")]
    [InlineData("--urls", 2, "--urls without a value")]
    [InlineData("--urls --demo", 2, "--urls without a value")]
    [InlineData("--SignIn:AdministratorKey dk_administrator_x", 2, "environment variable SignIn__AdministratorKey")]
    [InlineData("--ConnectionStrings:RabbitMq=amqp://me:secret@broker/", 2, "environment variable ConnectionStrings__RabbitMq")]
    [InlineData("--demo=true", 2, "--demo is not understood")]
    [InlineData("backup here", 2, "backup with 1 arguments, where it takes 2, is not understood")]
    public async Task A_command_line_is_explained_or_refused(string arguments, int code, string says)
    {
        var (exit, output) = await Run(arguments.Split(' '));
        Assert.Equal(code, exit);
        Assert.Contains(says, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--urls http://0.0.0.0:0 --open", "serves this machine alone")]
    [InlineData("--urls http://0.0.0.0:0", "give --tls-cert and --tls-key")]
    [InlineData("--urls http://*:0", "--behind-proxy")]
    [InlineData("--urls http://127.0.0.1:0 --behind-proxy home", "'home' is none")]
    [InlineData("--urls https://127.0.0.1:0 --tls-cert nothing.pem", "no certificate")]
    public async Task Nobody_is_let_in_by_oversight(string arguments, string says)
    {
        var folder = Directory.CreateTempSubdirectory("distribution-open-");
        try
        {
            var (exit, output) = await Run([.. arguments.Split(' '), "--data", folder.FullName]);
            Assert.Equal(1, exit);
            Assert.Contains(says, Assert.Single(output.Trim().Split('\n')), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task It_serves_over_tls_with_a_certificate_that_it_is_given()
    {
        var folder = Directory.CreateTempSubdirectory("distribution-tls-");
        try
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = new CertificateRequest("CN=distribution.example", key, HashAlgorithmName.SHA256)
                .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            var (pem, keyPem) = (Path.Combine(folder.FullName, "cert.pem"), Path.Combine(folder.FullName, "key.pem"));
            await File.WriteAllTextAsync(pem, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(keyPem, key.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
            await using var system = await StandaloneProcess.StartSigningIn(
                "--urls", "https://127.0.0.1:0", "--tls-cert", pem, "--tls-key", keyPem);
            using var handler = new HttpClientHandler
            {
                ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown?.Thumbprint == certificate.Thumbprint,
            };
            using var http = new HttpClient(handler) { BaseAddress = system.Address };
            http.DefaultRequestHeaders.Authorization = new("Bearer", system.AdministratorKey);
            Assert.Equal("https", system.Address.Scheme);
            using var answer = await http.GetAsync("api/v1/coverage?vaccineId=nothing", TestContext.Current.CancellationToken);
            // The gateway has asked the services, over TLS too.
            Assert.Equal(404, (int)answer.StatusCode);
            Assert.Contains("max-age", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task An_address_that_is_taken_is_told_in_one_line()
    {
        await using var first = await StandaloneProcess.Start();
        var folder = Directory.CreateTempSubdirectory("distribution-taken-");
        try
        {
            var (exit, output) = await Run("--open", "--urls", first.Address.ToString(), "--data", folder.FullName);
            Assert.Equal(1, exit);
            Assert.Contains("choose another with --urls", Assert.Single(output.Trim().Split('\n')), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public async Task Nobody_else_on_the_machine_can_read_what_it_stores()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows a folder's own rights say who reads in it.");
        await using var system = await StandaloneProcess.Start();
        var stored = Directory.GetFiles(system.DataFolder, "*", SearchOption.AllDirectories);
        Assert.NotEmpty(stored);
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        Assert.All(stored, file => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & Others));
    }

    [Fact]
    public async Task The_demo_fills_two_countries_to_the_end_and_goes_on()
    {
        await using var system = await StandaloneProcess.Start(null, "--demo");
        await Condition.Until("the demo posts live", TimeSpan.FromMinutes(5), () =>
        {
            var output = system.Output;
            Assert.DoesNotContain("failure", output, StringComparison.Ordinal);
            return Task.FromResult(output.Contains("post live", StringComparison.Ordinal) ? null : output);
        });
        using var api = new ApiClient(system.Address);
        var balance = (await api.Get("ledger/balance")).Body;
        Assert.True((bool)balance["balanced"]! && (long)balance["administered"]! > 200_000, balance.ToJsonString());
    }

    private static Task<(int ExitCode, string Output)> Run(params string[] arguments) =>
        CommandLine.Run(["dotnet", Program, .. arguments], TimeSpan.FromMinutes(1));
}
