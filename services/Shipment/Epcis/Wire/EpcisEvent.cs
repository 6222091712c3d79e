using System.Text.Json;

namespace Distribution.Shipment.Epcis.Wire;

/// <summary>An event in which nothing is wrong.</summary>
internal sealed class EpcisEvent
{
    private readonly Prefixes _prefixes;
    private string? _content;

    /// <summary>An event of a document.</summary>
    /// <param name="json">The event as it came.</param>
    /// <param name="contexts">The document's contexts but EPCIS's own.</param>
    /// <param name="prefixes">What the prefixes in it mean.</param>
    /// <param name="index">Which of its document.</param>
    public EpcisEvent(JsonElement json, IReadOnlyList<JsonElement> contexts, Prefixes prefixes, int index)
    {
        (Json, Contexts, Index) = (json, contexts, index);
        _prefixes = json.TryGetProperty("@context", out var own) ? prefixes.With(own) : prefixes;
        Id = json.TryGetProperty("eventID", out var id)
            ? Gs1Key.Of(_prefixes.Expand(id.GetString()!)).Normal
            : Canonical.IdOf(Content);
        ContentHash = Canonical.Hash(Content);
        if (json.TryGetProperty("errorDeclaration", out var error)) ErrorHash = Canonical.Hash(Canonical.OfDeclaration(error, _prefixes));
    }

    /// <summary>The event as it came.</summary>
    public JsonElement Json { get; }

    /// <summary>The document's contexts but EPCIS's own.</summary>
    public IReadOnlyList<JsonElement> Contexts { get; }

    /// <summary>Which of its document, from 0.</summary>
    public int Index { get; }

    /// <summary>Its id in normal form; that of its content where it came without.</summary>
    public string Id { get; }

    /// <summary>Tells whether two events say the same, but for being declared in error.</summary>
    public string ContentHash { get; }

    /// <summary>Tells whether two declarations say the same; null where it declares no error.</summary>
    public string? ErrorHash { get; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset Time => Times.Read(Text("eventTime")!)!.Value;

    /// <summary>The type, with its prefix expanded.</summary>
    public string Type => Full(Text("type"))!;

    /// <summary>The action, or null.</summary>
    public string? Action => Text("action");

    /// <summary>The business step in normal form, or null.</summary>
    public string? BizStep => Full(Text("bizStep")) is { } step ? Vocabulary.BizSteps.Normal(step) : null;

    /// <summary>The disposition in normal form, or null.</summary>
    public string? Disposition => Full(Text("disposition")) is { } disposition ? Vocabulary.Dispositions.Normal(disposition) : null;

    private string Content => _content ??= Canonical.Of(Json, _prefixes);

    /// <summary>A place that it names in <c>bizLocation</c> or <c>readPoint</c>, or null.</summary>
    public Gs1Key? Place(string field) =>
        Json.TryGetProperty(field, out var place) ? Key(place.GetProperty("id").GetString()!) : null;

    /// <summary>An identifier in a field of its own, or null.</summary>
    public Gs1Key? Identifier(string field) => Text(field) is { } text ? Key(text) : null;

    /// <summary>The identifiers of a list.</summary>
    public IEnumerable<Gs1Key> Identifiers(string list) => Items(list).Select(item => Key(item.GetString()!));

    /// <summary>The quantities of a list, each with its class and unit; the quantity is null where none is said, or none that can
    /// be counted.</summary>
    public IEnumerable<(Gs1Key Class, bool IsSaid, decimal? Quantity, string? Unit)> Quantities(string list) => Items(list).Select(item => (
        Key(item.GetProperty("epcClass").GetString()!),
        item.TryGetProperty("quantity", out var number),
        number.ValueKind is JsonValueKind.Number && number.TryGetDecimal(out var quantity) ? quantity : (decimal?)null,
        item.TryGetProperty("uom", out var unit) ? unit.GetString() : null));

    /// <summary>The business transactions of a type, in normal form.</summary>
    public IEnumerable<string> Transactions(string type) => Items("bizTransactionList")
        .Where(item => item.TryGetProperty("type", out var its)
            && Vocabulary.TransactionTypes.Is(Vocabulary.TransactionTypes.Normal(Full(its.GetString())!), type))
        .Select(item => Key(item.GetProperty("bizTransaction").GetString()!).Normal);

    /// <summary>The sources or the destinations of a type.</summary>
    public IEnumerable<Gs1Key> Parties(string name, string type) => Items($"{name}List")
        .Where(item => Vocabulary.PartyTypes.Is(Vocabulary.PartyTypes.Normal(Full(item.GetProperty("type").GetString())!), type))
        .Select(item => Key(item.GetProperty(name).GetString()!));

    private JsonElement.ArrayEnumerator Items(string list) => Json.TryGetProperty(list, out var items) ? items.EnumerateArray() : default;

    private Gs1Key Key(string text) => Gs1Key.Of(_prefixes.Expand(text));

    private string? Full(string? text) => text is null ? null : _prefixes.Expand(text);

    private string? Text(string field) =>
        Json.TryGetProperty(field, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
