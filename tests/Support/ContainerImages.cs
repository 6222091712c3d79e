using DotNet.Testcontainers.Configurations;

namespace Distribution.Tests.Support;

/// <summary>
/// The images of our programs, made by <c>deploy/containers/build</c> of what has been compiled, once for all tests of an
/// assembly and under a tag of their own. They go when the tests end.
/// </summary>
public sealed class ContainerImages : IAsyncDisposable
{
    /// <summary>The images that are not ours, by their official names.</summary>
    public const string RabbitMq = "rabbitmq:4.1-management";

    /// <inheritdoc cref="RabbitMq"/>
    public const string MongoDb = "mongo:8.0";

    private static readonly string[] Programs = ["inventory", "shipment", "administration", "access", "gateway"];
    private static readonly string[] Official = [RabbitMq, MongoDb, "mcr.microsoft.com/dotnet/aspnet:10.0"];
    private static readonly TimeSpan PullLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan CommandLimit = TimeSpan.FromMinutes(1);
    private readonly string _tag = $"test-{Guid.NewGuid():N}"[..13];
    private readonly Lazy<Task<string?>> _missing;
    private readonly Lazy<Task<string>> _built;

    public ContainerImages()
    {
        _missing = new(Look);
        _built = new(Build);
    }

    /// <summary>What tells docker's own commands of the engine that Testcontainers found.</summary>
    internal static IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["DOCKER_HOST"] = TestcontainersSettings.OS.DockerEndpointAuthConfig.Endpoint.ToString().TrimEnd('/'),
    };

    /// <summary>Why they cannot be had on this machine, or null.</summary>
    public Task<string?> Missing() => _missing.Value;

    /// <summary>Their tag. They are made when it is first asked for.</summary>
    public Task<string> Tag() => _built.Value;

    /// <summary>The full name of a program's image.</summary>
    public async Task<string> Of(string program) => $"distribution/{program}:{await Tag()}";

    public async ValueTask DisposeAsync()
    {
        if (!_built.IsValueCreated) return;
        // Those that were made before one failed too.
        foreach (var program in Programs) await Docker(CommandLimit, "image", "rm", $"distribution/{program}:{_tag}");
    }

    private static async Task<string?> Look()
    {
        if (ContainerEngine.Missing is { } reason) return reason;
        if (await Docker(CommandLimit, "version") is (not 0, var complaint))
            return $"there are no containers: the command docker does not work: {complaint}";
        foreach (var image in Official)
        {
            if (await Docker(CommandLimit, "image", "inspect", image) is (0, _)) continue;
            if (await Docker(PullLimit, "pull", "--quiet", image) is (not 0, var why)) return $"{image} cannot be had: {why}";
        }

        return null;
    }

    private async Task<string> Build()
    {
        await CommandLine.Require([Repository.PathOf("deploy", "containers", "build"), "--no-build", _tag], BuildLimit, Environment);
        return _tag;
    }

    private static Task<(int ExitCode, string Output)> Docker(TimeSpan within, params string[] arguments) =>
        CommandLine.Run(["docker", .. arguments], within, Environment);
}
