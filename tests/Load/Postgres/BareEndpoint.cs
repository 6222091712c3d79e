using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Load.Postgres;

/// <summary>
/// The least that one would write by hand: inserts each dose once and counts the new ones at their facility, in one
/// statement that is one durable transaction. It has no lots, priority groups, recipients nor submissions in its
/// records, finds them by id alone, and has no outbox, ledger, places above the facility, conflicts nor repeated answers.
/// </summary>
internal sealed class BareEndpoint(NpgsqlDataSource database) : IPostgresEndpoint
{
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

    public string Schema => """
        CREATE TABLE dose(
          dose_id uuid PRIMARY KEY, facility_id text NOT NULL, vaccine_id text NOT NULL, dose_number text NOT NULL,
          occurred_on date NOT NULL, sex text NOT NULL, age_band text NOT NULL);
        CREATE TABLE coverage(
          facility_id text, vaccine_id text, dose_number text, occurred_on date, sex text, age_band text, doses bigint NOT NULL,
          PRIMARY KEY (facility_id, vaccine_id, dose_number, occurred_on, sex, age_band));
        """;

    public async Task<IResult> Take(string? submissionId, ReadOnlySequence<byte> body)
    {
        var lines = PostgresLines.Parse(body);
        await using var connection = await database.OpenConnectionAsync();
        await using var insert = new NpgsqlCommand(Submit, connection);
        insert.Add(NpgsqlDbType.Uuid, lines.DoseIds);
        insert.Add(NpgsqlDbType.Text, lines.Facilities);
        insert.Add(NpgsqlDbType.Text, lines.Vaccines);
        insert.Add(NpgsqlDbType.Text, lines.DoseNumbers);
        insert.Add(NpgsqlDbType.Date, lines.Days);
        insert.Add(NpgsqlDbType.Text, lines.Sexes);
        insert.Add(NpgsqlDbType.Text, lines.AgeBands);
        var accepted = (long)(await insert.ExecuteScalarAsync())!;
        return Microsoft.AspNetCore.Http.Results.Bytes(
            JsonSerializer.SerializeToUtf8Bytes(new { accepted, duplicates = lines.DoseIds.Count - accepted }), "application/json");
    }

    public Task<long[]> Totals() => database.Numbers("SELECT count(*) FROM dose", "SELECT coalesce(sum(doses), 0)::bigint FROM coverage");
}
