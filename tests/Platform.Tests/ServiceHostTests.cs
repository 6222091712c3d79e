using Distribution.Platform.Hosting;
using Microsoft.AspNetCore.Builder;

namespace Distribution.Platform.Tests;

public sealed class ServiceHostTests : IDisposable
{
    private const string Name = "ConnectionStrings__Somewhere";
    private const string Setting = "ConnectionStrings:Somewhere";
    private readonly string _folder = Directory.CreateTempSubdirectory("distribution-secrets-").FullName;

    [Fact]
    public async Task A_setting_may_lie_in_a_file_of_its_own()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, Name), "amqp://user:password@host/\n", TestContext.Current.CancellationToken);
        await using var app = Build("--secrets", _folder);
        Assert.Equal("amqp://user:password@host/", app.Configuration[Setting]);
    }

    [Fact]
    public async Task What_the_command_line_says_wins_over_a_file()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, Name), "in the file", TestContext.Current.CancellationToken);
        await using var app = Build("--secrets", _folder, $"--{Setting}", "said");
        Assert.Equal("said", app.Configuration[Setting]);
    }

    [Fact]
    public void A_folder_of_secrets_that_is_named_and_not_there_is_an_error() =>
        Assert.Throws<DirectoryNotFoundException>(() => Build("--secrets", Path.Combine(_folder, "none")));

    [Fact]
    public async Task The_health_of_one_that_runs_can_be_asked_for()
    {
        string url;
        await using (var app = Build())
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            url = app.Urls.Single();
            Assert.Equal(0, await HealthCommand.Asked(["health", $"{url}/health/ready"]));
            Assert.Equal(1, await HealthCommand.Asked(["health", $"{url}/no-such-thing"]));
        }

        Assert.Equal(1, await HealthCommand.Asked(["health", $"{url}/health/ready"]));
        Assert.Equal(1, await HealthCommand.Asked(["health", "no address"]));
        Assert.Null(await HealthCommand.Asked(["--urls", url]));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static WebApplication Build(params string[] args) =>
        ServiceHost.Build(["--open", "--urls", "http://127.0.0.1:0", .. args], modules: [], stores: []);
}
