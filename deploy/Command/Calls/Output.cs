using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Distribution.Command.Calls;

/// <summary>What a command prints: for people a table or a line, for scripts JSON and nothing else.</summary>
/// <param name="json">Whether it is for scripts.</param>
internal sealed class Output(bool json)
{
    // Where nobody looks a row is a line, however long.
    private const int RedirectedWidth = 1_000;

    private static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly IAnsiConsole _console = Open();

    /// <summary>Shows many things.</summary>
    /// <typeparam name="T">What each is to people.</typeparam>
    /// <param name="items">The things, as the system tells of them and scripts get them.</param>
    /// <param name="columns">What people see of each: the heading, and the text.</param>
    public void Table<T>(IReadOnlyList<JsonElement> items, params (string Heading, Func<T, string> Text)[] columns)
    {
        if (json)
        {
            Json(items);
            return;
        }

        if (items.Count == 0)
        {
            Line("None.");
            return;
        }

        var table = new Table().Border(TableBorder.Simple);
        foreach (var (heading, _) in columns) table.AddColumn(new TableColumn(new Text(heading)));
        foreach (var item in items.Select(item => item.As<T>())) table.AddRow(columns.Select(column => new Text(column.Text(item))));
        _console.Write(table);
    }

    /// <summary>Tells what came of a request.</summary>
    /// <param name="answer">The system's answer, as scripts get it.</param>
    /// <param name="text">What people read.</param>
    public void Tell(JsonElement answer, string text)
    {
        if (json) Json(answer);
        else Line(text);
    }

    /// <summary>Tells people something beside what was asked for, where scripts do not read it.</summary>
    public static void Note(string text) => Console.Error.WriteLine(text);

    /// <summary>Where something holds, as tables have it.</summary>
    public static string Place(string? placeId) => placeId ?? "whole system";

    /// <summary>A time, as tables have it.</summary>
    public static string Time(DateTimeOffset? at) => at switch
    {
        null => "",
        { Year: 9999 } => "no end",
        _ => $"{at.Value.UtcDateTime:yyyy-MM-dd HH:mm}Z",
    };

    private static void Json(object item) => Line(JsonSerializer.Serialize(item, Written));

    private static void Line(string text) => Console.WriteLine(text);

    private static IAnsiConsole Open()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (Console.IsOutputRedirected) console.Profile.Width = RedirectedWidth;
        return console;
    }
}
