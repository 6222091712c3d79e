using System.ComponentModel;
using Distribution.Command.Calls;
using Spectre.Console.Cli;

namespace Distribution.Command.Access;

/// <summary>What a list takes.</summary>
internal sealed class ListSettings : ApiSettings
{
    [CommandOption("-a|--all")]
    [Description("Also what has ended, and what has not begun.")]
    public bool All { get; init; }
}
