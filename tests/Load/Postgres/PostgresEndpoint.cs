using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Load.Postgres;

/// <summary>
/// What one would write by hand: an endpoint that parses the same bodies, inserts each dose once and counts the new
/// ones, in one statement that is one durable transaction. It has no outbox, ledger, hierarchy of places, held lines
/// nor repeated answers. It runs as a process of its own.
/// </summary>
internal static class PostgresEndpoint
{
    public const string ReadyLine = "PostgreSQL endpoint serves at ";

    private const string Schema = """
        CREATE TABLE dose(
          dose_id uuid PRIMARY KEY, facility_id text NOT NULL, vaccine_id text NOT NULL, dose_number text NOT NULL,
          occurred_on date NOT NULL, sex text NOT NULL, age_band text NOT NULL);
        CREATE TABLE coverage(
          facility_id text, vaccine_id text, dose_number text, occurred_on date, sex text, age_band text, doses bigint NOT NULL,
          PRIMARY KEY (facility_id, vaccine_id, dose_number, occurred_on, sex, age_band));
        """;

    // Counters in order, so that two submissions cannot wait for each other in a circle.
    private const string Submit = """
        WITH fresh AS (
          INSERT INTO dose SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
          RETURNING facility_id, vaccine_id, dose_number, occurred_on, sex, age_band),
        counted AS (
          INSERT INTO coverage SELECT facility_id, vaccine_id, dose_number, occurred_on, sex, age_band, count(*) FROM fresh
          GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
          ON CONFLICT (facility_id, vaccine_id, dose_number, occurred_on, sex, age_band)
          DO UPDATE SET doses = coverage.doses + EXCLUDED.doses)
        SELECT count(*) FROM fresh
        """;

    /// <summary>Makes the tables and serves until the process is told to stop.</summary>
    /// <param name="url">Where.</param>
    /// <param name="connection">The database.</param>
    public static async Task<int> Run(string url, string connection)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using (var make = database.CreateCommand(Schema)) await make.ExecuteNonQueryAsync();

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(url).UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        var app = builder.Build();
        app.MapPost("/api/v1/administrations", (Delegate)((HttpContext http) => Take(http, database)));
        app.MapGet("/totals", async () =>
        {
            await using var sum = database.CreateCommand("SELECT (SELECT count(*) FROM dose), (SELECT coalesce(sum(doses), 0)::bigint FROM coverage)");
            await using var rows = await sum.ExecuteReaderAsync();
            await rows.ReadAsync();
            return new long[] { rows.GetInt64(0), rows.GetInt64(1) };
        });
        await app.StartAsync();
        Console.WriteLine(ReadyLine + url);
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static async Task<IResult> Take(HttpContext http, NpgsqlDataSource database)
    {
        var body = http.Request.BodyReader;
        var read = await body.ReadAsync();
        while (!read.IsCompleted)
        {
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await body.ReadAsync();
        }

        var lines = PostgresLines.Parse(read.Buffer);
        body.AdvanceTo(read.Buffer.End);

        await using var connection = await database.OpenConnectionAsync();
        await using var insert = new NpgsqlCommand(Submit, connection);
        Add(NpgsqlDbType.Uuid, lines.DoseIds);
        Add(NpgsqlDbType.Text, lines.Facilities);
        Add(NpgsqlDbType.Text, lines.Vaccines);
        Add(NpgsqlDbType.Text, lines.DoseNumbers);
        Add(NpgsqlDbType.Date, lines.Days);
        Add(NpgsqlDbType.Text, lines.Sexes);
        Add(NpgsqlDbType.Text, lines.AgeBands);
        var accepted = (long)(await insert.ExecuteScalarAsync())!;
        return Microsoft.AspNetCore.Http.Results.Bytes(JsonSerializer.SerializeToUtf8Bytes(new { accepted, duplicates = lines.DoseIds.Count - accepted }), "application/json");

        void Add<T>(NpgsqlDbType type, List<T> values) =>
            insert.Parameters.Add(new NpgsqlParameter<List<T>> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = values });
    }
}
