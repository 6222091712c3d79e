using System.Globalization;

namespace Distribution.Load;

/// <summary>What the command line asked for.</summary>
internal sealed record LoadOptions
{
    public const string Usage = """
        usage: dotnet run --project tests/Load -c Release -- <batch|single|limit|all|compare> [options]
          --system S           standalone or distributed (deploy/local/up): what is started as a child, and its data deleted afterwards
          --server URL         load this server instead
          --pid N              the process of --server, for its CPU seconds and memory
          --data DIR           where the child's data folder and the bare SQLite file are made (default: the system's temporary folder)
          --doses N            batch, limit, compare: doses in all (default 2000000)
          --batch N            batch, limit: doses a submission (default 500)
          --clients N          connections that post (default: batch 4, single 8)
          --format json|ndjson batch, limit: the body (default json)
          --ids v7|v4          dose ids: ordered by time, or random (default v7)
          --repeat F           fraction of the submissions that are posted twice (default 0.01)
          --rate N             doses a second to post, with latency from the intended start (default: as fast as answered)
          --seconds N          single: how long (default 10)
          --warmup N           seconds of posting before the measure, so that the server's code is compiled (default 2)
          --mongodb URL        the child stores on this MongoDB server, in databases that are dropped afterwards, and the limit is a
                               bare insertMany of the same keys there (needs a build with -p:MongoDb=true)
          --limit true|false   batch: also measure the bare limit, for the ratio (default true)
        """;

    public required string Mode { get; init; }
    public Uri? Server { get; init; }
    public int? Pid { get; init; }
    public bool Distributed { get; init; }
    public string Data { get; init; } = Path.GetTempPath();
    public long Doses { get; init; } = 2_000_000;
    public int Batch { get; init; } = 500;
    public int? Clients { get; init; }
    public bool Ndjson { get; init; }
    public bool TimeOrderedIds { get; init; } = true;
    public double Repeat { get; init; } = 0.01;
    public double? Rate { get; init; }
    public int Seconds { get; init; } = 10;
    public int WarmupSeconds { get; init; } = 2;
    public bool Limit { get; init; } = true;

    /// <summary>A MongoDB connection string with a database of this run's own, or null.</summary>
    public string? MongoDb { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It makes no sense; the message says why.</exception>
    public static LoadOptions Parse(string[] args)
    {
        if (args is not [var mode, ..] || mode is not ("batch" or "single" or "limit" or "all" or "compare"))
            throw new FormatException("say a mode: batch, single, limit, all or compare");
        var options = new LoadOptions { Mode = mode };
        if (args.Length % 2 == 0) throw new FormatException($"{args[^1]}: an option has a name and a value");
        for (var at = 1; at < args.Length; at += 2)
        {
            var (name, value) = (args[at], args[at + 1]);
            options = name switch
            {
                "--server" => options with { Server = new Uri(value) },
                "--system" => options with { Distributed = OneOf(name, value, "distributed", "standalone") },
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
                "--mongodb" => options with { MongoDb = $"{value.TrimEnd('/')}/load{Guid.NewGuid():N}"[..(value.TrimEnd('/').Length + 13)] },
                "--limit" => options with { Limit = OneOf(name, value, "true", "false") },
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
