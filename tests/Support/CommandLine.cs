using System.Diagnostics;

namespace Distribution.Tests.Support;

/// <summary>Other programs, run to their end.</summary>
public static class CommandLine
{
    /// <summary>Runs a program: its exit code and all that it printed; a program that is not there has exit code 127.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="within">How long it may take. Then it is killed with all that it started.</param>
    /// <param name="environment">Environment variables for it besides ours, or null.</param>
    /// <exception cref="TimeoutException">It took longer.</exception>
    public static async Task<(int ExitCode, string Output)> Run(
        IReadOnlyList<string> command, TimeSpan within, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (127, missing.Message);
        }

        process.StandardInput.Close();
        var said = process.StandardOutput.ReadToEndAsync();
        var complained = process.StandardError.ReadToEndAsync();
        try
        {
            await Task.WhenAll(process.WaitForExitAsync(), said, complained).WaitAsync(within);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"Not within {within.TotalSeconds:0} s: {string.Join(' ', command)}");
        }

        return (process.ExitCode, (await said + await complained).Trim());
    }

    /// <summary>Runs a program that must succeed: what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    /// <inheritdoc cref="Run"/>
    public static async Task<string> Require(
        IReadOnlyList<string> command, TimeSpan within, IReadOnlyDictionary<string, string>? environment = null)
    {
        var (code, output) = await Run(command, within, environment);
        return code == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {code}:\n{output}");
    }
}
