using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Load.Postgres;

/// <summary>
/// What one would write by hand to keep what the API promises for doses, and as fast: every column of a record, found by
/// dose id and by facility and day; the first answer again for a repeated submission, and a conflict for another body
/// under its id; a dose id that was sent before with other content told from a duplicate; the event for the ledger.
/// One statement keeps all of it and is one durable transaction. It goes by the guess that nothing in it is known yet: a
/// primary key that is there already undoes it, and the doses are looked at one by one. Coverage and stock follow within
/// a tenth of a second (<see cref="WholeCounting"/>).
/// It takes no tallies and retractions, holds no lines for reference data to come (a submission with an unknown facility
/// is refused, vaccines and dose numbers are taken as they come), checks neither lengths nor dates in the future, and
/// moves no places. It runs one transaction for a submission: it does not gather several into one.
/// </summary>
internal sealed class WholeEndpoint(NpgsqlDataSource database) : IPostgresEndpoint
{
    private const string DoseColumns =
        "dose_id, facility_id, vaccine_id, dose_number, occurred_on, lot_number, age_band, sex, priority_group, recipient_key";

    private const string SubmitNew = $"""
        WITH kept AS (INSERT INTO submission VALUES ($11, $12, now(), $13)),
        told AS (INSERT INTO outbox VALUES (DEFAULT, $11, $14, $15, $16, $17, $18, $19, $20, $21, $22))
        INSERT INTO dose SELECT {DoseColumns}, $11, line::int
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) WITH ORDINALITY AS d({DoseColumns}, line)
        """;

    // One dose without the making and reading of columns: nearly all that is posted singly.
    private const string SubmitOne = """
        WITH kept AS (INSERT INTO submission VALUES ($11, $12, now(), $13)),
        told AS (
          INSERT INTO outbox
          VALUES (DEFAULT, $11, ARRAY[$2], ARRAY[$3], ARRAY[$6], ARRAY[$4], ARRAY[$5], ARRAY[$7], ARRAY[$8], ARRAY[$9], '{1}'))
        INSERT INTO dose VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)
        """;

    private const string InsertNew = $"""
        INSERT INTO dose SELECT {DoseColumns}, $11, line::int
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) WITH ORDINALITY AS d({DoseColumns}, line)
        ORDER BY dose_id ON CONFLICT DO NOTHING RETURNING line
        """;

    private volatile HashSet<string> _facilities = [];

    public string Schema => """
        CREATE TABLE submission(
          submission_id text PRIMARY KEY, hash bytea NOT NULL, recorded_at timestamptz NOT NULL, answer bytea NOT NULL);
        CREATE TABLE dose(
          dose_id uuid PRIMARY KEY, facility_id text NOT NULL, vaccine_id text NOT NULL, dose_number text NOT NULL,
          occurred_on date NOT NULL, lot_number text NOT NULL, age_band text NOT NULL, sex text NOT NULL,
          priority_group text NOT NULL, recipient_key text NOT NULL, submission_id text NOT NULL, line int NOT NULL);
        CREATE INDEX dose_by_facility_and_day ON dose(facility_id, occurred_on);
        """ + WholeCounting.Schema;

    public async Task Know(string[][] paths)
    {
        await using var insert = database.CreateCommand(WholeCounting.Know);
        insert.Add(NpgsqlDbType.Text, paths.SelectMany(path => path.Select(_ => path[0])).ToList());
        insert.Add(NpgsqlDbType.Text, paths.SelectMany(path => path).ToList());
        await insert.ExecuteNonQueryAsync();
        _facilities = [.. paths.Select(path => path[0]), .. _facilities];
    }

    public Task Follow(CancellationToken stop) => WholeCounting.Run(database, stop);

    public async Task<long> Pending() => (await database.Numbers("SELECT count(*) FROM outbox"))[0];

    public Task<long[]> Totals() => database.Numbers(["SELECT count(*) FROM dose", .. WholeCounting.Totals]);

    public async Task<IResult> Take(string? submissionId, ReadOnlySequence<byte> body)
    {
        var lines = PostgresLines.Parse(body);
        if ((lines.SubmissionId ?? submissionId) is not { Length: > 0 } submission)
            return Refuse(StatusCodes.Status422UnprocessableEntity, "submissionId: is missing");
        if (lines.Facilities.Find(facility => !_facilities.Contains(facility)) is { } unknown)
            return Refuse(StatusCodes.Status422UnprocessableEntity, $"facilityId: {unknown} is unknown");
        var hash = Hash(body);
        var answer = Answer(submission, lines.DoseIds.Count, 0, []);
        try
        {
            var one = lines.DoseIds.Count == 1;
            await using var insert = database.CreateCommand(one ? SubmitOne : SubmitNew);
            if (one) AddDose(insert, lines);
            else AddDoses(insert, lines);
            insert.Add(submission);
            insert.Add(hash);
            insert.Add(answer);
            if (!one) WholeSums.Of(lines).AddTo(insert);
            await insert.ExecuteNonQueryAsync();
            return Ok(answer);
        }
        catch (PostgresException known) when (known.SqlState is PostgresErrorCodes.UniqueViolation
            or PostgresErrorCodes.DeadlockDetected)
        {
            return await TakeKnown(submission, hash, lines);
        }
    }

