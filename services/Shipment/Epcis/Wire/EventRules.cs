using System.Text.Json;

namespace Distribution.Shipment.Epcis.Wire;

/// <summary>What an event of each type must look like (EPCIS 2.0, 7; the same that GS1's JSON schema says of it).</summary>
internal static class EventRules
{
    private static readonly Rule UriList = Rules.List(Rules.Uri);
    private static readonly Rule UriSet = Rules.List(Rules.Uri, unique: true);
    private static readonly Rule Words = Rules.List(Rules.Word(Vocabulary.Dispositions), min: 1, unique: true);
    private static readonly Rule Place = Object(["id"], Extensions.Any, ("id", Rules.Uri));

    private static readonly Rule Quantities = Rules.List(Object(
        ["epcClass"], Extensions.None, ("epcClass", Rules.Uri), ("quantity", Rules.Number), ("uom", Rules.Unit)));

    private static readonly Rule Transactions = Rules.List(Object(
        ["bizTransaction"], Extensions.None, ("type", Rules.Word(Vocabulary.TransactionTypes)), ("bizTransaction", Rules.Uri)));

    private static readonly Rule PersistentDisposition = Object([], Extensions.None, ("set", Words), ("unset", Words));

    private static readonly Rule ErrorDeclaration = Object(
        ["declarationTime"], Extensions.Named, ("declarationTime", Rules.Time), ("reason", Rules.Word(Vocabulary.ErrorReasons)),
        ("correctiveEventIDs", UriList));

    private static readonly Rule Metadata = Object([], Extensions.Named,
        ("time", Rules.Time), ("startTime", Rules.Time), ("endTime", Rules.Time), ("deviceID", Rules.Uri), ("deviceMetadata", Rules.Uri),
        ("rawData", Rules.Uri), ("dataProcessingMethod", Rules.Uri), ("bizRules", Rules.Uri));

    private static readonly Rule Report = Object(["type"], Extensions.Named,
        ("type", Rules.Word(Vocabulary.Measurements)), ("exception", Rules.Word(Vocabulary.Alerts)), ("deviceID", Rules.Uri),
        ("deviceMetadata", Rules.Uri), ("rawData", Rules.Uri), ("dataProcessingMethod", Rules.Uri), ("bizRules", Rules.Uri),
        ("time", Rules.Time), ("microorganism", Rules.Uri), ("chemicalSubstance", Rules.Uri), ("coordinateReferenceSystem", Rules.Uri),
        ("value", Rules.Number), ("component", Rules.Word(Vocabulary.Components)), ("stringValue", Rules.Text),
        ("booleanValue", Rules.Flag), ("hexBinaryValue", Rules.Hexadecimal), ("uriValue", Rules.Uri), ("minValue", Rules.Number),
        ("maxValue", Rules.Number), ("meanValue", Rules.Number), ("sDev", Rules.Number), ("percRank", Rules.Number),
        ("percValue", Rules.Number), ("uom", Rules.Text));

    private static readonly Rule Sensors = Rules.List(Object(
        ["sensorReport"], Extensions.Named, ("sensorMetadata", Metadata), ("sensorReport", Rules.List(Report, min: 1))));

    private static readonly (string, Rule)[] Common =
    [
        ("@context", Prefixes.Check), ("type", Rules.Text), ("eventTime", Rules.Time), ("recordTime", Rules.Time),
        ("eventTimeZoneOffset", Rules.Offset), ("eventID", Rules.Uri), ("certificationInfo", Rules.OneOrMany(Rules.Uri)),
        ("errorDeclaration", ErrorDeclaration),
    ];

    private static readonly (string, Rule)[] Business =
    [
        .. Common, ("bizStep", Rules.Word(Vocabulary.BizSteps)), ("disposition", Rules.Word(Vocabulary.Dispositions)),
        ("persistentDisposition", PersistentDisposition), ("readPoint", Place), ("bizLocation", Place),
        ("bizTransactionList", Transactions), ("sourceList", Parties("source")), ("destinationList", Parties("destination")),
        ("sensorElementList", Sensors),
    ];

    private static readonly (string, Rule) Action = ("action", Rules.OneOf("ADD", "OBSERVE", "DELETE"));
    private static readonly (string, Rule) Master = ("ilmd", Object([], Extensions.Named));

    // What has the name of a field of EPCIS is read as one.
    private static readonly Dictionary<string, Rule> Extension = Fields(
    [
        .. Business, Action, Master, .. Children(), ("epcList", UriList), ("quantityList", Quantities), ("inputEPCList", UriList),
        ("inputQuantityList", Quantities), ("outputEPCList", UriList), ("outputQuantityList", Quantities), ("transformationID", Rules.Uri),
    ]);

