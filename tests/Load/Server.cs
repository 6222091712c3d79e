using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Distribution.Load;

/// <summary>The server under load: child processes of our own with a fresh data folder, or somebody else's.</summary>
internal sealed class Server : IDisposable
{
    private const string ReadyPrefix = "Distribution serves at ";
    private const int SignalTerm = 15;
    private static readonly TimeSpan StartMax = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopMax = TimeSpan.FromMinutes(1);

    // How much one caller may ask for is no limit of what the server can.
    private const string Limit = "Limits__RequestsPerSecond";
    private const string NoLimit = "1000000";

    private static readonly string[] Open = ["--open"];

    private readonly string? _folder;
    private string? _keyFile;
    private readonly Func<int, IEnumerable<int>> _processes;
    private readonly Func<string, ProcessStartInfo>? _start;

    // What was started, which is the server itself or starts it; null when the server is somebody else's.
    private Process? _child;
    private (double CpuSeconds, double PeakResidentBytes) _killed;

    private Server(
        Uri address, string? folder, Func<int, IEnumerable<int>> processes, Func<string, ProcessStartInfo>? start, Process? child)
    {
        Address = address;
        _folder = folder;
        _processes = processes;
        _start = start;
        _child = child;
    }

    public Uri Address { get; private init; }

    /// <summary>Its address, with the key where it asks for one.</summary>
    public Door Door => new(Address, _keyFile is null ? null : File.ReadAllText(_keyFile).Trim());

    /// <summary>Seconds of all cores that the server's processes have used so far, or null when they are not known.</summary>
    public double? CpuSeconds => Sum(process => process.TotalProcessorTime.TotalSeconds) + _killed.CpuSeconds;

    /// <summary>The most memory that was ever resident (VmHWM), added up over the processes, in bytes, or null when they are not
    /// known.</summary>
    public double? PeakResidentBytes => Sum(process => process.PeakWorkingSet64) is { } peak
        ? Math.Max(peak, _killed.PeakResidentBytes) : null;

    /// <summary>The memory that is resident now, added up over the processes, in bytes, or null when they are not known.</summary>
    public double? ResidentBytes => Sum(process => process.WorkingSet64);

    /// <summary>Bytes in the data folder, or null when it is not ours.</summary>
    public long? DiskBytes => _folder is null ? null : Folder.Bytes(_folder);

    /// <summary>The server that the options name, or new child processes.</summary>
    public static async Task<Server> Start(LoadOptions options, CancellationToken cancel)
    {
        if (options.Server is { } address)
            return new Server(address, null, _ => options.Pid is { } pid ? [pid] : [], null, null) { _keyFile = options.KeyFile };

        var folder = Path.Combine(options.Data, $"distribution-load-{Guid.CreateVersion7():N}");
        Directory.CreateDirectory(folder);
        var server = options.Distributed
            ? new Server(
                LoopbackAddress(), folder, _ => DistributedProcesses(folder), url => Distributed(url, folder, options.SignIn), null)
            {
                _keyFile = options.SignIn ? Path.Combine(folder, "keys", "SignIn__AdministratorKey") : null,
            }
            : new Server(LoopbackAddress(), folder, child => [child], url => Standalone(url, folder, options.SignIn), null)
            {
                _keyFile = options.SignIn ? Path.Combine(folder, "administrator.key") : null,
            };
        await server.StartChild(cancel);
        return server;
    }

    /// <summary>A free address of this machine.</summary>
    public static Uri LoopbackAddress()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }

    /// <summary>Kills the server as a power cut would, starts it again on the same data, and waits until it is ready.</summary>
    /// <returns>Seconds from the start until <c>/health/ready</c> answered 200.</returns>
    /// <exception cref="LoadFailure">The server is no child of ours, or does not come back.</exception>
    public async Task<double> KillAndRestart(ApiClient api, CancellationToken cancel)
    {
        if (_child is not { } child || _start is null) throw new LoadFailure("only a server that this program started is killed");
        _killed = (CpuSeconds ?? 0, PeakResidentBytes ?? 0);
        child.Kill();
        await child.WaitForExitAsync(cancel);
        child.Dispose();
        var started = Stopwatch.GetTimestamp();
        await StartChild(cancel);
        while ((await api.Get("/health/ready", cancel)).Status != HttpStatusCode.OK)
            await Task.Delay(TimeSpan.FromMilliseconds(10), cancel);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    public void Dispose()
    {
        if (_child is { } child)
        {
            if (!child.HasExited && kill(child.Id, SignalTerm) == 0 && !child.WaitForExit(StopMax)) child.Kill(entireProcessTree: true);
            child.Dispose();
        }

        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }

    private static ProcessStartInfo Standalone(string url, string folder, bool signIn) => new(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "Distribution.Standalone.dll"), .. signIn ? [] : Open, "--urls", url, "--data", folder,
        ])
    {
        Environment = { [Limit] = NoLimit },
    };

    private static ProcessStartInfo Distributed(string url, string folder, bool signIn) => new(
        Path.Combine(Repository.Root, "deploy", "local", "up"), ["--no-build", .. signIn ? [] : Open, "--urls", url, "--data", folder])
    {
        Environment = { [Limit] = NoLimit },
    };

    private static IEnumerable<int> DistributedProcesses(string folder) => Directory.EnumerateFiles(Path.Combine(folder, "run"), "*.pid")
        .Select(file => int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture));

    private async Task StartChild(CancellationToken cancel)
    {
        var start = _start!(Address.GetLeftPart(UriPartial.Authority));
        InlineSockets.NotIn(start);
        start.RedirectStandardOutput = true;
        _child = Process.Start(start) ?? throw new LoadFailure($"cannot start {start.FileName}");
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _child.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null) ready.TrySetException(new LoadFailure("the server ended before it served: its message is above"));
            else if (line.Data.StartsWith(ReadyPrefix, StringComparison.Ordinal)) ready.TrySetResult();
        };
        _child.BeginOutputReadLine();
        try
        {
            await ready.Task.WaitAsync(StartMax, cancel);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private double? Sum(Func<Process, double> figure)
    {
        double? sum = null;
        foreach (var id in _processes(_child?.Id ?? 0))
        {
            try
            {
                using var process = Process.GetProcessById(id);
                sum = (sum ?? 0) + figure(process);
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
            {
                // It is being started again.
            }
        }

        return sum;
    }

    [System.Runtime.InteropServices.DllImport("libc")]
    private static extern int kill(int process, int signal);
}

/// <summary>A folder that a server writes to while it is looked at.</summary>
internal static class Folder
{
    /// <summary>Bytes of the files in it and below it; a file that goes away meanwhile is left out.</summary>
    public static long Bytes(string folder)
    {
        long bytes = 0;
        foreach (var file in Directory.EnumerateFiles(
            folder, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0 }))
        {
            try
            {
                bytes += new FileInfo(file).Length;
            }
            catch (FileNotFoundException)
            {
                // Gone since it was listed.
            }
        }

        return bytes;
    }
}
