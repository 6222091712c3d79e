using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Distribution.Administration.Domain;

/// <summary>What is wrong with a submission as a whole.</summary>
internal readonly record struct BodyProblem(string Field, string Problem);

/// <summary>Reads a submission that is one JSON document.</summary>
internal static class SubmissionBody
{
    /// <summary>Lines of one document at most.</summary>
    public const int LinesMax = 20_000;

    private const int IdLengthMax = 64;
    private static readonly SearchValues<byte> IdLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"u8);
    private static readonly TextRule SubmissionIdRule = new("submissionId", IdLengthMax, id: true);

    /// <summary>Reads a document into a chunk, line by line; what is wrong with it as a whole, or null.</summary>
    /// <remarks>One pass where the ids come before the doses and those before the tallies, as clients write them.
    /// Otherwise what came early is skipped at first, and read when what it needs is known.</remarks>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public static BodyProblem? Read(ReadOnlySpan<byte> body, Chunk chunk, int newestDay)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return new BodyProblem("body", "must be a JSON object with submissionId, facilityId, doses and tallies");
        string? submission = null;
        Symbol? facility = null;
        Range? doses = null, tallies = null;
        var lines = 0;
        var dosesRead = false;
        var talliesRead = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsName(ref reader, "submissionId"u8))
            {
                if (submission is not null) return new BodyProblem("submissionId", "is there twice: send it once");
                submission = ReadSubmissionId(ref reader);
                if (submission is null) return new BodyProblem("submissionId", Rule);
                chunk.Begin(submission, newestDay);
            }
            else if (IsName(ref reader, "facilityId"u8))
            {
                if (!ReadId(ref reader, out facility)) return new BodyProblem("facilityId", Rule);
            }
            else if (IsName(ref reader, "doses"u8))
            {
                reader.Read();
                if (doses is not null) return new BodyProblem("doses", "is there twice: send one array");
                if (!IsLines(ref reader)) return new BodyProblem("doses", "must be an array");
                var start = (int)reader.TokenStartIndex;
                dosesRead = submission is not null && facility is not null;
                if (!dosesRead) reader.Skip();
                else if (ReadLines(ref reader, body, chunk, LineKind.Dose, facility, ref lines) is { } problem) return problem;
                doses = start..(int)reader.BytesConsumed;
            }
            else if (IsName(ref reader, "tallies"u8))
            {
                reader.Read();
                if (tallies is not null) return new BodyProblem("tallies", "is there twice: send one array");
                if (!IsLines(ref reader)) return new BodyProblem("tallies", "must be an array");
                var start = (int)reader.TokenStartIndex;
                talliesRead = dosesRead;
                if (!talliesRead) reader.Skip();
                else if (ReadLines(ref reader, body, chunk, LineKind.Tally, facility, ref lines) is { } problem) return problem;
                tallies = start..(int)reader.BytesConsumed;
            }
            else reader.Skip();
        }

        reader.Read();
        if (submission is null) return new BodyProblem("submissionId", "is missing: give each submission an id of its own, and use it again only to repeat it");
        if (!dosesRead && doses is { } ofDoses && ReadLater(body[ofDoses], chunk, LineKind.Dose, facility, ref lines) is { } wrongDoses) return wrongDoses;
        if (!talliesRead && tallies is { } ofTallies && ReadLater(body[ofTallies], chunk, LineKind.Tally, facility, ref lines) is { } wrongTallies) return wrongTallies;
        return null;
    }

    /// <summary>Whether a text can be a submission's id.</summary>
    public static bool IsSubmissionId(string? text) => Symbol.Of(text) is { } symbol && SubmissionIdRule.Allows(symbol);

    private const string Rule = "must be 1 to 64 letters, digits, '.', '_' or '-'";

    private static bool IsName(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        !reader.ValueIsEscaped && reader.ValueSpan.SequenceEqual(name);

    // No symbol, which is for what repeats.
    private static string? ReadSubmissionId(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped) return null;
        var id = reader.ValueSpan;
        return id.Length is > 0 and <= IdLengthMax && !id.ContainsAnyExcept(IdLetters) ? Encoding.ASCII.GetString(id) : null;
    }

    private static bool ReadId(ref Utf8JsonReader reader, out Symbol? id)
    {
        id = null;
        reader.Read();
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped) return false;
        id = Symbol.Of(reader.ValueSpan);
        return id is not null && SubmissionIdRule.Allows(id);
    }

    /// <summary>Whether the reader is at an array, or at null, which stands for an empty one.</summary>
    private static bool IsLines(ref Utf8JsonReader reader) => reader.TokenType is JsonTokenType.StartArray or JsonTokenType.Null;

    private static BodyProblem? ReadLater(ReadOnlySpan<byte> array, Chunk chunk, LineKind kind, Symbol? facility, ref int lines)
    {
        var reader = new Utf8JsonReader(array);
        reader.Read();
        return ReadLines(ref reader, array, chunk, kind, facility, ref lines);
    }

    private static BodyProblem? ReadLines(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> json, Chunk chunk, LineKind kind, Symbol? facility, ref int lines)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (++lines > LinesMax)
                return new BodyProblem(kind == LineKind.Dose ? "doses" : "tallies", $"more than {LinesMax} lines: send them in several submissions, or as NDJSON");
            var start = (int)reader.TokenStartIndex;
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                chunk.Parser.Read(ref reader);
                chunk.Add(kind, lines, facility, json[start..(int)reader.BytesConsumed]);
            }
            else
            {
                reader.Skip();
                chunk.Reject(lines, null, LineRules.NotAnObject, json[start..(int)reader.BytesConsumed]);
            }
        }

        return null;
    }
}
