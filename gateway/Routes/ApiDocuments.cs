using System.Text.Json.Nodes;

namespace Distribution.Gateway.Routes;

/// <summary>Several OpenAPI documents as one.</summary>
internal static class ApiDocuments
{
    private static readonly string[] Sections = ["paths", "components"];
    private const string Tags = "tags";

    /// <summary>
    /// The first document with the paths, components and tags of the others. Names are the services' own by their
    /// making; what all hosts share has the same name and content in all of them, and is taken once.
    /// </summary>
    /// <exception cref="ArgumentException">There is no document.</exception>
    public static JsonObject Merge(IReadOnlyList<JsonObject> documents)
    {
        if (documents.Count == 0) throw new ArgumentException("at least one document", nameof(documents));
        var merged = documents[0].DeepClone().AsObject();
        foreach (var document in documents.Skip(1))
        {
            foreach (var section in Sections) AddSection(merged, document, section);
            AddTags(merged, document);
        }

        return merged;
    }

    private static void AddSection(JsonObject merged, JsonObject document, string section)
    {
        if (document[section] is not JsonObject from) return;
        if (merged[section] is not JsonObject to) merged[section] = to = [];
        foreach (var (name, value) in from)
        {
            // Components are in groups by kind; a path is taken whole.
            if (section == "components" && to[name] is JsonObject) AddSection(to, from, name);
            else if (!to.ContainsKey(name)) to[name] = value?.DeepClone();
        }
    }

    private static void AddTags(JsonObject merged, JsonObject document)
    {
        if (document[Tags] is not JsonArray from) return;
        if (merged[Tags] is not JsonArray to) merged[Tags] = to = [];
        foreach (var tag in from.Where(tag => !to.Any(known => JsonNode.DeepEquals(known, tag)))) to.Add(tag?.DeepClone());
    }
}
