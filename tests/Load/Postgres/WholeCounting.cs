using Npgsql;

namespace Distribution.Load.Postgres;

/// <summary>
/// Takes what submissions left in the outbox, many at a time, and counts it in one durable transaction: in the coverage
/// of the facility and every place above it, and in the stock. One writer, so that no submission waits for another at
/// the counters of their country, which counting within their transactions would make all of them do.
/// Coverage is kept by day and all dimensions, by all dimensions over all days, and by day and dose number, so that no
/// view of a country has to add up its days. A dose without a lot draws on the stock without one, below 0 where there is
/// none: no lot is chosen for it, and the ledger keeps no entries.
/// </summary>
internal static class WholeCounting
{
    public const string Schema = """
        CREATE TABLE path(facility_id text, place_id text, PRIMARY KEY (facility_id, place_id));
        CREATE TABLE outbox(
          number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, submission_id text NOT NULL, facilities text[] NOT NULL,
          vaccines text[] NOT NULL, lots text[] NOT NULL, dose_numbers text[] NOT NULL, days date[] NOT NULL,
          age_bands text[] NOT NULL, sexes text[] NOT NULL, priority_groups text[] NOT NULL, doses bigint[] NOT NULL);
        CREATE TABLE coverage(
          place_id text, vaccine_id text, occurred_on date, dose_number text, age_band text, sex text, priority_group text,
          doses bigint NOT NULL, PRIMARY KEY (place_id, vaccine_id, occurred_on, dose_number, age_band, sex, priority_group))
          WITH (fillfactor = 70);
        CREATE TABLE coverage_total(
          place_id text, vaccine_id text, dose_number text, age_band text, sex text, priority_group text,
          doses bigint NOT NULL, PRIMARY KEY (place_id, vaccine_id, dose_number, age_band, sex, priority_group))
          WITH (fillfactor = 50);
        CREATE TABLE coverage_day(
          place_id text, vaccine_id text, occurred_on date, dose_number text,
          doses bigint NOT NULL, PRIMARY KEY (place_id, vaccine_id, occurred_on, dose_number))
          WITH (fillfactor = 70);
        CREATE TABLE stock(
          facility_id text, vaccine_id text, lot_number text, on_hand bigint NOT NULL, administered bigint NOT NULL,
          PRIMARY KEY (facility_id, vaccine_id, lot_number))
          WITH (fillfactor = 50);
        """;

    /// <summary>Makes places known, each with itself and the places above it.</summary>
    public const string Know = "INSERT INTO path SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING";

    /// <summary>Queries of one number each: all the doses counted, once for each table and level of places.</summary>
    public static readonly string[] Totals =
    [
        "SELECT coalesce(sum(administered), 0)::bigint FROM stock",
        "SELECT coalesce(-sum(on_hand), 0)::bigint FROM stock",
        .. from table in (string[])["coverage", "coverage_total", "coverage_day"]
           from facilities in (string[])["IN", "NOT IN"]
           select $"SELECT coalesce(sum(doses), 0)::bigint FROM {table} WHERE place_id {facilities} (SELECT facility_id FROM path)",
    ];

    private const string Count = """
        WITH taken AS (
          DELETE FROM outbox WHERE number IN (SELECT number FROM outbox ORDER BY number LIMIT 4096)
          RETURNING facilities, vaccines, lots, dose_numbers, days, age_bands, sexes, priority_groups, doses),
        given AS MATERIALIZED (
          SELECT facility_id, vaccine_id, lot_number, dose_number, occurred_on, age_band, sex, priority_group, sum(g.doses) AS doses
          FROM taken, unnest(facilities, vaccines, lots, dose_numbers, days, age_bands, sexes, priority_groups, taken.doses)
            AS g(facility_id, vaccine_id, lot_number, dose_number, occurred_on, age_band, sex, priority_group, doses)
          GROUP BY 1, 2, 3, 4, 5, 6, 7, 8),
        drawn AS (
          INSERT INTO stock SELECT facility_id, vaccine_id, lot_number, -sum(doses), sum(doses) FROM given GROUP BY 1, 2, 3
          ON CONFLICT (facility_id, vaccine_id, lot_number)
          DO UPDATE SET on_hand = stock.on_hand + EXCLUDED.on_hand, administered = stock.administered + EXCLUDED.administered),
        cells AS MATERIALIZED (
          SELECT place_id, vaccine_id, occurred_on, dose_number, age_band, sex, priority_group, sum(doses) AS doses
          FROM given JOIN path USING (facility_id) GROUP BY 1, 2, 3, 4, 5, 6, 7),
        by_cell AS (
          INSERT INTO coverage SELECT * FROM cells
          ON CONFLICT (place_id, vaccine_id, occurred_on, dose_number, age_band, sex, priority_group)
          DO UPDATE SET doses = coverage.doses + EXCLUDED.doses),
        in_all AS (
          INSERT INTO coverage_total SELECT place_id, vaccine_id, dose_number, age_band, sex, priority_group, sum(doses)
          FROM cells GROUP BY 1, 2, 3, 4, 5, 6
          ON CONFLICT (place_id, vaccine_id, dose_number, age_band, sex, priority_group)
          DO UPDATE SET doses = coverage_total.doses + EXCLUDED.doses),
        by_day AS (
          INSERT INTO coverage_day SELECT place_id, vaccine_id, occurred_on, dose_number, sum(doses)
          FROM cells GROUP BY 1, 2, 3, 4
          ON CONFLICT (place_id, vaccine_id, occurred_on, dose_number)
          DO UPDATE SET doses = coverage_day.doses + EXCLUDED.doses)
        SELECT count(*) FROM taken
        """;

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    /// <summary>Counts until it is told to stop.</summary>
    public static async Task Run(NpgsqlDataSource database, CancellationToken stop)
    {
        using var turns = new PeriodicTimer(Turn);
        do
        {
            await using var count = database.CreateCommand(Count);
            await count.ExecuteScalarAsync(stop);
        }
        while (await turns.WaitForNextTickAsync(stop));
    }
}
