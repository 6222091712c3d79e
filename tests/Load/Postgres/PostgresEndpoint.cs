using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Distribution.Load.Postgres;

/// <summary>How much of what the API promises a hand-written PostgreSQL endpoint keeps.</summary>
internal enum PostgresKind
{
    /// <summary>See <see cref="BareEndpoint"/>.</summary>
    Bare,

    /// <summary>See <see cref="WholeEndpoint"/>.</summary>
    Whole,
}

/// <summary>How they are named.</summary>
internal static class PostgresKinds
{
    /// <summary>As on the command line and in results.</summary>
    public static string Text(this PostgresKind kind) => kind == PostgresKind.Bare ? "bare" : "whole";

    /// <summary>Those that the command line names, or null where it names none that there is.</summary>
    public static IReadOnlyList<PostgresKind>? Parse(string value) => value switch
    {
        "bare" => [PostgresKind.Bare],
        "whole" => [PostgresKind.Whole],
        "both" => [PostgresKind.Bare, PostgresKind.Whole],
        "false" => [],
        _ => null,
    };
}

/// <summary>A hand-written PostgreSQL endpoint.</summary>
internal interface IPostgresEndpoint
{
    /// <summary>The statements that make its tables.</summary>
    string Schema { get; }

    /// <summary>Takes a submission, and answers when it is durable.</summary>
    /// <param name="submissionId">Its id where the body has none.</param>
    /// <param name="body">A JSON document, or lines of NDJSON.</param>
    Task<IResult> Take(string? submissionId, ReadOnlySequence<byte> body);

    /// <summary>Makes places known.</summary>
    /// <param name="paths">For each place that reports, itself and every place above it.</param>
    Task Know(string[][] paths) => Task.CompletedTask;

    /// <summary>Does what is not done before the answer, until it is told to stop.</summary>
    Task Follow(CancellationToken stop) => Task.Delay(Timeout.Infinite, stop);

    /// <summary>How many submissions are answered that <see cref="Follow"/> has not done with.</summary>
    Task<long> Pending() => Task.FromResult(0L);

    /// <summary>The doses kept, then every total of counted ones: each must be the number of doses that were accepted.</summary>
    Task<long[]> Totals();
}

/// <summary>Serves a hand-written PostgreSQL endpoint, as a process of its own.</summary>
internal static class PostgresEndpoint
{
    public const string ReadyLine = "PostgreSQL endpoint serves at ";

    /// <summary>Makes the tables and serves until the process is told to stop.</summary>
    /// <param name="kind">Which endpoint.</param>
    /// <param name="url">Where.</param>
    /// <param name="connection">The database.</param>
    public static async Task<int> Run(PostgresKind kind, string url, string connection)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        IPostgresEndpoint endpoint = kind == PostgresKind.Bare ? new BareEndpoint(database) : new WholeEndpoint(database);
        await using (var make = database.CreateCommand(endpoint.Schema)) await make.ExecuteNonQueryAsync();

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(url).UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        var app = builder.Build();
        app.MapPost("/api/v1/administrations", (Delegate)((HttpContext http) => Take(http, endpoint)));
        app.MapPut("/places", async (HttpContext http) => await endpoint.Know((await http.Request.ReadFromJsonAsync<string[][]>())!));
        app.MapGet("/pending", () => endpoint.Pending());
        app.MapGet("/totals", () => endpoint.Totals());
        await app.StartAsync();
        Console.WriteLine(ReadyLine + url);
        var stopping = app.Lifetime.ApplicationStopping;
        var following = endpoint.Follow(stopping);
        await Task.WhenAny(following, app.WaitForShutdownAsync());
        // It ends by itself only where it fails.
        if (!stopping.IsCancellationRequested) await following;
        return 0;
    }

    private static async Task<IResult> Take(HttpContext http, IPostgresEndpoint endpoint)
    {
        var body = http.Request.BodyReader;
        var read = await body.ReadAsync();
        while (!read.IsCompleted)
        {
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await body.ReadAsync();
        }

        var answer = await endpoint.Take(http.Request.Query["submissionId"], read.Buffer);
        body.AdvanceTo(read.Buffer.End);
        return answer;
    }
}
