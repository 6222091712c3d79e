using System.ComponentModel;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Distribution.Command.Calls;

/// <summary>What every command takes that asks a running system.</summary>
internal abstract class ApiSettings : CommandSettings
{
    [CommandOption("--url <URL>")]
    [Description("Where the system answers.")]
    [DefaultValue("http://127.0.0.1:8080")]
    public required string Url { get; init; }

    [CommandOption("--key-file <FILE>")]
    [Description("The file of the access key to sign in with; else DISTRIBUTION_KEY_FILE names it, else it is data/administrator.key.")]
    public string? KeyFile { get; init; }

    [CommandOption("--json")]
    [Description("Print JSON, for scripts.")]
    public bool Json { get; init; }

    /// <summary>The address, which ends with a slash.</summary>
    public Uri Address => new(Url.TrimEnd('/') + "/");

    /// <inheritdoc/>
    public override ValidationResult Validate() =>
        Uri.TryCreate(Url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? ValidationResult.Success()
            : ValidationResult.Error($"--url: '{Url}' is no address such as https://vaccines.example.org");
}
