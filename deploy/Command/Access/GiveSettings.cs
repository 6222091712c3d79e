using System.ComponentModel;
using System.Globalization;
using Distribution.Command.Calls;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Distribution.Command.Access;

/// <summary>What is given to somebody: a role at a place, until an end.</summary>
internal abstract class GiveSettings : ApiSettings
{
    [CommandOption("--role <ROLE>", true)]
    [Description("What may be done: viewer, headOfMinistry, nationalLogistics, logistics, clinic, integration, accessAdmin or operator.")]
    public required string Role { get; init; }

    [CommandOption("--place <PLACE>")]
    [Description("Where: the code of a place, with all below it. It need not be known yet.")]
    public string? Place { get; init; }

    [CommandOption("--everywhere")]
    [Description("In the whole system, in place of --place.")]
    public bool Everywhere { get; init; }

    [CommandOption("--right <RIGHT>")]
    [Description("For the role integration: a right that it is given, such as report.write. May be said again.")]
    public string[] Rights { get; init; } = [];

    [CommandOption("--until <TIME>")]
    [Description("When it ends: a day or a time, of UTC where nothing else is said; a year after it begins at most, and by default.")]
    public string? Until { get; init; }

    /// <summary>What the API is told of it, to which more is added.</summary>
    public Dictionary<string, object?> Body() => new()
    {
        ["role"] = Role,
        ["placeId"] = Place,
        ["rights"] = Rights.Length > 0 ? Rights : null,
        ["until"] = Time(Until),
    };

    /// <inheritdoc/>
    public override ValidationResult Validate() =>
        base.Validate() is { Successful: false } wrong ? wrong
        : Everywhere == Place is not null ? ValidationResult.Error("say where: --place PLACE, or --everywhere for the whole system")
        : IsTime(Until) ? ValidationResult.Success()
        : NoTime("--until", Until);

    /// <summary>What is said where an option is no time.</summary>
    protected static ValidationResult NoTime(string option, string? text) =>
        ValidationResult.Error($"{option}: '{text}' is no day such as 2027-01-31, and no time such as 2027-01-31T18:00");

    /// <summary>Whether an option is a time, or left out.</summary>
    protected static bool IsTime(string? text) => text is null || Time(text) is not null;

    /// <summary>The time that an option says.</summary>
    protected static DateTimeOffset? Time(string? text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}
