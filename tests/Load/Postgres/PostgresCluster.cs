using System.Diagnostics;

namespace Distribution.Load.Postgres;

/// <summary>A private PostgreSQL: a cluster in a folder of its own, on a free port of this machine, deleted afterwards.</summary>
internal sealed class PostgresCluster : IDisposable
{
    private const string User = "postgres";
    private const int SignalInterrupt = 2;
    private static readonly TimeSpan StartMax = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StopMax = TimeSpan.FromMinutes(1);

    // What is commonly set for a machine of this size. Every commit waits for its fsync, as by default.
    private static readonly string[] Settings =
    [
        "fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=1GB", "max_wal_size=8GB",
        "checkpoint_timeout=15min", "max_connections=60", "listen_addresses=127.0.0.1", "jit=off",
        "default_toast_compression=lz4",
    ];

    private readonly string _folder;
    private readonly Process? _server;

    private PostgresCluster(string folder, int port, Process? server)
    {
        // More connections at work than this only take the processors from one another.
        _folder = folder;
        _server = server;
        Connection = $"Host=127.0.0.1;Port={port};Username={User};Database={User};Pooling=true;Maximum Pool Size=16;" +
            "Max Auto Prepare=10;Auto Prepare Min Usages=1;No Reset On Close=true";
    }

    /// <summary>How to connect.</summary>
    public string Connection { get; }

    /// <summary>Bytes of the cluster, its log included.</summary>
    public long DiskBytes => Folder.Bytes(_folder);

    /// <summary>Starts one; installs PostgreSQL where it is missing and can be.</summary>
    /// <param name="data">The folder in which its folder is made.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="LoadFailure">There is no PostgreSQL here, or it does not start.</exception>
    public static async Task<PostgresCluster> Start(string data, CancellationToken cancel)
    {
        await Run(Path.Combine(Repository.Root, "tests", "Load", "postgres-install"), [], cancel);
        var programs = Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "postgres"))).Max() ?? throw new LoadFailure("PostgreSQL is not installed");
        var folder = Path.Combine(data, $"distribution-postgres-{Guid.CreateVersion7():N}");
        Directory.CreateDirectory(folder);
        var port = Server.LoopbackAddress().Port;
        var cluster = new PostgresCluster(folder, port, null);
        try
        {
            if (Environment.IsPrivilegedProcess) await Run("chown", [User, folder], cancel);
            var (initdb, initArguments) = AsUser(Path.Combine(programs, "initdb"),
                ["-D", Path.Combine(folder, "data"), "-A", "trust", "-U", User, "-E", "UTF8", "--locale=C"]);
            await Run(initdb, initArguments, cancel);
            var (postgres, arguments) = AsUser(Path.Combine(programs, "postgres"),
                ["-D", Path.Combine(folder, "data"), "-p", $"{port}", "-k", folder,
                    .. Settings.SelectMany(setting => (string[])["-c", setting])]);
            var server = Process.Start(
                new ProcessStartInfo(postgres, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })
                ?? throw new LoadFailure("PostgreSQL cannot be started");
            cluster = new PostgresCluster(folder, port, server);
            // Its log, which would fill the pipe.
            server.ErrorDataReceived += (_, _) => { };
            server.BeginErrorReadLine();
            await UntilReady(Path.Combine(programs, "pg_isready"), port, server, cancel);
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_server is not null)
        {
            // SIGINT is its fast shutdown.
            if (!_server.HasExited && kill(_server.Id, SignalInterrupt) == 0 && !_server.WaitForExit(StopMax))
                _server.Kill(entireProcessTree: true);
            _server.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    // PostgreSQL refuses to run as root.
    private static (string Program, string[] Arguments) AsUser(string program, string[] arguments) => Environment.IsPrivilegedProcess
        ? ("setpriv", [$"--reuid={User}", $"--regid={User}", "--clear-groups", program, .. arguments])
        : (program, arguments);

    private static async Task UntilReady(string isReady, int port, Process server, CancellationToken cancel)
    {
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                await Run(isReady, ["-q", "-h", "127.0.0.1", "-p", $"{port}"], cancel);
                return;
            }
            catch (LoadFailure notYet)
            {
                if (server.HasExited || Stopwatch.GetElapsedTime(started) > StartMax)
                    throw new LoadFailure($"PostgreSQL does not start: {notYet.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancel);
            }
        }
    }

    private static async Task Run(string program, string[] arguments, CancellationToken cancel)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new LoadFailure($"cannot start {program}");
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        await process.WaitForExitAsync(cancel);
        await output;
        if (process.ExitCode != 0)
            throw new LoadFailure($"{Path.GetFileName(program)} ends with {process.ExitCode}: {(await errors).Trim()}");
    }

    [System.Runtime.InteropServices.DllImport("libc")]
    private static extern int kill(int process, int signal);
}
