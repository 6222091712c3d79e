using System.ComponentModel;
using Distribution.Command.Calls;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Distribution.Command.Access;

/// <summary>What an end takes.</summary>
internal sealed class EndSettings : ApiSettings
{
    [CommandArgument(0, "<ID>")]
    [Description("What is to end, by its id.")]
    public required string Id { get; init; }

    [CommandOption("--reason <TEXT>", true)]
    [Description("Why: it is kept, and shown with what has ended.")]
    public required string Reason { get; init; }

    [CommandOption("-y|--yes")]
    [Description("Do not ask whether to.")]
    public bool Yes { get; init; }
}

/// <summary>Ends something at once, after a look at whether that is meant.</summary>
/// <param name="what">What it is.</param>
/// <param name="path">Where the API has such things.</param>
/// <param name="comes">What comes of it.</param>
internal abstract class End(string what, string path, string comes) : ApiCommand<EndSettings>
{
    /// <inheritdoc/>
    protected override async Task Run(Api api, EndSettings settings, Output output, CancellationToken cancel)
    {
        if (!settings.Yes) await Confirm(settings.Id, cancel);
        var request = new { requestId = $"{Guid.NewGuid():N}", reason = settings.Reason };
        var ended = await api.Send(HttpMethod.Post, $"{path}/{Uri.EscapeDataString(settings.Id)}/end", request, cancel);
        output.Tell(ended, $"The {what} {settings.Id} has ended: {comes}.");
    }

    private async Task Confirm(string id, CancellationToken cancel)
    {
        if (Console.IsInputRedirected)
            throw new Failure($"Nobody can be asked here whether to end the {what} {id}: say --yes.", Failure.Misunderstood);
        // Not where scripts read.
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        var question = new ConfirmationPrompt(Markup.Escape($"End the {what} {id}? Then {comes}, and it does not come back."))
        {
            DefaultValue = false,
        };
        if (!await console.PromptAsync(question, cancel)) throw new Failure($"The {what} {id} was not ended.");
    }
}

/// <summary><c>access keys end</c>.</summary>
internal sealed class EndKey() : End("access key", "access/keys", "who has it is refused within a second");

/// <summary><c>access grants end</c>.</summary>
internal sealed class EndGrant() : End("grant", "access/grants", "it gives nothing within a second");

/// <summary><c>access shares end</c>.</summary>
internal sealed class EndShare() : End("share", "shares", "the ally sees nothing through it within a second");
