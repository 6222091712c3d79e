using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Distribution.Platform.Refusals;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Distribution.Platform.Web;

/// <summary>
/// Refuses (400) the parameters of a query that its route does not have, by name, and those that are given twice: passed over in silence, a
/// misspelt filter would answer another question.
/// </summary>
internal static class KnownParameters
{
    private static readonly string[] Repeated = ["is given more than once: give it once"];
    private static readonly string[] Problem = ["is no parameter of this call: correct the name or leave it out"];
    private static readonly ConditionalWeakTable<Endpoint, FrozenSet<string>> OfEndpoints = [];

    public static Task Check(HttpContext http, RequestDelegate next)
    {
        if (!http.Request.QueryString.HasValue || http.GetEndpoint() is not { } endpoint
            || endpoint.Metadata.GetMetadata<ChecksParameters>() is not null) return next(http);
        var known = OfEndpoints.GetValue(endpoint, NamesOf);
        // What is passed on to another service is checked there.
        if (known.Count == 0) return next(http);
        var unknown = http.Request.Query.Keys.Where(name => !known.Contains(name)).ToArray();
        if (unknown.Length > 0) return Refuse(unknown, known).ToResult().ExecuteAsync(http);
        var repeated = http.Request.Query.Where(parameter => parameter.Value.Count > 1).Select(parameter => parameter.Key).ToArray();
        return repeated.Length > 0 ? Refuse(repeated).ToResult().ExecuteAsync(http) : next(http);
    }

    /// <summary>The first parameter of a call whose value is not of its type: the framework refuses it without a word of which it
    /// was.</summary>
    public static (string Name, string Value, Type Type)? Unreadable(HttpContext http)
    {
        // What threw has lost its route.
        var failed = http.Features.Get<IExceptionHandlerFeature>();
        var endpoint = http.GetEndpoint() ?? failed?.Endpoint;
        foreach (var parameter in endpoint?.Metadata.OfType<IParameterBindingMetadata>() ?? [])
        {
            var type = parameter.ParameterInfo.ParameterType;
            type = Nullable.GetUnderlyingType(type) ?? type;
            var inRoute = http.Request.RouteValues[parameter.Name] ?? failed?.RouteValues?[parameter.Name];
            var value = inRoute as string ?? http.Request.Query[parameter.Name];
            if (!string.IsNullOrEmpty(value) && IsParsable(type) && !IsRead(type, value))
                return (parameter.Name, value, type);
        }

        return null;

        static bool IsParsable(Type type) => type.IsValueType
            && type.GetInterfaces().Any(each => each.IsGenericType && each.GetGenericTypeDefinition() == typeof(IParsable<>));

        static bool IsRead(Type type, string value) => (bool)typeof(KnownParameters)
            .GetMethod(nameof(Reads), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, [value])!;
    }

    private static bool Reads<T>(string value)
        where T : IParsable<T> => T.TryParse(value, CultureInfo.InvariantCulture, out _);

    private static Refusal Refuse(string[] repeated) => new(
        StatusCodes.Status400BadRequest, "Repeated parameter",
        $"{string.Join(", ", repeated)}: given more than once, and only one value can hold: give it once",
        repeated.ToDictionary(name => name, _ => Repeated));

    private static Refusal Refuse(string[] unknown, FrozenSet<string> known) => new(
        StatusCodes.Status400BadRequest, "Unknown parameter",
        $"{string.Join(", ", unknown)}: no parameter of this call, which takes {string.Join(", ", known.Order(StringComparer.Ordinal))}",
        unknown.ToDictionary(name => name, _ => Problem));

    private static FrozenSet<string> NamesOf(Endpoint endpoint) => endpoint.Metadata.OfType<IParameterBindingMetadata>()
        .Where(parameter => parameter.ParameterInfo.ParameterType == typeof(string) || parameter.HasTryParse)
        .Select(parameter => parameter.Name).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}

/// <summary>Says of a route that it looks itself at which parameters it is given, as its standard has it.</summary>
public sealed record ChecksParameters;
