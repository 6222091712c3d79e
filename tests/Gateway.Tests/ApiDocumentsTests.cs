using System.Text.Json.Nodes;
using Distribution.Gateway.Routes;

namespace Distribution.Gateway.Tests;

public sealed class ApiDocumentsTests
{
    [Fact]
    public void Documents_are_one_with_every_path_schema_and_tag_once()
    {
        var merged = ApiDocuments.Merge(
        [
            Parse("""{"info":{"title":"one"},"paths":{"/a":{"get":{}}},"components":{"schemas":{"A":{"type":"string"},"Both":{"type":"object"}}},"tags":[{"name":"Both"}]}"""),
            Parse("""{"info":{"title":"two"},"paths":{"/b":{"get":{}}},"components":{"schemas":{"B":{"type":"integer"},"Both":{"type":"object"}}},"tags":[{"name":"Both"},{"name":"B"}]}"""),
            Parse("""{"info":{"title":"bare"},"paths":{}}"""),
        ]);
        Assert.True(JsonNode.DeepEquals(Parse(
            """{"info":{"title":"one"},"paths":{"/a":{"get":{}},"/b":{"get":{}}},"components":{"schemas":{"A":{"type":"string"},"Both":{"type":"object"},"B":{"type":"integer"}}},"tags":[{"name":"Both"},{"name":"B"}]}"""),
            merged), merged.ToJsonString());
    }

    [Fact]
    public void A_document_may_lack_what_the_next_one_has()
    {
        var merged = ApiDocuments.Merge([Parse("""{"paths":{}}"""), Parse("""{"paths":{},"components":{"schemas":{"A":{}}},"tags":[{"name":"A"}]}""")]);
        Assert.Equal("""{"paths":{},"components":{"schemas":{"A":{}}},"tags":[{"name":"A"}]}""", merged.ToJsonString());
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
