using System.Text.Json;

namespace Distribution.Shipment.Epcis.Wire;

/// <summary>What was read of a body.</summary>
/// <param name="Events">The events in which nothing is wrong.</param>
/// <param name="Count">How many events it has.</param>
/// <param name="Document">What is wrong with the document itself.</param>
/// <param name="Wrong">What is wrong with events, by their places in the document.</param>
internal sealed record ReadEvents(
    IReadOnlyList<EpcisEvent> Events, int Count, Faults Document, IReadOnlyList<(int Index, Faults Faults)> Wrong)
{
    /// <summary>All that is wrong, the first of many.</summary>
    public IEnumerable<Fault> Faults => Document.Listed.Concat(Wrong.SelectMany(wrong => wrong.Faults.Listed));

    /// <summary>How much is wrong.</summary>
    public int FaultCount => Document.Count + Wrong.Sum(wrong => wrong.Faults.Count);
}

/// <summary>Reads EPCIS 2.0 in JSON-LD.</summary>
internal static class EpcisReader
{
    private const string ContextMissing = "is missing: say https://ref.gs1.org/standards/epcis/epcis-context.jsonld";


    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    private static readonly Dictionary<string, Rule> DocumentFields = new(StringComparer.Ordinal)
    {
        ["@context"] = Prefixes.Check,
        ["id"] = Rules.Uri,
        ["type"] = Rules.Text,
        ["schemaVersion"] = Version,
        ["creationDate"] = Rules.Time,
        ["instanceIdentifier"] = Rules.Text,
        ["sender"] = Rules.Text,
        ["receiver"] = Rules.Text,
        ["epcisHeader"] = Rules.Object(new Dictionary<string, Rule>
        {
            ["epcisMasterData"] = Rules.Object(
            new Dictionary<string, Rule>(), [], Extensions.Any)
        }, [], Extensions.Named),
        ["epcisBody"] = (_, _) => { },
    };

    /// <summary>Reads a document; its events are not looked at where there are too many.</summary>
    public static ReadEvents Document(ReadOnlyMemory<byte> body, int eventsMax)
    {
        var faults = new Faults();
        if (Parse(body, faults) is not { } root) return Nothing(faults);
        if (root.ValueKind is JsonValueKind.Object && !(root.TryGetProperty("type", out var type)
            && type.ValueKind is JsonValueKind.String && type.GetString() == "EPCISDocument"))
        {
            faults.Add("type", "must be EPCISDocument; send an event alone to /events");
            return Nothing(faults);
        }

        if (!Rules.Check(
            root, faults, DocumentFields, ["type", "schemaVersion", "creationDate"], Extensions.Named)) return Nothing(faults);
        if (!root.TryGetProperty("@context", out var context)) faults.Add("@context", ContextMissing);
        if (!root.TryGetProperty("epcisBody", out var content) || content.ValueKind is not JsonValueKind.Object)
        {
            faults.Add("epcisBody", "is missing: say the events in epcisBody.eventList");
            return Nothing(faults);
        }

        faults.Enter("epcisBody");
        foreach (var field in content.EnumerateObject().Where(field => field.Name != "eventList" && !Uris.Is(field.Name)))
            faults.Add(field.Name, "is no field of this: leave it out");
        if (!content.TryGetProperty("eventList", out var list) || list.ValueKind is not JsonValueKind.Array)
        {
            faults.Add("eventList", "is missing: say the events, a list");
            return Nothing(faults);
        }

        return list.GetArrayLength() > eventsMax
            ? new ReadEvents([], list.GetArrayLength(), faults, [])
            : Events(list, context, faults);
    }

    /// <summary>Reads an event that comes alone.</summary>
    public static ReadEvents Event(ReadOnlyMemory<byte> body)
    {
        var faults = new Faults();
        if (Parse(body, faults) is not { } root) return Nothing(faults);
        if (root.ValueKind is JsonValueKind.Object && root.TryGetProperty("type", out var type) && type.ValueKind is JsonValueKind.String
            && type.GetString() is "EPCISDocument" or "EPCISQueryDocument")
        {
            faults.Add("type", "must be that of an event; send a document to /capture");
            return Nothing(faults);
        }

        EventRules.Check(root, faults);
        if (root.ValueKind is JsonValueKind.Object && !root.TryGetProperty("@context", out _)) faults.Add("@context", ContextMissing);
        return faults.Count > 0 ? Nothing(faults) : new([new EpcisEvent(root, [], Prefixes.OfEpcis, 0)], 1, faults, []);
    }

    private static ReadEvents Events(JsonElement list, JsonElement context, Faults document)
    {
        var isKnown = document.Count == 0;
        var prefixes = isKnown ? Prefixes.OfEpcis.With(context) : Prefixes.OfEpcis;
        IReadOnlyList<JsonElement> contexts = isKnown ? [.. Prefixes.PartsOf(context)] : [];
        var events = new List<EpcisEvent>(list.GetArrayLength());
        var wrong = new List<(int, Faults)>();
        var index = 0;
        foreach (var json in list.EnumerateArray())
        {
            var faults = new Faults();
            faults.Enter("epcisBody");
            faults.Enter("eventList");
            faults.Enter(index);
            EventRules.Check(json, faults);
            if (faults.Count > 0) wrong.Add((index, faults));
            else if (isKnown) events.Add(new EpcisEvent(json, contexts, prefixes, index));
            index++;
        }

        return new(events, index, document, wrong);
    }

    private static JsonElement? Parse(ReadOnlyMemory<byte> body, Faults faults)
    {
        try
        {
            var root = JsonElement.Parse(body.Span, Strict);
            ReadTexts(root);
            return root;
        }
        catch (InvalidOperationException)
        {
            faults.Add("has a text that is no Unicode: send UTF-8, without half of a surrogate pair");
            return null;
        }
        catch (JsonException bad)
        {
            faults.Add($"is not valid JSON (line {bad.LineNumber + 1}, byte {bad.BytePositionInLine + 1}), nests deeper than "
                + $"{Strict.MaxDepth} levels, or has a name twice in an object");
            return null;
        }
    }

    /// <summary>Reads every name and text once: the parser leaves it to who reads one to find that it is no Unicode.</summary>
    /// <exception cref="InvalidOperationException">One is not.</exception>
    private static void ReadTexts(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var field in value.EnumerateObject())
                {
                    _ = field.Name;
                    ReadTexts(field.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray()) ReadTexts(item);
                break;
            case JsonValueKind.String:
                _ = value.GetString();
                break;
        }
    }

    private static void Version(JsonElement value, Faults faults)
    {
        if (value.ValueKind is not JsonValueKind.String || !value.GetString()!.Split('.').All(
            part => part.Length is > 0 and < 10 && part.All(char.IsAsciiDigit))) faults.Add("must be a version, such as 2.0");
    }

    private static ReadEvents Nothing(Faults faults) => new([], 0, faults, []);
}
