using System.Globalization;
using Distribution.Load.Postgres;

namespace Distribution.Load;

/// <summary>What the command line asked for.</summary>
internal sealed record LoadOptions
{
    /// <summary>The mode in which this program is the PostgreSQL endpoint, started by itself.</summary>
    public const string PostgresEndpoint = "postgres-endpoint";

    public const string Usage = """
        usage: dotnet run --project tests/Load -c Release -- <mode> [options]
        modes: batch, single, limit, all, compare, italy, read, soak, doors, postgres, bodies, plot; see the README
          --system S           standalone or distributed (deploy/local/up): what is started as a child, and its data deleted afterwards
          --server URL         load this server instead
          --key FILE           the access key to --server, as its only text
          --sign-in true|false the child asks for an access key, and is sent its administrator's (default false)
          --pid N              the process of --server, for its CPU seconds and memory
          --data DIR           where the child's data folder and the bare SQLite file are made (default: the system's temporary folder)
          --doses N            doses in all (default 2000000; italy: all 145134032)
          --batch N            doses a submission (default 500)
          --clients N          connections that post (default 4; single, soak: 8); read: that read (default 16)
          --format json|ndjson the body (default json)
          --ids v7|v4          dose ids: ordered by time, or random (default v7)
          --repeat F           fraction of the submissions that are posted twice (default 0.01)
          --rate N             doses a second to post, with latency from the intended start (default: as fast as answered; soak, read: 20000)
          --seconds N          single, soak, read: how long (default 10, 60, 20)
          --warmup N           seconds of posting before the measure, so that the server's code is compiled (default 2; italy: none)
          --limit true|false   batch, italy: also measure the bare limit, for the ratio (default true)
          --limit-doses N      italy: doses that the bare limit is measured with (default 5000000)
          --campaign DIR       italy: the folder of the open data (default: ../shared/data/italy beside the repository)
          --ages true|false    italy: give each dose an age band, as the region's people are spread over them (default false)
          --kill-at N          italy: kill the server after so many doses, start it again and go on
          --postgres bare|whole|both|false
                               batch, single, italy: also load a hand-written PostgreSQL endpoint, for the ratio: the least that counts
                               doses, or one that keeps what the API promises (default false; postgres: both)
          --postgres-doses N   doses that it is loaded with at most (default 1000000)
          --json FILE          keep the results there; plot: what is drawn, several files separated by commas
          --plot FILE          italy, soak, plot: draw doses/s, memory, disk and freshness over the doses as SVG
          --mongodb URL        batch: the child stores on this MongoDB server, in databases that are dropped afterwards, and the limit is a
                               bare insertMany of the same keys there
        """;

    private static readonly string[] Modes =
        ["batch", "single", "limit", "all", "compare", "italy", "read", "soak", "doors", "postgres", "bodies", "plot"];

    public required string Mode { get; init; }
    public Uri? Server { get; init; }
    public int? Pid { get; init; }

    /// <summary>The file of the access key to <see cref="Server"/>, or null.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Whether a child asks for an access key.</summary>
    public bool SignIn { get; init; }
    public bool Distributed { get; init; }
    public string Data { get; init; } = Path.GetTempPath();
    public long? Doses { get; init; }
    public int Batch { get; init; } = 500;
    public int? Clients { get; init; }
    public bool Ndjson { get; init; }
    public bool TimeOrderedIds { get; init; } = true;
    public double Repeat { get; init; } = 0.01;
    public double? Rate { get; init; }
    public int? Seconds { get; init; }
    public int WarmupSeconds { get; init; } = 2;
    public bool Limit { get; init; } = true;
    public long LimitDoses { get; init; } = 5_000_000;
    public string? Campaign { get; init; }
    public bool Ages { get; init; }
    public long? KillAt { get; init; }

    /// <summary>The hand-written PostgreSQL endpoints to compare with.</summary>
    public IReadOnlyList<PostgresKind> Postgres { get; init; } = [];
    public long PostgresDoses { get; init; } = 1_000_000;
    public string? Json { get; init; }
    public string? Plot { get; init; }

    /// <summary>A MongoDB connection string with a database of this run's own, or null.</summary>
    public string? MongoDb { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It makes no sense; the message says why.</exception>
    public static LoadOptions Parse(string[] args)
    {
        if (args is not [var mode, ..] || !Modes.Contains(mode)) throw new FormatException($"say a mode: {string.Join(", ", Modes)}");
        var options = new LoadOptions { Mode = mode, Postgres = mode == "postgres" ? [PostgresKind.Bare, PostgresKind.Whole] : [] };
        if (args.Length % 2 == 0) throw new FormatException($"{args[^1]}: an option has a name and a value");
        for (var at = 1; at < args.Length; at += 2)
        {
            var (name, value) = (args[at], args[at + 1]);
            options = name switch
            {
                "--server" => options with { Server = new Uri(value) },
                "--system" => options with { Distributed = OneOf(name, value, "distributed", "standalone") },
                "--key" => options with { KeyFile = Path.GetFullPath(value) },
                "--sign-in" => options with { SignIn = OneOf(name, value, "true", "false") },
                "--pid" => options with { Pid = (int)Whole(name, value) },
                "--data" => options with { Data = Path.GetFullPath(value) },
                "--doses" => options with { Doses = Whole(name, value) },
                "--batch" => options with { Batch = (int)Math.Min(Whole(name, value), int.MaxValue) },
                "--clients" => options with { Clients = (int)Whole(name, value) },
                "--format" => options with { Ndjson = OneOf(name, value, "ndjson", "json") },
                "--ids" => options with { TimeOrderedIds = OneOf(name, value, "v7", "v4") },
                "--repeat" => options with { Repeat = Fraction(name, value) },
                "--rate" => options with { Rate = Whole(name, value) },
                "--seconds" => options with { Seconds = (int)Whole(name, value) },
                "--warmup" => options with { WarmupSeconds = (int)Whole(name, value) },
                "--mongodb" =>
                    options with { MongoDb = $"{value.TrimEnd('/')}/load{Guid.NewGuid():N}"[..(value.TrimEnd('/').Length + 13)] },
                "--limit" => options with { Limit = OneOf(name, value, "true", "false") },
                "--limit-doses" => options with { LimitDoses = Whole(name, value) },
                "--campaign" => options with { Campaign = Path.GetFullPath(value) },
                "--ages" => options with { Ages = OneOf(name, value, "true", "false") },
                "--kill-at" => options with { KillAt = Whole(name, value) },
                "--postgres" => options with
                {
                    Postgres = PostgresKinds.Parse(value) ?? throw new FormatException(
                    $"{name}: '{value}' is none of bare, whole, both, false")
                },
                "--postgres-doses" => options with { PostgresDoses = Whole(name, value) },
                "--json" => options with { Json = value },
                "--plot" => options with { Plot = value },
                _ => throw new FormatException($"{name} is no option"),
            };
        }

        return options;
    }

    private static long Whole(string name, string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new FormatException($"{name}: '{value}' is no whole number above 0");

    private static double Fraction(string name, string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1
            ? number
            : throw new FormatException($"{name}: '{value}' is no number from 0 to 1");

    private static bool OneOf(string name, string value, string yes, string no) =>
        value == yes || (value == no ? false : throw new FormatException($"{name}: '{value}' is neither {yes} nor {no}"));
}
