using System.Diagnostics;

namespace Distribution.Tests.Support;

/// <summary>
/// Standalone as a real process on a free port of the loopback address, with a data folder of its own that goes when
/// the test ends. It can be killed and started again on the same folder and address.
/// </summary>
public sealed class StandaloneProcess : IHosting
{
    private const string ReadyLine = "Distribution serves at ";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("distribution-test-").FullName;
    private readonly List<string> _output = [];
    private Process? _process;

    private readonly IReadOnlyDictionary<string, string> _environment;

    private readonly string[] _arguments;

    private readonly bool _signIn;

    private StandaloneProcess(IReadOnlyDictionary<string, string> environment, string[] arguments, bool signIn) =>
        (_environment, _arguments, _signIn) = (environment, arguments, signIn);

    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    public IReadOnlyList<string> Parts { get; } = ["standalone"];

    /// <summary>Its stores: to be touched only while it does not run.</summary>
    public string DataFolder => _folder;

    /// <summary>The first access key, of a system that asks for one.</summary>
    public string AdministratorKey => File.ReadAllText(Path.Combine(_folder, "administrator.key")).Trim();

    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("not running");

    /// <summary>What the process has printed, over all its starts: for a failed test's message.</summary>
    public string Output
    {
        get
        {
            lock (_output) return string.Join('\n', _output);
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="environment">Environment variables for it besides ours, or null.</param>
    /// <param name="arguments">Arguments for it besides ours.</param>
    public static Task<StandaloneProcess> Start(IReadOnlyDictionary<string, string>? environment = null, params string[] arguments) =>
        Start(new StandaloneProcess(environment ?? new Dictionary<string, string>(), arguments, signIn: false));

    /// <summary>Starts one that asks everybody to sign in.</summary>
    /// <param name="arguments">Arguments for it besides ours.</param>
    public static Task<StandaloneProcess> StartSigningIn(params string[] arguments) =>
        Start(new StandaloneProcess(new Dictionary<string, string>(), arguments, signIn: true));

    private static async Task<StandaloneProcess> Start(StandaloneProcess standalone)
    {
        try
        {
            await standalone.Restart();
            return standalone;
        }
        catch
        {
            await standalone.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the process; the address stays what it was.</summary>
    public async Task Restart()
    {
        var ready = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
                { Path.Combine(AppContext.BaseDirectory, "Distribution.Standalone.dll"), "--urls", Address.ToString(), "--data", _folder },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in _signIn ? _arguments : ["--open", .. _arguments]) start.ArgumentList.Add(argument);
        foreach (var (name, value) in _environment) start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.Start();
        _process = process;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _ = Ended();
        Address = await ready.Task.WaitAsync(StartLimit);

        // What it said last may be read a little after it ended.
        async Task Ended()
        {
            await process.WaitForExitAsync();
            ready.TrySetException(new InvalidOperationException($"Standalone ended before it was ready:\n{Output}"));
        }

        void Note(string? line)
        {
            if (line is null) return;
            lock (_output) _output.Add(line);
            if (line.StartsWith(ReadyLine, StringComparison.Ordinal)) ready.TrySetResult(new Uri(line[ReadyLine.Length..].Trim()));
        }
    }

    /// <summary>SIGKILL: the process gets no chance to finish anything.</summary>
    public async Task Kill()
    {
        if (_process is not { } process) return;
        _process = null;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    public async Task Crash(string part)
    {
        await Kill();
        await Restart();
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        Directory.Delete(_folder, recursive: true);
    }
}
