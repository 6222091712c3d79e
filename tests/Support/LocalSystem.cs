using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Distribution.Tests.Support;

/// <summary>
/// The distributed system on this machine, started by <c>deploy/local/up</c>: a broker, three services and the gateway,
/// each a process of its own that is started again when it dies.
/// </summary>
public sealed class LocalSystem : IAsyncDisposable
{
    public static readonly IReadOnlyList<string> Processes = ["inventory", "shipment", "administration", "gateway", "broker1"];

    private const string RabbitMq = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    private const string ReadyLine = "Distribution serves at ";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(50);

    private readonly string _folder = Directory.CreateTempSubdirectory("distribution-local-").FullName;
    private readonly Process _up;
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LocalSystem(string root)
    {
        var arguments = new List<string> { "--data", _folder, "--urls", $"http://127.0.0.1:{FreePort()}" };
        if (File.Exists(Path.Combine(root, "gateway", "bin", "Release", "net10.0", "Distribution.Gateway.dll"))) arguments.Add("--no-build");
        _up = new Process
        {
            StartInfo = new ProcessStartInfo(Path.Combine(root, "deploy", "local", "up"), arguments) { RedirectStandardOutput = true },
            EnableRaisingEvents = true,
        };
        _up.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.StartsWith(ReadyLine, StringComparison.Ordinal) == true) _ready.TrySetResult(new Uri(line.Data[ReadyLine.Length..].Trim()));
        };
        _up.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException("deploy/local/up ended before the system was ready"));
    }

    /// <summary>Why the distributed system cannot run on this machine, or null.</summary>
    public static string? Missing() => File.Exists(RabbitMq) ? null : "RabbitMQ is not installed (package rabbitmq-server).";

    /// <summary>Where the gateway serves.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public static async Task<LocalSystem> Start([CallerFilePath] string here = "")
    {
        var system = new LocalSystem(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..")));
        try
        {
            system._up.Start();
            system._up.BeginOutputReadLine();
            system.Address = await system._ready.Task.WaitAsync(StartLimit);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>The addresses of the services that have stores.</summary>
    public IEnumerable<Uri> Services => Processes.Take(3).Select(name => new Uri(File.ReadAllText(Run($"{name}.url")).Trim()));

    /// <summary>SIGKILL to one process; it is started again by itself.</summary>
    public async Task Kill(string name)
    {
        while (!File.Exists(Run($"{name}.pid"))) await Task.Delay(PollWait);
        var text = await File.ReadAllTextAsync(Run($"{name}.pid"));
        if (!int.TryParse(text, CultureInfo.InvariantCulture, out var id)) return;
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It has just ended by itself, as a service does whose broker was killed while it started.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_up.HasExited)
        {
            using (Process.Start("kill", ["-TERM", _up.Id.ToString(CultureInfo.InvariantCulture)])) { }
            await _up.WaitForExitAsync().WaitAsync(StopLimit);
        }

        _up.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Run(string file) => Path.Combine(_folder, "run", file);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
