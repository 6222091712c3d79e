using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Distribution.Load.Read;

namespace Distribution.Load;

/// <summary>What a command came to, as it is kept in a file.</summary>
internal sealed record Results
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public required DateTimeOffset Date { get; init; }
    public required string Command { get; init; }
    public required string Machine { get; init; }
    public required IReadOnlyList<RunResult> Runs { get; init; }

    /// <summary>Doses a second of the bare limit, or null where it was not measured.</summary>
    public double? Limit { get; init; }

    /// <summary>Runs of the hand-written PostgreSQL endpoints.</summary>
    public IReadOnlyList<PostgresResult> Postgres { get; init; } = [];

    /// <summary>What reads came to.</summary>
    public IReadOnlyList<ReadResult> Reads { get; init; } = [];

    /// <summary>Of this machine and the command line.</summary>
    public static Results Of(string[] args, IReadOnlyList<RunResult> runs, double? limit, IReadOnlyList<PostgresResult> postgres,
        IReadOnlyList<ReadResult> reads) => new()
        {
            Date = DateTimeOffset.UtcNow,
            Command = $"dotnet run --project tests/Load -c Release -- {string.Join(' ', args)}",
            Machine = string.Create(CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30):N0} GiB, "
                + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}"),
            Runs = runs,
            Limit = limit,
            Postgres = postgres,
            Reads = reads,
        };

    /// <summary>Keeps them in a file.</summary>
    public void Write(string file) => File.WriteAllText(file, JsonSerializer.Serialize(this, Format) + "\n");

    /// <summary>Reads them back.</summary>
    /// <exception cref="LoadFailure">The file is none of ours.</exception>
    public static Results Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Results>(File.ReadAllText(file), Format) ?? throw new LoadFailure($"{file} holds nothing");
        }
        catch (Exception problem) when (problem is JsonException or IOException)
        {
            throw new LoadFailure($"{file}: {problem.Message}");
        }
    }
}
