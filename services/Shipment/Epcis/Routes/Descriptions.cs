using System.Text.Json.Nodes;
using Distribution.Shipment.Epcis.Kept;
using Microsoft.AspNetCore.Builder;
using Microsoft.OpenApi;

namespace Distribution.Shipment.Epcis.Routes;

/// <summary>Says in the description of the API what the requests of EPCIS are, whose shapes are the standard's.</summary>
internal static class Descriptions
{
    private const string Shipped = """
        {
          "type": "ObjectEvent", "eventID": "urn:uuid:0198c0de-0000-7000-8000-00000000e001", "action": "OBSERVE",
          "eventTime": "2021-05-11T07:00:00+02:00", "eventTimeZoneOffset": "+02:00", "bizStep": "shipping", "disposition": "in_transit",
          "bizLocation": {"id": "https://id.gs1.org/414/9521141123454"},
          "quantityList": [{"epcClass": "https://id.gs1.org/01/09501101530003/10/AB-123", "quantity": 20}],
          "bizTransactionList": [{"type": "desadv", "bizTransaction": "urn:epcglobal:cbv:bt:9521141123454:S-100"}],
          "destinationList": [{"type": "possessing_party", "destination": "https://id.gs1.org/417/9506000134352"}]
        }
        """;

    private const string Context = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld";

    private static readonly Dictionary<string, string> Words = new()
    {
        ["eventType"] = "Types of events, such as ObjectEvent.",
        ["EQ_eventID"] = "Ids of events.",
        ["GE_eventTime"] = "Events of this time or later: ISO 8601, with the offset.",
        ["LT_eventTime"] = "Events before this time: ISO 8601, with the offset.",
        ["GE_recordTime"] = "Events that were recorded at this time or later: ISO 8601, with the offset.",
        ["LT_recordTime"] = "Events that were recorded before this time: ISO 8601, with the offset.",
        ["EQ_action"] = "Actions: ADD, OBSERVE, DELETE.",
        ["EQ_bizStep"] = "Business steps, as bare words or in full.",
        ["EQ_disposition"] = "Dispositions, as bare words or in full.",
        ["EQ_bizLocation"] = "Places where things are, as Digital Link or URN: both find both.",
        ["EQ_readPoint"] = "Places where things were seen, as Digital Link or URN: both find both.",
        ["EQ_bizTransaction_desadv"] = "Despatch advices.",
        ["MATCH_epc"] = "Things that an event is about, or that are in another, as Digital Link, URN or pattern.",
        ["MATCH_anyEPC"] = "The same, and what things are in, went into, or came out of.",
        ["MATCH_epcClass"] = "Kinds of things of which an event has a quantity, as Digital Link, URN or pattern.",
        ["perPage"] = "Events of a page at most, 1 to 1,000; 30 when left out.",
        ["nextPageToken"] = "Where a page begins, as the header Link of the page before it says.",
    };

    /// <summary>A request whose body is a document.</summary>
    public static void Document(OpenApiOperation operation) => SetBody(operation, new JsonObject
    {
        ["@context"] = new JsonArray(Context),
        ["type"] = "EPCISDocument",
        ["schemaVersion"] = "2.0",
        ["creationDate"] = "2021-05-11T08:00:00Z",
        ["epcisBody"] = new JsonObject { ["eventList"] = new JsonArray(JsonNode.Parse(Shipped)) },
    });

    /// <summary>A request whose body is an event.</summary>
    public static void Event(OpenApiOperation operation)
    {
        var body = JsonNode.Parse(Shipped)!.AsObject();
        body.Insert(0, "@context", new JsonArray(Context));
        SetBody(operation, body);
    }

    /// <summary>A query.</summary>
    public static void Query(OpenApiOperation operation) => operation.Parameters =
    [
        .. EventQuery.ParameterNames.Select(name => new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Query,
            Description = Words[name],
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        }),
    ];

    /// <summary>A request that names an event.</summary>
    public static void EventId(OpenApiOperation operation) => operation.Parameters =
    [
        new OpenApiParameter
        {
            Name = "eventId",
            In = ParameterLocation.Path,
            Required = true,
            Description = "The event's id, a URI, encoded.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        },
    ];

    /// <summary>Describes a route so.</summary>
    public static RouteHandlerBuilder Describes(this RouteHandlerBuilder route, Action<OpenApiOperation> describe) =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            describe(operation);
            return Task.CompletedTask;
        });

    private static void SetBody(OpenApiOperation operation, JsonObject example) => operation.RequestBody = new OpenApiRequestBody
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [Bodies.Json] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.Object }, Example = example },
        },
    };
}
