using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Microsoft.AspNetCore.Connections;

namespace Distribution.Platform.Hosting;

/// <summary>A program's command line: what it understands, and how a failure of the start is told in one line.</summary>
public static class CommandLine
{
    /// <summary>The switch by which nobody is asked to sign in.</summary>
    public const string Open = "--open";

    private const int Failed = 1;
    private const int Misunderstood = 2;

    // Ours, and the host's own.
    private static readonly string[] Options =
    [
        "--urls", "--data", "--secrets", "--hosts", "--tls-cert", "--tls-key", "--behind-proxy", "--environment",
        "--applicationName", "--contentRoot", "--AllowedHosts", "--shutdownTimeoutSeconds",
    ];

    private static readonly string[] Secrets =
        [$"--{SignInSettings.SigningKeySetting}", $"--{SignInSettings.AdministratorKeySetting}"];

    private const string Connections = "--ConnectionStrings:";

    // With how many arguments each takes.
    private static readonly Dictionary<string, int> Commands =
        new()
        {
            ["backup"] = 2,
            ["restore"] = 2,
            ["move"] = 2,
            ["health"] = 1,
            ["sign-in-keys"] = 1,
            ["destroy-recipient-key"] = 2,
            ["audit"] = 2,
        };

    /// <summary>Runs a program, after a look at its command line.</summary>
    /// <param name="name">The program, as people know it.</param>
    /// <param name="args">The command line.</param>
    /// <param name="run">What it does; returns the exit code.</param>
    /// <param name="switches">Options of its own that take no value, each with what it does.</param>
    /// <returns>The exit code: 1 where it cannot start, 2 where the command line is not understood.</returns>
    public static async Task<int> Run(string name, string[] args, Func<Task<int>> run, params (string Option, string Does)[] switches)
    {
        PrivateFiles.Only();
        if (args.Any(argument => argument is "--help" or "-h" or "-?"))
        {
            Console.WriteLine(Help(name, switches));
            return 0;
        }

        if (Secret(args) is { } secret)
        {
            await Console.Error.WriteLineAsync(
                $"{name}: {secret} is a secret, and whoever is on this machine can read the command line: give it as the environment "
                    + $"variable {secret.TrimStart('-').Replace(":", "__", StringComparison.Ordinal)}, or as a file with --secrets.");
            return Misunderstood;
        }

        if (Unknown(args, switches) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"{name}: {unknown} is not understood; --help lists what is.");
            return Misunderstood;
        }

        try
        {
            return await run();
        }
        catch (StoreUnavailableException unavailable)
        {
            await Console.Error.WriteLineAsync(unavailable.Message);
            return Failed;
        }
        catch (StartRefusedException refused)
        {
            await Console.Error.WriteLineAsync($"{name}: {refused.Message}");
            return Failed;
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync(
                $"{name}: another program serves at this address; choose another with --urls. ({taken.Message})");
            return Failed;
        }
    }

    /// <summary>Whether it is a command, instead of settings.</summary>
    internal static bool IsCommand(string[] args) => args.Length > 0 && Commands.ContainsKey(args[0]);

    /// <summary>The first option that gives a secret away, or null: a key, or a connection with a password.</summary>
    private static string? Secret(string[] args)
    {
        for (var at = 0; at < args.Length; at++)
        {
            var option = args[at].Split('=')[0];
            var value = args[at].Contains('=', StringComparison.Ordinal) ? args[at] : at + 1 < args.Length ? args[at + 1] : "";
            if (Secrets.Contains(option, StringComparer.OrdinalIgnoreCase)
                || (option.StartsWith(Connections, StringComparison.OrdinalIgnoreCase) && value.Contains('@', StringComparison.Ordinal)))
                return option;
        }

        return null;
    }

    /// <summary>The first argument that is neither an option, a setting (<c>--Storage:Provider</c>), a command nor a value; or
    /// null.</summary>
    private static string? Unknown(string[] args, (string Option, string Does)[] switches)
    {
        if (args.Length > 0 && Commands.TryGetValue(args[0], out var takes))
            return args.Length == takes + 1 ? null : $"{args[0]} with {args.Length - 1} arguments, where it takes {takes},";
        for (var at = 0; at < args.Length; at++)
        {
            if (args[at] == Open || switches.Any(known => known.Option == args[at])) continue;
            // Not what follows: it may be a password.
            var option = args[at].Split('=')[0];
            if (!Options.Contains(option, StringComparer.OrdinalIgnoreCase)
                && !(option.StartsWith("--", StringComparison.Ordinal) && option.Contains(':', StringComparison.Ordinal))) return option;
            if (args[at].Contains('=', StringComparison.Ordinal)) continue;
            if (++at == args.Length || args[at].StartsWith("--", StringComparison.Ordinal)) return $"{option} without a value";
        }

        return null;
    }

    private static string Help(string name, (string Option, string Does)[] switches) => $"""
        {name}

          --urls URL        where to serve (default http://127.0.0.1:8080)
          --data FOLDER     the folder of the embedded stores (default ./data)
          --hosts NAMES     names by which it is called beside its own, with commas between
          --secrets FOLDER  settings as files, a file each (default /run/secrets)
          --open            ask nobody to sign in; only on an address of this machine alone
          --tls-cert FILE   serve at https with this certificate, as PEM
          --tls-key FILE    its key, as PEM
          --behind-proxy CIDR  the network of a proxy that does TLS, and says whom it passes on
          --SETTING VALUE   any other setting, such as --Storage:Provider NAME; of what one may ask for, where people sign in:
                            --Limits:RequestsPerSecond (200 a caller), --Limits:StrangerRequestsPerSecond (20 an address)
        {string.Concat(switches.Select(known => $"  {known.Option,-16}  {known.Does}\n"))}
        Instead of serving:
          backup FOLDER TARGET       copy the stores of a running program
          restore BACKUP FOLDER      put such a copy into a new folder, and check it
          move FOLDER CONNECTION     move the stores to a database server
          health URL                 ask a running program how it is
          sign-in-keys FOLDER        make the keys that a distributed system needs where people sign in
          audit verify FOLDER        look whether the audit is as it was recorded, and name the first record that is not; of the
                            folder of a program that is stopped, a backup that was restored, or the CONNECTION of a database
          destroy-recipient-key COUNTRY FOLDER  end every link from a country's doses to persons; FOLDER is that of the keys
                            (keys in the data folder), and a program that uses it may go on running
        """;
}
