using System.Text.Json.Nodes;

namespace Distribution.Shipment.Tests;

/// <summary>Short ways to EPCIS documents.</summary>
internal static class Epcis
{
    public const string A = "https://id.gs1.org/414/9521141123454";
    public const string B = "https://id.gs1.org/414/9506000134352";
    public const string Lot = "https://id.gs1.org/01/09501101530003/10/AB-123";
    public const string Unit = "https://id.gs1.org/00/106141412345678908";

    private const string Context = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld";

    public static string Document(params IEnumerable<JsonNode> events) => new JsonObject
    {
        ["@context"] = new JsonArray(Context),
        ["type"] = "EPCISDocument",
        ["schemaVersion"] = "2.0",
        ["creationDate"] = "2026-03-05T10:00:00Z",
        ["epcisBody"] = new JsonObject { ["eventList"] = new JsonArray([.. events.Select(each => each.DeepClone())]) },
    }.ToJsonString();

    /// <summary>An event alone.</summary>
    public static string Alone(JsonObject each)
    {
        var alone = each.DeepClone().AsObject();
        alone["@context"] = new JsonArray(Context);
        return alone.ToJsonString();
    }

    public static JsonObject Shipping(string delivery = "S-100", decimal quantity = 20, string what = Lot, string? to = B)
    {
        var each = Event("shipping", "2026-03-02T23:30:00-05:00", "-05:00", A, delivery, what, quantity);
        if (to is not null)
            each["destinationList"] = new JsonArray(new JsonObject { ["type"] = "possessing_party", ["destination"] = to });
        return each;
    }

    public static JsonObject Receiving(
        string delivery = "S-100", decimal quantity = 20, string what = Lot, string at = B, string time = "2026-03-04T09:00:00+01:00") =>
        Event("receiving", time, "+01:00", at, delivery, what, quantity);

    public static JsonObject Packing(string action, string time, string parent, string child, decimal quantity) => new()
    {
        ["type"] = "AggregationEvent",
        ["eventTime"] = time,
        ["eventTimeZoneOffset"] = "+00:00",
        ["action"] = action,
        ["bizStep"] = action == "ADD" ? "packing" : "unpacking",
        ["parentID"] = parent,
        ["childQuantityList"] = new JsonArray(new JsonObject { ["epcClass"] = child, ["quantity"] = quantity }),
    };

    /// <summary>The same event, declared in error.</summary>
    public static JsonObject Declared(JsonObject each)
    {
        var declared = each.DeepClone().AsObject();
        declared["errorDeclaration"] = new JsonObject { ["declarationTime"] = "2026-03-06T10:00:00Z", ["reason"] = "did_not_occur" };
        return declared;
    }

    /// <summary>The same event about a logistic unit.</summary>
    public static JsonObject OfUnit(JsonObject each, string unit = Unit)
    {
        each.Remove("quantityList");
        each["epcList"] = new JsonArray(unit);
        return each;
    }

    private static JsonObject Event(
        string step, string time, string offset, string place, string delivery, string what, decimal quantity) => new()
        {
            ["type"] = "ObjectEvent",
            ["eventID"] = $"urn:uuid:{Guid.CreateVersion7()}",
            ["eventTime"] = time,
            ["eventTimeZoneOffset"] = offset,
            ["action"] = "OBSERVE",
            ["bizStep"] = step,
            ["bizLocation"] = new JsonObject { ["id"] = place },
            ["quantityList"] = new JsonArray(new JsonObject { ["epcClass"] = what, ["quantity"] = quantity }),
            ["bizTransactionList"] = new JsonArray(new JsonObject
            {
                ["type"] = "desadv",
                ["bizTransaction"] = $"urn:epcglobal:cbv:bt:9521141123454:{delivery}",
            }),
        };
}
