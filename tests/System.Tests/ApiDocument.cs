using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Distribution.Platform.Web;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>A call as the description of the API has it.</summary>
/// <param name="Method">The method in lower case.</param>
/// <param name="Path">The path with its parameters in braces.</param>
/// <param name="Content">What is said of the call.</param>
public sealed record DescribedCall(string Method, string Path, JsonNode Content)
{
    public string? Name => (string?)Content["operationId"];

    public IEnumerable<JsonNode> Parameters => Content["parameters"]?.AsArray().Select(parameter => parameter!) ?? [];

    /// <summary>What the body may be, by media type.</summary>
    public IEnumerable<KeyValuePair<string, JsonNode?>> Bodies => Content["requestBody"]?["content"]?.AsObject() ?? [];

    public override string ToString() => $"{Method.ToUpperInvariant()} {Path}";
}

/// <summary>A system's description of its API, as a client reads it.</summary>
public sealed class ApiDocument
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonNode _root;

    private ApiDocument(JsonNode root) => _root = root;

    /// <summary>The calls, in the order of the document.</summary>
    public IEnumerable<DescribedCall> Calls => _root["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject().Select(call => new DescribedCall(call.Key, path.Key, call.Value!)));

    /// <summary>What requests and answers are, by name, and what bodies are that have no such name.</summary>
    public IEnumerable<(string Name, JsonNode Content)> Schemas => _root["components"]!["schemas"]!.AsObject()
        .Select(schema => (schema.Key, schema.Value!))
        .Concat(Calls.SelectMany(call => call.Bodies.Select(body => ($"the {body.Key} of {call}", body.Value!["schema"]!))));

    /// <summary>The fields without which a body is refused.</summary>
    public IEnumerable<string> Required(JsonNode body)
    {
        var schema = body["schema"]!;
        if ((string?)schema["$ref"] is { } name) schema = _root["components"]!["schemas"]![name[(name.LastIndexOf('/') + 1)..]]!;
        return schema["required"]?.AsArray().Select(field => (string)field!) ?? [];
    }

    public static async Task<ApiDocument> Read(ApiClient api) =>
        new(JsonNode.Parse(await api.Http.GetStringAsync(ApiDescription.Path, TestContext.Current.CancellationToken))!);

    /// <summary>The document as text that is the same whatever the order of what has none.</summary>
    public override string ToString() => Sorted(_root)!.ToJsonString(Indented) + "\n";

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject named => new JsonObject(
            named.OrderBy(part => part.Key, StringComparer.Ordinal).Select(part => KeyValuePair.Create(part.Key, Sorted(part.Value)))),
        JsonArray listed => new JsonArray([.. listed.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
