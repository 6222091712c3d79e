namespace Distribution.Tests.Support;

/// <summary>
/// The distributed system as <c>deploy/containers/compose.yaml</c> says, under a project name and with secrets of its own,
/// so that it meets no other one on this machine. All of it goes when the test ends, its data too.
/// </summary>
public sealed class ComposeSystem : IHosting
{
    private const string Healthy = "(healthy)";
    private static readonly TimeSpan UpLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan CommandLimit = TimeSpan.FromMinutes(2);
    private static readonly IReadOnlyList<string[]> Commands = [["docker", "compose"], ["docker-compose"]];
    private readonly string _secrets = Directory.CreateTempSubdirectory("distribution-secrets-").FullName;
    private readonly Dictionary<string, string> _environment;
    private readonly string _project = $"test{Guid.NewGuid():N}"[..12];
    private readonly string[] _compose;

    private ComposeSystem(string[] command, string tag)
    {
        _compose = [.. command, "--project-name", _project, "--file", Repository.PathOf("deploy", "containers", "compose.yaml")];
        var port = ContainerEngine.FreePort();
        Address = new Uri($"http://127.0.0.1:{port}");
        _environment = new(ContainerImages.Environment)
        {
            ["DISTRIBUTION_TAG"] = tag,
            ["DISTRIBUTION_PORT"] = $"{port}",
            ["DISTRIBUTION_SECRETS"] = _secrets,
        };
    }

    /// <inheritdoc/>
    public Uri Address { get; }

    /// <inheritdoc/>
    public string? Key => File.ReadAllText(Path.Combine(_secrets, SignInKeys.Administrator)).Trim();

    /// <inheritdoc/>
    public IReadOnlyList<string> Parts { get; private set; } = [];

    /// <summary>Why it cannot run on this machine, or null.</summary>
    public static async Task<string?> Missing(ContainerImages images) =>
        await images.Missing()
            ?? (await Command() is null ? "there is no compose command: neither docker compose nor docker-compose" : null);

    /// <summary>Brings it up and waits until every container says that it is healthy.</summary>
    public static async Task<ComposeSystem> Start(ContainerImages images)
    {
        var system = new ComposeSystem((await Command())!, await images.Tag());
        try
        {
            await CommandLine.Require([Repository.PathOf("deploy", "containers", "make-secrets"), system._secrets], CommandLimit);
            await system.Compose("up", "--detach");
            await Condition.Until("every container is healthy", UpLimit, async () =>
            {
                var states = await system.States();
                return states.All(state => state.Status.EndsWith(Healthy, StringComparison.Ordinal)) ? null : string.Join('\n', states);
            });
            system.Parts = [.. (await system.States()).Select(state => state.Part)];
            return system;
        }
        catch (Exception failure)
        {
            var (_, logs) = await CommandLine.Run(
                [.. system._compose, "logs", "--no-color", "--tail", "20"], CommandLimit, system._environment);
            await system.DisposeAsync();
            throw new InvalidOperationException($"{failure.Message}\n{logs}", failure);
        }
    }

    /// <inheritdoc/>
    public async Task Crash(string part)
    {
        await Compose("kill", part);
        await Compose("start", part);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Compose("down", "--volumes", "--timeout", "10");
        }
        finally
        {
            Directory.Delete(_secrets, recursive: true);
        }
    }

    /// <summary>Every container that there is, and how it is: <c>Up 5 seconds (healthy)</c>.</summary>
    private async Task<IReadOnlyList<(string Part, string Status)>> States()
    {
        const string Format = "{{.Label \"com.docker.compose.service\"}}|{{.Status}}";
        var output = await CommandLine.Require(
            ["docker", "ps", "--all", "--filter", $"label=com.docker.compose.project={_project}", "--format", Format], CommandLimit,
            _environment);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('|'))
            .Select(parts => (parts[0], parts[1]))];
    }

    private Task<string> Compose(params string[] arguments) => CommandLine.Require([.. _compose, .. arguments], UpLimit, _environment);

    private static async Task<string[]?> Command()
    {
        foreach (var command in Commands)
            if (await CommandLine.Run([.. command, "version"], CommandLimit, ContainerImages.Environment) is (0, _)) return command;
        return null;
    }
}
