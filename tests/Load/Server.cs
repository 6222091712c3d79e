using System.Diagnostics;

namespace Distribution.Load;

/// <summary>The server under load: a child process of our own with a fresh data folder, or somebody else's.</summary>
internal sealed class Server : IDisposable
{
    private const string ReadyPrefix = "Distribution serves at ";
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private readonly Process? _process;
    private readonly string? _folder;
    private readonly bool _ours;

    private Server(Uri address, Process? process, string? folder, bool ours)
    {
        Address = address;
        _process = process;
        _folder = folder;
        _ours = ours;
    }

    public Uri Address { get; }

    /// <summary>Seconds of both cores that the server has used so far, or null when its process is not known.</summary>
    public double? CpuSeconds
    {
        get
        {
            _process?.Refresh();
            return _process?.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>The most memory that was ever resident, in bytes, or null when its process is not known.</summary>
    public long? PeakResidentBytes
    {
        get
        {
            _process?.Refresh();
            return _process?.PeakWorkingSet64;
        }
    }

    /// <summary>Bytes in the data folder, or null when it is not ours.</summary>
    public long? DiskBytes =>
        _folder is null ? null : new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <summary>The server that the options name, or a new child process.</summary>
    public static async Task<Server> Start(LoadOptions options, CancellationToken cancel)
    {
        if (options.Server is { } address)
            return new Server(address, options.Pid is { } pid ? Process.GetProcessById(pid) : null, null, ours: false);

        var folder = Path.Combine(options.Data, $"distribution-load-{Guid.CreateVersion7():N}");
        Directory.CreateDirectory(folder);
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "Distribution.Standalone.dll"),
                "--urls", "http://127.0.0.1:0", "--data", folder,
            },
        };
        var process = Process.Start(start) ?? throw new LoadFailure($"cannot start {start.FileName}");
        var ready = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null) ready.TrySetException(new LoadFailure("the server ended before it served: its message is above"));
            else if (line.Data.StartsWith(ReadyPrefix, StringComparison.Ordinal)) ready.TrySetResult(new Uri(line.Data[ReadyPrefix.Length..]));
        };
        process.BeginOutputReadLine();
        try
        {
            return new Server(await ready.Task.WaitAsync(StartMax, cancel), process, folder, ours: true);
        }
        catch
        {
            new Server(new Uri("http://127.0.0.1"), process, folder, ours: true).Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_ours)
        {
            _process!.Kill();
            _process.WaitForExit();
            Directory.Delete(_folder!, recursive: true);
        }

        _process?.Dispose();
    }
}
