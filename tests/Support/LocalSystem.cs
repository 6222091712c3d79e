using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Distribution.Tests.Support;

/// <summary>
/// The distributed system on this machine, started by <c>deploy/local/up</c>: a broker, the services and the gateway,
/// each a process of its own that is started again when it dies. Its data folder goes when the test ends.
/// </summary>
public sealed class LocalSystem : IHosting
{
    /// <summary>The processes of the system besides the broker's nodes.</summary>
    public static readonly IReadOnlyList<string> Services = ["inventory", "shipment", "administration", "access", "gateway"];

    private const string ReadyLine = "Distribution serves at ";
    private const int FirstPort = 12_000;
    private const int LastPort = 20_000;
    private const int SignalKill = 9;
    private const int SignalTerm = 15;
    private const int SignalContinue = 18;
    private const int SignalStop = 19;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(50);

    private readonly string _folder = Directory.CreateTempSubdirectory("distribution-local-").FullName;
    private readonly List<string> _output = [];
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _up;

    private LocalSystem(int nodes, string? brokerVia, IReadOnlyDictionary<string, string>? environment, string? store, int instances,
        bool signIn)
    {
        Parts = [.. Services.SelectMany(name => Enumerable.Range(1, instances).Select(n => n == 1 ? name : $"{name}{n}")),
            .. Enumerable.Range(1, nodes).Select(node => $"broker{node}")];
        var start = new ProcessStartInfo(Repository.PathOf("deploy", "local", "up"))
        {
            ArgumentList = { "--no-build", "--data", _folder, "--urls", $"http://127.0.0.1:{FreePorts(instances)}", "--nodes", $"{nodes}" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var option in (string[])["--instances", $"{instances}", .. store is null ? (string[])[] : ["--store", store],
            .. signIn ? (string[])[] : ["--open"]])
            start.ArgumentList.Add(option);
        if (brokerVia is not null) start.Environment["BROKER_VIA"] = brokerVia;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        _up = new Process { StartInfo = start, EnableRaisingEvents = true };
        _up.OutputDataReceived += (_, line) => Note(line.Data);
        _up.ErrorDataReceived += (_, line) => Note(line.Data);
        _up.Exited += (_, _) =>
            _ready.TrySetException(new InvalidOperationException($"deploy/local/up ended before the system was ready:\n{Output}"));
    }

    /// <summary>Where the gateway serves.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>The first access key, of a system that asks for one.</summary>
    public string AdministratorKey => File.ReadAllText(Path.Combine(_folder, "keys", "SignIn__AdministratorKey")).Trim();

    /// <summary>The key by which its gateway signs.</summary>
    public string SigningKey => File.ReadAllText(Path.Combine(_folder, "keys", "SignIn__SigningKey"));

    /// <summary>The services, the gateway and the nodes of the broker.</summary>
    public IReadOnlyList<string> Parts { get; }

    private string Output
    {
        get
        {
            lock (_output) return string.Join('\n', _output);
        }
    }

    /// <summary>Why the distributed system cannot run on this machine, or null.</summary>
    public static string? Missing() => File.Exists("/usr/lib/rabbitmq/bin/rabbitmq-server")
        ? null
        : "RabbitMQ is not installed (package rabbitmq-server), so the distributed system cannot run here.";

    /// <summary>Starts the system, from what has been built, and waits until all of it is ready.</summary>
    /// <param name="nodes">Broker nodes.</param>
    /// <param name="brokerVia">Addresses by which the services reach the broker, or null for its own.</param>
    /// <param name="environment">Environment variables for all of its processes besides ours, or null.</param>
    /// <param name="store">A MongoDB connection string, or null for the embedded stores.</param>
    /// <param name="instances">Of the gateway, and of each service where the store is not an embedded one.</param>
    /// <param name="signIn">Whether everybody is asked for an access key.</param>
    public static async Task<LocalSystem> Start(
        int nodes = 1, string? brokerVia = null, IReadOnlyDictionary<string, string>? environment = null,
        string? store = null, int instances = 1, bool signIn = false)
    {
        var system = new LocalSystem(nodes, brokerVia, environment, store, instances, signIn);
        try
        {
            system._up.Start();
            system._up.BeginOutputReadLine();
            system._up.BeginErrorReadLine();
            system.Address = await system._ready.Task.WaitAsync(StartLimit);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where a part listens: a service, the gateway, or a node of the broker (<c>broker1</c>).</summary>
    public Uri AddressOf(string name) => new(File.ReadAllText(Run($"{name}.url")).Trim());

    /// <summary>SIGKILL to a process; it is started again by itself unless it is held.</summary>
    public Task Kill(string name) => Signal(name, SignalKill);

    /// <inheritdoc/>
    public Task Crash(string part) => Kill(part);

    /// <summary>SIGTERM to a process; it is started again by itself unless it is held.</summary>
    public Task Terminate(string name) => Signal(name, SignalTerm);

    /// <summary>SIGSTOP: the process is there and does nothing.</summary>
    public Task Freeze(string name) => Signal(name, SignalStop);

    /// <summary>SIGCONT after <see cref="Freeze"/>.</summary>
    public Task Thaw(string name) => Signal(name, SignalContinue);

    /// <summary>From now on a process that ends is not started again.</summary>
    public void Hold(string name) => File.WriteAllText(Run($"{name}.hold"), "");

    /// <summary>Ends <see cref="Hold"/>.</summary>
    public void Release(string name) => File.Delete(Run($"{name}.hold"));

    /// <summary>How often a process has been started.</summary>
    public int Starts(string name) => int.Parse(File.ReadAllText(Run($"{name}.starts")), CultureInfo.InvariantCulture);

    /// <summary>The last lines of a process's log, for a failed test's message.</summary>
    public string Log(string name, int lines = 40)
    {
        var path = Path.Combine(_folder, "logs", $"{name}.log");
        return File.Exists(path) ? string.Join('\n', File.ReadLines(path).TakeLast(lines)) : "";
    }

    public async ValueTask DisposeAsync()
    {
        if (_ready.Task.IsCompletedSuccessfully || !HasEnded())
        {
            _ = SendSignal(_up.Id, SignalTerm);
            try
            {
                await _up.WaitForExitAsync().WaitAsync(StopLimit);
            }
            catch (TimeoutException)
            {
                // Nothing may be left running, whatever hangs.
                _up.Kill(entireProcessTree: true);
            }
        }

        _up.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task Signal(string name, int signal)
    {
        while (true)
        {
            // The file is written when the process has started, and is gone while there is none.
            var text = File.Exists(Run($"{name}.pid")) ? await File.ReadAllTextAsync(Run($"{name}.pid")) : "";
            if (int.TryParse(text, CultureInfo.InvariantCulture, out var id) && SendSignal(id, signal) == 0) return;
            await Task.Delay(PollWait);
        }
    }

    private bool HasEnded()
    {
        try
        {
            return _up.HasExited;
        }
        catch (InvalidOperationException)
        {
            // It never started.
            return true;
        }
    }

    private void Note(string? line)
    {
        if (line is null) return;
        lock (_output) _output.Add(line);
        if (line.StartsWith(ReadyLine, StringComparison.Ordinal)) _ready.TrySetResult(new Uri(line[ReadyLine.Length..].Trim()));
    }

    private string Run(string file) => Path.Combine(_folder, "run", file);

    /// <summary>The first of so many free ports side by side. Not of those that the system gives to connections: they come and
    /// go.</summary>
    private static int FreePorts(int count)
    {
        while (true)
        {
            var first = Random.Shared.Next(FirstPort, LastPort - count);
            if (Enumerable.Range(first, count).All(IsFree)) return first;
        }

        static bool IsFree(int port)
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int process, int signal);
}
