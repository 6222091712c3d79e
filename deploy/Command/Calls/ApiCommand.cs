using Spectre.Console.Cli;

namespace Distribution.Command.Calls;

/// <summary>A command that asks a running system.</summary>
/// <typeparam name="TSettings">What it takes.</typeparam>
internal abstract class ApiCommand<TSettings> : AsyncCommand<TSettings> where TSettings : ApiSettings
{
    /// <inheritdoc/>
    public sealed override async Task<int> ExecuteAsync(
        CommandContext context, TSettings settings, CancellationToken cancellationToken)
    {
        using var api = new Api(settings);
        await Run(api, settings, new Output(settings.Json), cancellationToken);
        return 0;
    }

    /// <summary>Does it.</summary>
    /// <param name="api">The system.</param>
    /// <param name="settings">What the command was given.</param>
    /// <param name="output">Where it says what came of it.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="Failure">It cannot.</exception>
    protected abstract Task Run(Api api, TSettings settings, Output output, CancellationToken cancel);
}
