using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Distribution.Administration.Intake.Lines;

/// <summary>What is wrong with a submission as a whole.</summary>
internal readonly record struct BodyProblem(string Field, string Problem);

/// <summary>Reads a submission that is one JSON document.</summary>
internal static class SubmissionBody
{
    /// <summary>Lines of one document at most.</summary>
    public const int LinesMax = 20_000;

    private const int IdLengthMax = 64;
    private static readonly SearchValues<byte> IdLetters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"u8);
    private static readonly TextRule SubmissionIdRule = new("submissionId", IdLengthMax, TextKind.Id);

    /// <summary>Reads a document into a chunk, line by line; what is wrong with it as a whole, or null.</summary>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public static BodyProblem? Read(ReadOnlySpan<byte> body, Chunk chunk, int newestDay)
    {
        try
        {
            return Read(body, chunk, newestDay, alike: true);
        }
        catch (JsonException)
        {
            // The reader does not know of lines that it was led past: it tells the right place when it reads all of them.
            return Read(body, chunk, newestDay, alike: false);
        }
    }

    /// <summary>Reads a document, with or without the short cut for lines that are written like the one before.</summary>
    /// <remarks>One pass where the ids come before the doses and those before the tallies, as clients write them.
    /// Otherwise what came early is skipped at first, and read when what it needs is known.</remarks>
    /// <exception cref="JsonException">The bytes are not JSON. The place that it tells is right without the short cut.</exception>
    internal static BodyProblem? Read(ReadOnlySpan<byte> body, Chunk chunk, int newestDay, bool alike)
    {
        var reader = new BodyReader(body);
        ref var json = ref reader.Json;
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            return new BodyProblem("body", "must be a JSON object with submissionId, facilityId, doses and tallies");
        string? submission = null;
        Symbol? facility = null;
        ReadOnlySpan<byte> doses = default, tallies = default;
        var lines = 0;
        var dosesRead = false;
        var talliesRead = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (IsName(ref json, "submissionId"u8))
            {
                if (submission is not null) return new BodyProblem("submissionId", "is given twice: send it once");
                submission = ReadSubmissionId(ref json);
                if (submission is null) return new BodyProblem("submissionId", Rule);
                chunk.Begin(submission, newestDay);
            }
            else if (IsName(ref json, "facilityId"u8))
            {
                if (!ReadId(ref json, out facility)) return new BodyProblem("facilityId", Rule);
            }
            else if (IsName(ref json, "doses"u8))
            {
                json.Read();
                if (!doses.IsEmpty) return new BodyProblem("doses", "is given twice: send one array");
                if (!IsLines(ref json)) return new BodyProblem("doses", "must be an array");
                doses = reader.FromHere;
                dosesRead = submission is not null && facility is not null;
                if (!dosesRead) json.Skip();
                else if (ReadLines(ref reader, chunk, LineKind.Dose, facility, alike, ref lines) is { } problem) return problem;
            }
            else if (IsName(ref json, "tallies"u8))
            {
                json.Read();
                if (!tallies.IsEmpty) return new BodyProblem("tallies", "is given twice: send one array");
                if (!IsLines(ref json)) return new BodyProblem("tallies", "must be an array");
                tallies = reader.FromHere;
                talliesRead = dosesRead;
                if (!talliesRead) json.Skip();
                else if (ReadLines(ref reader, chunk, LineKind.Tally, facility, alike, ref lines) is { } problem) return problem;
            }
            else return new BodyProblem(LineRules.NameOf(json.ValueSpan), LineRules.UnknownField);
        }

        json.Read();
        if (submission is null)
            return new BodyProblem("submissionId", "is missing: give each submission an id of its own, and use it again only to repeat it");
        if (!dosesRead && !doses.IsEmpty && ReadLater(doses, chunk, LineKind.Dose, facility, alike, ref lines) is { } wrongDoses)
            return wrongDoses;
        if (!talliesRead && !tallies.IsEmpty && ReadLater(tallies, chunk, LineKind.Tally, facility, alike, ref lines) is { } wrongTallies)
            return wrongTallies;
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

    private static BodyProblem? ReadLater(ReadOnlySpan<byte> array, Chunk chunk, LineKind kind, Symbol? facility, bool alike, ref int lines)
    {
        var reader = new BodyReader(array);
        reader.Json.Read();
        return ReadLines(ref reader, chunk, kind, facility, alike, ref lines);
    }

    private static BodyProblem? ReadLines(
        ref BodyReader reader, Chunk chunk, LineKind kind, Symbol? facility, bool alike, ref int lines)
    {
        ref var json = ref reader.Json;
        if (json.TokenType == JsonTokenType.Null) return null;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (++lines > LinesMax)
                return new BodyProblem(kind == LineKind.Dose ? "doses" : "tallies",
                    $"more than {LinesMax} lines: send them in several submissions, or as NDJSON");
            var line = reader.FromHere;
            var start = json.TokenStartIndex;
            if (json.TokenType != JsonTokenType.StartObject)
            {
                json.Skip();
                chunk.Reject(lines, null, LineRules.NotAnObject, line[..(int)(json.BytesConsumed - start)]);
                continue;
            }

            chunk.Parser.Read(ref json, reader.Bytes);
            chunk.Add(kind, lines, facility, line[..(int)(json.BytesConsumed - start)]);
            while (alike && lines < LinesMax && reader.TryReadAlike(chunk.Parser, out line)) chunk.Add(kind, ++lines, facility, line);
            reader.Resume();
        }

        return null;
    }
}