    private static readonly Dictionary<string, (Dictionary<string, Rule> Fields, string[] Required, Action<JsonElement, Faults> Whole)>
        Types = new(StringComparer.Ordinal)
        {
            ["ObjectEvent"] = (Fields([.. Business, Action, Master, ("epcList", UriSet), ("quantityList", Quantities)]),
                ["type", "eventTime", "eventTimeZoneOffset", "action"], OfObject),
            ["AggregationEvent"] = (Fields([.. Business, Action, .. Children()]),
                ["type", "eventTime", "eventTimeZoneOffset", "action"], OfChildren),
            ["AssociationEvent"] = (Fields([.. Business, Action, .. Children()]),
                ["type", "eventTime", "eventTimeZoneOffset", "action", "parentID"], OfChildren),
            ["TransactionEvent"] = (Fields(
                [.. Business, Action, ("parentID", Rules.Uri), ("epcList", UriList), ("quantityList", Quantities)]),
                ["type", "eventTime", "eventTimeZoneOffset", "action", "bizTransactionList"], OfTransaction),
            ["TransformationEvent"] = (Fields(
                [
                    .. Business, Master, ("inputEPCList", UriSet), ("inputQuantityList", Quantities), ("outputEPCList", UriSet),
                    ("outputQuantityList", Quantities), ("transformationID", Rules.Uri),
                ]),
                ["type", "eventTime", "eventTimeZoneOffset"], OfTransformation),
        };

    /// <summary>The types of events that there are.</summary>
    public static IReadOnlyCollection<string> TypeNames => Types.Keys;

    /// <summary>Notes what is wrong with an event.</summary>
    public static void Check(JsonElement value, Faults faults)
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            faults.Add("must be an event, an object");
            return;
        }

        var type = TextOf(value, "type");
        if (type is not null && Types.TryGetValue(type, out var known))
        {
            _ = Rules.Check(value, faults, known.Fields, known.Required, Extensions.Named);
            known.Whole(value, faults);
        }
        else if (type is null) faults.Add("type", "is missing: say the type of the event, as a text");
        else if (!Uris.Is(type)) faults.Add("type", $"must be {string.Join(", ", TypeNames)}, or an extension as a URI");
        else _ = Rules.Check(value, faults, Extension, ["eventTime", "eventTimeZoneOffset"], Extensions.Any);
    }

    private static void OfObject(JsonElement value, Faults faults)
    {
        if (!value.TryGetProperty("epcList", out _) && CountOf(value, "quantityList") == 0
            && !(CountOf(value, "sensorElementList") > 0 && value.TryGetProperty("readPoint", out _)))
            faults.Add("epcList", "is missing: say what it is about, in epcList or quantityList");
        if (value.TryGetProperty("ilmd", out _) && TextOf(value, "action") is not "ADD") faults.Add("ilmd", "is only for the action ADD");
    }

    private static void OfChildren(JsonElement value, Faults faults)
    {
        if (TextOf(value, "action") is not "DELETE" && CountOf(value, "childEPCs") + CountOf(value, "childQuantityList") == 0)
            faults.Add("childEPCs", "is missing: say what is in it, in childEPCs or childQuantityList");
    }

    private static void OfTransaction(JsonElement value, Faults faults)
    {
        if (value.TryGetProperty("bizTransactionList", out _) && CountOf(value, "bizTransactionList") == 0)
            faults.Add("bizTransactionList", "must have at least 1");
        if (TextOf(value, "action") is not "DELETE" && !value.TryGetProperty("epcList", out _) && CountOf(value, "quantityList") == 0)
            faults.Add("epcList", "is missing: say what it is about, in epcList or quantityList");
    }

    private static void OfTransformation(JsonElement value, Faults faults)
    {
        var (comes, goes) = (CountOf(value, "inputEPCList") + CountOf(value, "inputQuantityList") > 0,
            CountOf(value, "outputEPCList") + CountOf(value, "outputQuantityList") > 0);
        var continues = value.TryGetProperty("transformationID", out _);
        if (!comes && !(continues && goes)) faults.Add("inputEPCList", "is missing: say what went in");
        if (!goes && !(continues && comes)) faults.Add("outputEPCList", "is missing: say what came out");
    }

    private static Rule Parties(string name) => Rules.List(Object(
        ["type", name], Extensions.None, ("type", Rules.Word(Vocabulary.PartyTypes)), (name, Rules.Uri)));

    private static (string, Rule)[] Children() =>
        [("parentID", Rules.Uri), ("childEPCs", UriList), ("childQuantityList", Quantities)];

    private static Rule Object(string[] required, Extensions extensions, params (string, Rule)[] fields) =>
        Rules.Object(Fields(fields), required, extensions);

    private static Dictionary<string, Rule> Fields(params (string Name, Rule Rule)[] fields) =>
        fields.ToDictionary(field => field.Name, field => field.Rule, StringComparer.Ordinal);

    private static string? TextOf(JsonElement value, string field) =>
        value.TryGetProperty(field, out var found) && found.ValueKind is JsonValueKind.String ? found.GetString() : null;

    private static int CountOf(JsonElement value, string field) =>
        value.TryGetProperty(field, out var found) && found.ValueKind is JsonValueKind.Array ? found.GetArrayLength() : 0;
}
