using System.Diagnostics;
using System.Net.Sockets;

namespace Distribution.Tests.Support;

/// <summary>
/// A MongoDB server for tests: the one that DISTRIBUTION_MONGODB names (a connection string), or one that the script
/// <c>shared/mongo/mongo</c> beside the repository starts. Where there is neither, <see cref="Missing"/> says so.
/// </summary>
public sealed class MongoServer : IAsyncDisposable
{
    private const string Variable = "DISTRIBUTION_MONGODB";
    private const string NoServer = $"there is no MongoDB server: {Variable} is not set, and shared/mongo/mongo is not beside the repository";
    private const int Port = 27017;

    // The script puts its PostgreSQL so far behind the port that clients see.
    private const int PortsBehind = 10_000;
    private const int AbandonedAfterSeconds = 10;
    private static readonly TimeSpan StartTimeMax = TimeSpan.FromMinutes(5);
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static int _users;
    private static bool _startedHere;
    private readonly string? _script;

    private MongoServer(string? script, string connection, string? missing) => (_script, Connection, Missing) = (script, connection, missing);

    /// <summary>The connection string, without a database.</summary>
    public string Connection { get; }

    /// <summary>Why there is none, or null.</summary>
    public string? Missing { get; private set; }

    /// <summary>Whether the server may be killed: only one that a script starts again.</summary>
    public bool CanBeKilled => _script is not null;

    /// <summary>Why there cannot be one here, as far as can be told without starting it, or null.</summary>
    public static string? CannotBe()
    {
        return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } || FindScript() is not null ? null : NoServer;
    }

    /// <summary>Finds the server and starts it where it does not run yet.</summary>
    public static async Task<MongoServer> Start()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } connection) return new MongoServer(null, connection, null);
        if (FindScript() is not { } script) return new MongoServer(null, "", NoServer);
        var server = new MongoServer(script, $"mongodb://127.0.0.1:{Port}/", null);
        await Gate.WaitAsync();
        try
        {
            if (!await Listens())
            {
                if (await server.Run("up", $"{Port}") is { } failure) server.Missing = $"{script} up did not work: {failure}";
                _startedHere = server.Missing is null;
            }

            if (server.Missing is not null) return server;
            await EndAbandonedTransactions();
            _users++;
            return server;
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>Kills the server with SIGKILL.</summary>
    public async Task Kill() => await Required("kill");

    /// <summary>Starts a killed server again, with the data that it had.</summary>
    public async Task StartAgain() => await Required("up", $"{Port}");

    /// <summary>Stops it when it was started here, and nobody here needs it any more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_script is null || Missing is not null) return;
        await Gate.WaitAsync();
        try
        {
            if (--_users > 0 || !_startedHere) return;
            _startedHere = false;
            await Required("down");
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>
    /// MongoDB ends the transactions of a client that is gone. The script's server is a bridge to PostgreSQL that keeps them,
    /// and what they hold, for ever, unless PostgreSQL is told to end those in which nothing happens.
    /// </summary>
    private static async Task EndAbandonedTransactions()
    {
        await using var database = Npgsql.NpgsqlDataSource.Create($"Host=127.0.0.1;Port={Port + PortsBehind};Username=postgres;Database=postgres");
        await using var set = database.CreateCommand($"ALTER SYSTEM SET idle_in_transaction_session_timeout = '{AbandonedAfterSeconds}s'");
        await set.ExecuteNonQueryAsync();
        await using var reload = database.CreateCommand("SELECT pg_reload_conf()");
        await reload.ExecuteNonQueryAsync();
    }

    private async Task Required(params string[] arguments)
    {
        if (await Run(arguments) is { } failure) throw new InvalidOperationException($"{_script} {string.Join(' ', arguments)}: {failure}");
    }

    /// <summary>Null when it went well, else what the script said.</summary>
    private async Task<string?> Run(params string[] arguments)
    {
        // Through files: what the script starts keeps its output open, and reading it would not end.
        var output = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo("/bin/bash", ["-c", "out=$1; shift; exec \"$@\" >\"$out\" 2>&1 </dev/null", "mongo", output, _script!, .. arguments]);
            using var process = Process.Start(start)!;
            using var limit = new CancellationTokenSource(StartTimeMax);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? null : (await File.ReadAllTextAsync(output, limit.Token)).Trim();
        }
        finally
        {
            File.Delete(output);
        }
    }

    private static async Task<bool> Listens()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string? FindScript()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (!File.Exists(Path.Combine(at.FullName, "Distribution.sln"))) continue;
            var script = Path.Combine(at.FullName, "..", "shared", "mongo", "mongo");
            return File.Exists(script) ? Path.GetFullPath(script) : null;
        }

        return null;
    }
}
