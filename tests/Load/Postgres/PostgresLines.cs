using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Distribution.Load.Postgres;

/// <summary>A submission's doses, column by column. An empty text stands for what a line leaves out.</summary>
internal sealed class PostgresLines
{
    // What repeats from line to line is made a string once.
    [ThreadStatic]
    private static Dictionary<ulong, List<(byte[] Utf8, string Text)>>? _texts;

    /// <summary>The submission's id where the body has one, or null.</summary>
    public string? SubmissionId { get; private set; }
    public List<Guid> DoseIds { get; } = [];
    public List<string> Facilities { get; } = [];
    public List<string> Vaccines { get; } = [];
    public List<string> DoseNumbers { get; } = [];
    public List<DateOnly> Days { get; } = [];
    public List<string> Lots { get; } = [];
    public List<string> AgeBands { get; } = [];
    public List<string> Sexes { get; } = [];
    public List<string> PriorityGroups { get; } = [];
    public List<string> RecipientKeys { get; } = [];

    /// <summary>Reads a JSON document or lines of NDJSON.</summary>
    public static PostgresLines Parse(in ReadOnlySequence<byte> body)
    {
        var lines = new PostgresLines();
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true });
        string facility = "", vaccine = "", number = "", lot = "", age = "", sex = "", group = "", recipient = "";
        DateOnly day = default;
        Guid? id = null;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject && id is { } dose)
            {
                lines.DoseIds.Add(dose);
                lines.Facilities.Add(facility);
                lines.Vaccines.Add(vaccine);
                lines.DoseNumbers.Add(number);
                lines.Days.Add(day);
                lines.Lots.Add(lot);
                lines.AgeBands.Add(age);
                lines.Sexes.Add(sex);
                lines.PriorityGroups.Add(group);
                lines.RecipientKeys.Add(recipient);
                (id, lot, age, sex, group, recipient) = (null, "", "", "", "", "");
            }

            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            if (reader.ValueTextEquals("doseId"u8)) id = Value(ref reader).GetGuid();
            else if (reader.ValueTextEquals("facilityId"u8)) facility = Text(ref reader);
            else if (reader.ValueTextEquals("vaccineId"u8)) vaccine = Text(ref reader);
            else if (reader.ValueTextEquals("doseNumber"u8)) number = Text(ref reader);
            else if (reader.ValueTextEquals("occurredOn"u8)) day = Day(ref reader);
            else if (reader.ValueTextEquals("sex"u8)) sex = Text(ref reader);
            else if (reader.ValueTextEquals("ageBand"u8)) age = Text(ref reader);
            else if (reader.ValueTextEquals("lotNumber"u8)) lot = Text(ref reader);
            else if (reader.ValueTextEquals("priorityGroup"u8)) group = Text(ref reader);
            else if (reader.ValueTextEquals("recipientKey"u8)) recipient = Value(ref reader).GetString() ?? "";
            else if (reader.ValueTextEquals("submissionId"u8)) lines.SubmissionId = Value(ref reader).GetString();
        }

        return lines;
    }

    /// <summary>All that a line says of its dose.</summary>
    public (string, string, string, DateOnly, string, string, string, string, string) Content(int line) => (
        Facilities[line], Vaccines[line], DoseNumbers[line], Days[line], Lots[line], AgeBands[line], Sexes[line],
        PriorityGroups[line], RecipientKeys[line]);

    private static ref Utf8JsonReader Value(ref Utf8JsonReader reader)
    {
        reader.Read();
        return ref reader;
    }

    private static DateOnly Day(ref Utf8JsonReader reader) => DateOnly.FromDateTime(Value(ref reader).GetDateTime());

    private static string Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return "";
        if (reader.HasValueSequence || reader.ValueIsEscaped) return reader.GetString()!;
        var texts = _texts ??= [];
        var utf8 = reader.ValueSpan;
        ulong hash = 14695981039346656037;
        foreach (var one in utf8) hash = (hash ^ one) * 1099511628211;
        if (!texts.TryGetValue(hash, out var known))
        {
            // A few hundred are all that there can be of what repeats.
            if (texts.Count > 1000) texts.Clear();
            texts.Add(hash, known = []);
        }

        foreach (var (bytes, text) in known)
        {
            if (utf8.SequenceEqual(bytes)) return text;
        }

        var made = Encoding.UTF8.GetString(utf8);
        known.Add((utf8.ToArray(), made));
        return made;
    }
}
