using System.Collections;
using System.Reflection;
using System.Text.Json;

namespace Distribution.Platform.Web;

/// <summary>Says that a text is one of few: those by which the code checks it, so that the description cannot differ.</summary>
/// <param name="source">An enum, whose names are written in camelCase, or a type with a static <c>All</c> that lists the texts.</param>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class ValuesOfAttribute(Type source) : Attribute
{
    /// <summary>The enum, or the type with the static <c>All</c>.</summary>
    public Type Source => source;

    /// <summary>The texts.</summary>
    public IEnumerable<string> Values => source.IsEnum
        ? Enum.GetNames(source).Select(JsonNamingPolicy.CamelCase.ConvertName)
        : ((IEnumerable)source.GetProperty("All", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!).Cast<string>();
}
