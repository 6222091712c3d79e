using System.Text.Json;

namespace Distribution.Shipment.Epcis.Wire;

/// <summary>
/// What the prefixes of names mean, by the <c>@context</c> of a document and its events. Contexts at other addresses are never fetched: of
/// EPCIS's own what is needed is known here, and of others nothing.
/// </summary>
internal sealed class Prefixes
{
    private readonly Prefixes? _outer;
    private readonly Dictionary<string, string> _declared;

    private Prefixes(Prefixes? outer, Dictionary<string, string> declared) => (_outer, _declared) = (outer, declared);

    /// <summary>Those of EPCIS's own context.</summary>
    public static Prefixes OfEpcis { get; } = new(null, new(StringComparer.Ordinal)
    {
        ["epcis"] = "https://ref.gs1.org/epcis/",
        ["cbv"] = "https://ref.gs1.org/cbv/",
        ["cbvmda"] = "urn:epcglobal:cbv:mda:",
        ["gs1"] = "https://gs1.org/voc/",
    });

    /// <summary>Notes what is wrong with a context.</summary>
    public static void Check(JsonElement value, Faults faults) => Rules.OneOrMany((each, found) =>
    {
        if (each.ValueKind is not (JsonValueKind.String or JsonValueKind.Object)) found.Add("must be a URI, or an object with prefixes");
        else if (each.ValueKind is JsonValueKind.String) Rules.Uri(each, found);
    })(value, faults);

    /// <summary>The parts of a context, those left out that are the address of EPCIS's own.</summary>
    public static IEnumerable<JsonElement> PartsOf(JsonElement context) =>
        (context.ValueKind is JsonValueKind.Array ? context.EnumerateArray().AsEnumerable() : [context]).Where(part => !IsEpcis(part));

    /// <summary>These with those that a context declares.</summary>
    public Prefixes With(JsonElement context)
    {
        var declared = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in PartsOf(context).Where(part => part.ValueKind is JsonValueKind.Object))
        {
            foreach (var term in part.EnumerateObject())
            {
                var meaning = term.Value.ValueKind is JsonValueKind.Object && term.Value.TryGetProperty("@id", out var id)
                    ? id
                    : term.Value;
                if (meaning.ValueKind is JsonValueKind.String) declared[term.Name] = meaning.GetString()!;
            }
        }

        return declared.Count == 0 ? this : new Prefixes(this, declared);
    }

    /// <summary>A name in full: where its prefix is not declared, it is taken for a full one.</summary>
    public string Expand(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && Find(name[..colon]) is { } start ? start + name[(colon + 1)..] : name;
    }

    private string? Find(string prefix) => _declared.GetValueOrDefault(prefix) ?? _outer?.Find(prefix);

    private static bool IsEpcis(JsonElement part) => part.ValueKind is JsonValueKind.String
        && part.GetString()!.EndsWith("/epcis-context.jsonld", StringComparison.Ordinal);
}
