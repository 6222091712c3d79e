using System.Text.Json;
using System.Text.Json.Serialization;
using Distribution.Platform.Storage;

namespace Distribution.Platform.Web;

/// <summary>Reads the lines of one bulk body, and gives a body up that is something else than lines of JSON objects.</summary>
public sealed class BulkLines
{
    /// <summary>Lines that cannot be read after which the rest of a body is not looked at.</summary>
    public const int UnreadableMax = 1_000;

    private static readonly JsonSerializerOptions Strict = new(StoreJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private int _unreadable;

    /// <summary>A line as a record of type <typeparamref name="T"/>, or what is wrong with it.</summary>
    /// <exception cref="UnreadableBodyException">There were too many such lines.</exception>
    public string? Read<T>(in NdjsonLine line, out T? read) where T : class
    {
        read = null;
        var problem = line.Problem;
        if (problem is null)
        {
            try
            {
                read = JsonSerializer.Deserialize<T>(line.Bytes.Span, Strict);
                if (read is not null) return null;
                problem = "the line is null: send one object a line";
            }
            catch (JsonException wrong)
            {
                problem = Problem(wrong);
            }
        }

        Unreadable(line.Number, problem);
        return problem;
    }

    /// <summary>Notes a line that cannot be read.</summary>
    /// <exception cref="UnreadableBodyException">There were too many.</exception>
    public void Unreadable(long line, string problem)
    {
        if (++_unreadable == UnreadableMax) throw new UnreadableBodyException("Lines that cannot be read",
            $"{UnreadableMax} lines cannot be read, the last of them line {line} ({problem}), and the rest was not looked at: correct "
                + "them and send the body again. What was right before may have been taken; sent again it counts once.");
    }

    private static string Problem(JsonException wrong)
    {
        if (KnownFields.Unknown(wrong) is { } field) return $"{field}: {KnownFields.Problem}";
        var where = wrong.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "the line";
        return $"{where}: is malformed JSON or of the wrong type, at byte {wrong.BytePositionInLine}: correct it and send the line "
            + "again, one JSON object a line";
    }
}

/// <summary>A bulk body was given up, because it or too many of its lines could not be read.</summary>
/// <param name="title">What kind of problem.</param>
/// <param name="message">What is wrong, and what to do about it.</param>
public sealed class UnreadableBodyException(string title, string message) : Exception(message)
{
    /// <summary>What kind of problem.</summary>
    public string Title { get; } = title;
}
