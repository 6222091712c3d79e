using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Distribution.Command.Calls;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Distribution.Command.Import;

/// <summary>What an import takes.</summary>
internal sealed class ImportSettings : ApiSettings
{
    /// <summary>What sheets can be of, as the API names it.</summary>
    private static readonly string[] Kinds = [ImportFile.Administrations, "facilities", "target-populations", "shipments"];

    [CommandArgument(0, "<FILE>")]
    [Description("The sheet: a file that ends with .csv or .xlsx.")]
    public required string File { get; init; }

    [CommandOption("--as <KIND>")]
    [Description("What its rows are: administrations, facilities, target-populations or shipments.")]
    [DefaultValue(ImportFile.Administrations)]
    public required string Kind { get; init; }

    [CommandOption("--map <NAME>")]
    [Description("The import by whose map it is read; without one its columns are named as the API's fields.")]
    public string? Map { get; init; }

    [CommandOption("--dry-run")]
    [Description("Say what would come of it, and keep nothing.")]
    public bool DryRun { get; init; }

    [CommandOption("--report <FILE>")]
    [Description("Where the lines go that were not taken; else beside the sheet, with .refused.csv after its name (.dry-run.refused.csv "
        + "where nothing was kept).")]
    public string? Report { get; init; }

    /// <summary>The media type of the file; null where it is none that is taken.</summary>
    public string? MediaType => Path.GetExtension(File).ToLowerInvariant() switch
    {
        ".csv" => "text/csv",
        ".xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => null,
    };

    /// <inheritdoc/>
    public override ValidationResult Validate() =>
        MediaType is null ? ValidationResult.Error($"'{File}' ends neither with .csv nor with .xlsx: save the sheet as one of them")
        : Report is { } report && Path.GetFullPath(report) == Path.GetFullPath(File)
            ? ValidationResult.Error("--report: is the sheet itself, which would be lost: name another file")
        : !Kinds.Contains(Kind) ? ValidationResult.Error($"--as: '{Kind}' is none of {string.Join(", ", Kinds)}")
        : base.Validate();
}

/// <summary>
/// <c>import</c>: sends a sheet. The submission's id follows from what is in the file and in the map, so that the same file sent again
/// counts nothing twice.
/// </summary>
internal sealed class ImportFile : ApiCommand<ImportSettings>
{
    /// <summary>Doses and tallies.</summary>
    public const string Administrations = "administrations";

    /// <inheritdoc/>
    protected override async Task Run(Api api, ImportSettings settings, Output output, CancellationToken cancel)
    {
        var map = settings.Map is { } name
            ? Canonical((await api.Get($"{settings.Kind}/imports/{Uri.EscapeDataString(name)}", cancel)).GetProperty("map"))
            : "";
        var answer = await Send(api, settings, map, cancel);
        var refused = RefusedLine.Of(answer);
        output.Tell(answer, (settings.DryRun ? "It would come to: " : "") + Counts(answer) + Warnings(answer));
        var report = settings.Report ?? settings.File + (settings.DryRun ? ".dry-run" : "") + ".refused.csv";
        // One that stayed from an earlier run would tell of lines that are taken by now.
        if (refused.Count > 0 || File.Exists(report)) RefusedLine.Write(report, refused);
        if (refused.Count == 0) return;
        var total = Count(answer, "rejectedTotal") + Count(answer, "conflictsTotal");
        throw new Failure($"{total} {(total == 1 ? "line was" : "lines were")} not taken: {report} has "
            + $"{(total > refused.Count ? $"the first {refused.Count} of them" : "them")}, with what is wrong. Send what you correct in a "
            + "file of its own: a file that was changed is another one, and its tallies would count again.", Failure.InPart);
    }

    private static async Task<JsonElement> Send(Api api, ImportSettings settings, string map, CancellationToken cancel)
    {
        await using var file = Open(settings.File);
        var query = $"dryRun={(settings.DryRun ? "true" : "false")}";
        if (settings.Map is { } name) query += $"&import={Uri.EscapeDataString(name)}";
        if (settings.Kind == Administrations) query += $"&submissionId={await IdOf(file, map, cancel)}";
        var path = $"{settings.Kind}{(settings.Kind == Administrations ? "" : "/bulk")}?{query}";
        if (Console.IsErrorRedirected) return await api.Upload(path, file, settings.MediaType!, null, cancel);
        // Not where scripts read.
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress().AutoClear(true).StartAsync(async progress =>
        {
            var task = progress.AddTask(Markup.Escape(Path.GetFileName(settings.File)), maxValue: file.Length);
            return await api.Upload(path, file, settings.MediaType!, sent => task.Value = sent, cancel);
        });
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new Failure($"{path} cannot be read: {failure.Message}");
        }
    }

    private static async Task<string> IdOf(FileStream file, string map, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(map)));
        hash.AppendData(await SHA256.HashDataAsync(file, cancel));
        file.Position = 0;
        return "sheet-" + Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 24));
    }

    // The same for the same map, in whatever order and with whatever new fields a later system writes it.
    private static string Canonical(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(",", value.EnumerateObject()
            .Where(field => field.Value.ValueKind != JsonValueKind.Null).OrderBy(field => field.Name, StringComparer.Ordinal)
            .Select(field => JsonSerializer.Serialize(field.Name) + ":" + Canonical(field.Value))) + "}",
        JsonValueKind.Array => "[" + string.Join(",", value.EnumerateArray().Select(Canonical)) + "]",
        JsonValueKind.String => JsonSerializer.Serialize(value.GetString()),
        _ => value.GetRawText(),
    };

    private static string Counts(JsonElement answer)
    {
        (string Field, string Words)[] counts =
        [
            ("accepted", "taken"), ("kept", "taken that count nowhere"), ("unchanged", "as they were"), ("duplicates", "had come before"),
            ("held", "held until what they name is known"), ("conflictsTotal", "in conflict"), ("rejectedTotal", "refused"),
        ];
        var said = counts.Where(count => answer.TryGetProperty(count.Field, out _))
            .Select(count => $"{Count(answer, count.Field):N0} {count.Words}");
        var repeated = answer.TryGetProperty("repeated", out var before) && before.GetBoolean()
            ? " It had been imported before, and nothing was counted twice: this is the first answer."
            : "";
        return $"{string.Join(", ", said)}.{repeated}";
    }

    private static string Warnings(JsonElement answer) =>
        answer.TryGetProperty("warnings", out var warnings) && warnings.ValueKind == JsonValueKind.Array
            ? string.Concat(warnings.EnumerateArray().Select(each =>
                $"{Environment.NewLine}Look at line {each.GetProperty("line")}: {each.GetProperty("reason")}"))
                + More(Count(answer, "warningsTotal") - warnings.GetArrayLength())
            : "";

    private static string More(long warnings) => warnings > 0 ? $"{Environment.NewLine}and {warnings:N0} more like these." : "";

    private static long Count(JsonElement answer, string field) => answer.TryGetProperty(field, out var count) ? count.GetInt64() : 0;
}
