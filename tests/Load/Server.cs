using System.Diagnostics;
using System.Globalization;

namespace Distribution.Load;

/// <summary>The server under load: child processes of our own with a fresh data folder, or somebody else's.</summary>
internal sealed class Server : IDisposable
{
    private const string ReadyPrefix = "Distribution serves at ";
    private const int SignalTerm = 15;
    private static readonly TimeSpan StartMax = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopMax = TimeSpan.FromMinutes(1);

    // What was started, which is the server itself or starts it; null when the server is somebody else's.
    private readonly Process? _child;
    private readonly string? _folder;
    private readonly Func<IEnumerable<int>> _processes;

    private Server(Uri address, Process? child, string? folder, Func<IEnumerable<int>> processes)
    {
        Address = address;
        _child = child;
        _folder = folder;
        _processes = processes;
    }

    public Uri Address { get; }

    /// <summary>Seconds of all cores that the server's processes have used so far, or null when they are not known.</summary>
    public double? CpuSeconds => Sum(process => process.TotalProcessorTime.TotalSeconds);

    /// <summary>The most memory that was ever resident, added up over the processes, in bytes, or null when they are not known.</summary>
    public double? PeakResidentBytes => Sum(process => process.PeakWorkingSet64);

    /// <summary>Bytes in the data folder, or null when it is not ours.</summary>
    public long? DiskBytes =>
        _folder is null ? null : new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <summary>The server that the options name, or new child processes.</summary>
    public static async Task<Server> Start(LoadOptions options, CancellationToken cancel)
    {
        if (options.Server is { } address)
            return new Server(address, null, null, () => options.Pid is { } pid ? [pid] : []);

        var folder = Path.Combine(options.Data, $"distribution-load-{Guid.CreateVersion7():N}");
        Directory.CreateDirectory(folder);
        return await (options.Distributed
            ? StartChild(Distributed(folder), folder, _ => DistributedProcesses(folder), cancel)
            : StartChild(Standalone(folder), folder, child => [child], cancel));
    }

    public void Dispose()
    {
        if (_child is null) return;
        if (!_child.HasExited && kill(_child.Id, SignalTerm) == 0 && !_child.WaitForExit(StopMax)) _child.Kill(entireProcessTree: true);
        _child.Dispose();
        Directory.Delete(_folder!, recursive: true);
    }

    private static ProcessStartInfo Standalone(string folder) => new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
    {
        ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Distribution.Standalone.dll"), "--urls", "http://127.0.0.1:0", "--data", folder },
    };

    private static ProcessStartInfo Distributed(string folder)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Distribution.sln"))) root = Path.GetDirectoryName(root) ?? throw new LoadFailure("the repository is not around this program");
        return new ProcessStartInfo(Path.Combine(root, "deploy", "local", "up"))
        {
            ArgumentList = { "--no-build", "--urls", $"http://127.0.0.1:{FreePort()}", "--data", folder },
        };
    }

    private static IEnumerable<int> DistributedProcesses(string folder) => Directory.EnumerateFiles(Path.Combine(folder, "run"), "*.pid")
        .Select(file => int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture));

    private static async Task<Server> StartChild(
        ProcessStartInfo start, string folder, Func<int, IEnumerable<int>> processes, CancellationToken cancel)
    {
        start.RedirectStandardOutput = true;
        var child = Process.Start(start) ?? throw new LoadFailure($"cannot start {start.FileName}");
        var ready = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        child.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null) ready.TrySetException(new LoadFailure("the server ended before it served: its message is above"));
            else if (line.Data.StartsWith(ReadyPrefix, StringComparison.Ordinal)) ready.TrySetResult(new Uri(line.Data[ReadyPrefix.Length..]));
        };
        child.BeginOutputReadLine();
        var id = child.Id;
        try
        {
            return new Server(await ready.Task.WaitAsync(StartMax, cancel), child, folder, () => processes(id));
        }
        catch
        {
            new Server(new Uri("http://127.0.0.1"), child, folder, () => []).Dispose();
            throw;
        }
    }

    private double? Sum(Func<Process, double> figure)
    {
        double? sum = null;
        foreach (var id in _processes())
        {
            using var process = Process.GetProcessById(id);
            sum = (sum ?? 0) + figure(process);
        }

        return sum;
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    [System.Runtime.InteropServices.DllImport("libc")]
    private static extern int kill(int process, int signal);
}
