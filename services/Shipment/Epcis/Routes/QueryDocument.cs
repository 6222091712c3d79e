using System.Buffers;
using System.Text.Json;
using Distribution.Shipment.Epcis.Kept;

namespace Distribution.Shipment.Epcis.Routes;

/// <summary>Writes events as they came, with when they were recorded.</summary>
internal static class QueryDocument
{
    private const string Context = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld";

    // Every other character may stand in JSON as it is.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A page of events as a query's document. What prefixes mean is said once where all agree on it, else by each.</summary>
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<StoredEvent> events, DateTimeOffset now)
    {
        var common = Common(events);
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, Options);
        json.WriteStartObject();
        WriteContext(json, common ?? []);
        json.WriteString("type", "EPCISQueryDocument");
        json.WriteString("schemaVersion", "2.0");
        json.WriteString("creationDate", now.UtcDateTime);
        json.WriteStartObject("epcisBody");
        json.WriteStartObject("queryResults");
        json.WriteString("queryName", "SimpleEventQuery");
        json.WriteStartObject("resultsBody");
        json.WriteStartArray("eventList");
        foreach (var stored in events) WriteEvent(json, stored, common is null ? stored.Contexts : []);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    /// <summary>An event alone.</summary>
    public static ReadOnlyMemory<byte> Write(StoredEvent stored)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, Options);
        json.WriteStartObject();
        WriteContext(json, stored.Contexts.Concat(OwnContexts(stored)));
        WriteFields(json, stored, withContext: false);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    /// <summary>The contexts of all events; null where two of them mean different things by a prefix.</summary>
    private static List<JsonElement>? Common(IReadOnlyList<StoredEvent> events)
    {
        var common = new List<JsonElement>();
        var terms = new Dictionary<string, string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in events.SelectMany(stored => stored.Contexts))
        {
            if (!seen.Add(part.GetRawText())) continue;
            common.Add(part);
            foreach (var term in part.ValueKind is JsonValueKind.Object ? part.EnumerateObject().AsEnumerable() : [])
                if (!terms.TryAdd(term.Name, term.Value.GetRawText()) && terms[term.Name] != term.Value.GetRawText()) return null;
        }

        return common;
    }

    private static void WriteEvent(Utf8JsonWriter json, StoredEvent stored, IReadOnlyList<JsonElement> contexts)
    {
        json.WriteStartObject();
        if (contexts.Count > 0) WriteParts(json, [.. contexts, .. OwnContexts(stored)]);
        WriteFields(json, stored, withContext: contexts.Count == 0);
        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, StoredEvent stored, bool withContext)
    {
        foreach (var field in stored.Event.EnumerateObject())
        {
            // Who records an event says when, whatever it came with.
            if (field.Name == "recordTime" || (field.Name == "@context" && !withContext)) continue;
            json.WritePropertyName(field.Name);
            field.Value.WriteTo(json);
        }

        json.WriteString("recordTime", stored.RecordedAt.UtcDateTime);
    }

    private static void WriteContext(Utf8JsonWriter json, IEnumerable<JsonElement> parts)
    {
        json.WriteStartArray("@context");
        json.WriteStringValue(Context);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in parts)
            if (seen.Add(part.GetRawText())) part.WriteTo(json);
        json.WriteEndArray();
    }

    private static void WriteParts(Utf8JsonWriter json, IReadOnlyList<JsonElement> parts)
    {
        json.WriteStartArray("@context");
        foreach (var part in parts) part.WriteTo(json);
        json.WriteEndArray();
    }

    private static IEnumerable<JsonElement> OwnContexts(StoredEvent stored) =>
        stored.Event.TryGetProperty("@context", out var own) ? Wire.Prefixes.PartsOf(own) : [];
}
