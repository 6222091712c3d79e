using System.ComponentModel;
using Distribution.Command.Calls;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Distribution.Command.Access;

/// <summary>What a new grant takes.</summary>
internal sealed class AddGrantSettings : GiveSettings
{
    [CommandArgument(0, "<GRANT>")]
    [Description("Names the grant; never used again for another.")]
    public required string GrantId { get; init; }

    [CommandOption("--caller <CALLER>", true)]
    [Description("Who gets it: a person as ISSUER|SUBJECT, or all of a group as group:ISSUER|NAME, in quotes.")]
    public required string Caller { get; init; }

    [CommandOption("--reason <TEXT>", true)]
    [Description("Why.")]
    public required string Reason { get; init; }

    [CommandOption("--from <TIME>")]
    [Description("When it begins, where that is later.")]
    public string? From { get; init; }

    /// <summary>When it begins, where that is said.</summary>
    public DateTimeOffset? Begin => Time(From);

    /// <inheritdoc/>
    public override ValidationResult Validate() =>
        base.Validate() is { Successful: false } wrong ? wrong : IsTime(From) ? ValidationResult.Success() : NoTime("--from", From);
}

/// <summary><c>access grants add</c>: gives a person, or all of a group, a role at a place.</summary>
internal sealed class AddGrant : ApiCommand<AddGrantSettings>
{
    /// <inheritdoc/>
    protected override async Task Run(Api api, AddGrantSettings settings, Output output, CancellationToken cancel)
    {
        var body = settings.Body();
        body["caller"] = settings.Caller;
        body["reason"] = settings.Reason;
        body["from"] = settings.Begin;
        var answer = await api.Send(HttpMethod.Put, $"access/grants/{Uri.EscapeDataString(settings.GrantId)}", body, cancel);
        var grant = answer.As<Grant>();
        output.Tell(answer, grant.EndedAt is null
            ? $"{grant.Caller} has the role {grant.Role} at {Output.Place(grant.PlaceId)} from {Output.Time(grant.From)} until "
                + $"{Output.Time(grant.Until)}."
            : $"This grant was given before, and {grant.Term.State(grant.EndedAt.Value)}. Another has an id of its own.");
    }
}
