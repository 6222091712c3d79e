using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Distribution.Platform.Web;

/// <summary>What the XML documentation beside an assembly says, as text for who reads the API's description.</summary>
internal static partial class XmlDocumentation
{
    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, XElement>> Assemblies = new();

    /// <summary>What is said of a type, or null.</summary>
    public static string? Of(Type type) => Summary(type.Assembly, $"T:{NameOf(type)}");

    /// <summary>What is said of a property, or null.</summary>
    public static string? Of(PropertyInfo property) =>
        property.DeclaringType is { } type ? Summary(type.Assembly, $"P:{NameOf(type)}.{property.Name}") : null;

    private static string NameOf(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string? Summary(Assembly assembly, string member) =>
        Assemblies.GetOrAdd(assembly, Read).TryGetValue(member, out var summary) ? Text(summary) : null;

    private static Dictionary<string, XElement> Read(Assembly assembly)
    {
        var file = Path.Combine(AppContext.BaseDirectory, $"{assembly.GetName().Name}.xml");
        if (!File.Exists(file)) return [];
        return XDocument.Load(file).Descendants("member")
            .Where(member => member.Element("summary") is not null)
            .ToDictionary(member => (string)member.Attribute("name")!, member => member.Element("summary")!);
    }

    private static string Text(XElement summary)
    {
        var text = new StringBuilder();
        foreach (var node in summary.Nodes())
        {
            _ = node switch
            {
                XText plain => text.Append(plain.Value),
                XElement { Name.LocalName: "c" } code => text.Append('`').Append(code.Value).Append('`'),
                XElement part => text.Append('`').Append(NameIn(part)).Append('`'),
                _ => text,
            };
        }

        return Spaces().Replace(text.ToString(), " ").Trim();
    }

    /// <summary>What a <c>see</c> or <c>paramref</c> refers to, as it is called in JSON.</summary>
    private static string NameIn(XElement part)
    {
        var name = (string?)part.Attribute("name") ?? ((string?)part.Attribute("cref"))?.Split('.')[^1] ?? part.Value;
        return System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(name);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