    // Something in it is known, or is just being sent by another client.
    private async Task<IResult> TakeKnown(string submission, byte[] hash, PostgresLines lines)
    {
        await using var connection = await database.OpenConnectionAsync();
        while (true)
        {
            if (await FirstAnswer(connection, submission, hash) is { } first) return first;
            await using var transaction = await connection.BeginTransactionAsync();
            try
            {
                var fresh = await Insert(connection, lines, submission);
                var (duplicates, conflicts) = await Compare(connection, lines, fresh);
                var answer = Answer(submission, fresh.Count, duplicates, conflicts);
                await using var keep = new NpgsqlCommand("INSERT INTO submission VALUES ($1, $2, now(), $3)", connection);
                keep.Add(submission);
                keep.Add(hash);
                keep.Add(answer);
                await keep.ExecuteNonQueryAsync();
                if (fresh.Count > 0)
                {
                    await using var tell = new NpgsqlCommand(
                        "INSERT INTO outbox VALUES (DEFAULT, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", connection);
                    tell.Add(submission);
                    WholeSums.Of(lines, fresh).AddTo(tell);
                    await tell.ExecuteNonQueryAsync();
                }

                await transaction.CommitAsync();
                return Ok(answer);
            }
            catch (PostgresException again) when (again.SqlState is PostgresErrorCodes.UniqueViolation
            or PostgresErrorCodes.DeadlockDetected)
            {
                await transaction.RollbackAsync();
            }
        }
    }

    private static async Task<IResult?> FirstAnswer(NpgsqlConnection connection, string submission, byte[] hash)
    {
        await using var find = new NpgsqlCommand("SELECT hash, answer FROM submission WHERE submission_id = $1", connection);
        find.Add(submission);
        await using var rows = await find.ExecuteReaderAsync();
        if (!await rows.ReadAsync()) return null;
        return rows.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(hash)
            ? Ok(rows.GetFieldValue<byte[]>(1))
            : Refuse(StatusCodes.Status409Conflict, "submissionId: was used before for another body");
    }

    /// <summary>Inserts the doses that are not known; their places in the submission.</summary>
    private static async Task<HashSet<int>> Insert(NpgsqlConnection connection, PostgresLines lines, string submission)
    {
        await using var insert = new NpgsqlCommand(InsertNew, connection);
        AddDoses(insert, lines);
        insert.Add(submission);
        await using var rows = await insert.ExecuteReaderAsync();
        var fresh = new HashSet<int>();
        while (await rows.ReadAsync()) fresh.Add(rows.GetInt32(0) - 1);
        return fresh;
    }

    /// <summary>Compares the doses that are known with what is kept of them.</summary>
    private static async Task<(int Duplicates, List<object> Conflicts)> Compare(
        NpgsqlConnection connection, PostgresLines lines, HashSet<int> fresh)
    {
        await using var find = new NpgsqlCommand($"SELECT {DoseColumns} FROM dose WHERE dose_id = ANY($1)", connection);
        find.Add(NpgsqlDbType.Uuid, lines.DoseIds.Where((_, line) => !fresh.Contains(line)).ToList());
        var kept = new Dictionary<Guid, (string, string, string, DateOnly, string, string, string, string, string)>();
        await using (var rows = await find.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
            {
                kept.Add(rows.GetGuid(0), (rows.GetString(1), rows.GetString(2), rows.GetString(3), rows.GetFieldValue<DateOnly>(4),
                    rows.GetString(5), rows.GetString(6), rows.GetString(7), rows.GetString(8), rows.GetString(9)));
            }
        }

        var duplicates = 0;
        var conflicts = new List<object>();
        for (var line = 0; line < lines.DoseIds.Count; line++)
        {
            if (fresh.Contains(line)) continue;
            if (kept[lines.DoseIds[line]] == lines.Content(line)) duplicates++;
            else conflicts.Add(new { line = line + 1, id = lines.DoseIds[line], reason = "was sent before with other content" });
        }

        return (duplicates, conflicts);
    }

    private static void AddDose(NpgsqlCommand insert, PostgresLines lines)
    {
        insert.Add(lines.DoseIds[0]);
        insert.Add(lines.Facilities[0]);
        insert.Add(lines.Vaccines[0]);
        insert.Add(lines.DoseNumbers[0]);
        insert.Add(lines.Days[0]);
        insert.Add(lines.Lots[0]);
        insert.Add(lines.AgeBands[0]);
        insert.Add(lines.Sexes[0]);
        insert.Add(lines.PriorityGroups[0]);
        insert.Add(lines.RecipientKeys[0]);
    }

    private static void AddDoses(NpgsqlCommand insert, PostgresLines lines)
    {
        insert.Add(NpgsqlDbType.Uuid, lines.DoseIds);
        insert.Add(NpgsqlDbType.Text, lines.Facilities);
        insert.Add(NpgsqlDbType.Text, lines.Vaccines);
        insert.Add(NpgsqlDbType.Text, lines.DoseNumbers);
        insert.Add(NpgsqlDbType.Date, lines.Days);
        insert.Add(NpgsqlDbType.Text, lines.Lots);
        insert.Add(NpgsqlDbType.Text, lines.AgeBands);
        insert.Add(NpgsqlDbType.Text, lines.Sexes);
        insert.Add(NpgsqlDbType.Text, lines.PriorityGroups);
        insert.Add(NpgsqlDbType.Text, lines.RecipientKeys);
    }

    private static byte[] Hash(in ReadOnlySequence<byte> body)
    {
        if (body.IsSingleSegment) return SHA256.HashData(body.FirstSpan);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in body) hash.AppendData(part.Span);
        return hash.GetHashAndReset();
    }

    private static byte[] Answer(string submissionId, int accepted, int duplicates, List<object> conflicts) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new { submissionId, accepted, duplicates, held = 0, conflicts, rejected = Array.Empty<object>() });

    private static IResult Ok(byte[] answer) => Microsoft.AspNetCore.Http.Results.Bytes(answer, "application/json");

    private static IResult Refuse(int status, string why) => Microsoft.AspNetCore.Http.Results.Problem(why, statusCode: status);
}
