using System.Text.Json.Serialization.Metadata;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Distribution.Platform.Web;

/// <summary>The OpenAPI description of a host's routes, at <see cref="Path"/>: the same in every hosting.</summary>
public static class ApiDescription
{
    /// <summary>The document's name.</summary>
    public const string DocumentName = "v1";

    /// <summary>Where the description is.</summary>
    public const string Path = "/openapi/v1.json";

    private const string Prefix = "Distribution.";
    private static readonly string[] Shared = ["Distribution.Platform", "Distribution.Contracts"];

    /// <summary>Adds what describes the routes.</summary>
    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(DocumentName, options =>
    {
        options.CreateSchemaReferenceId = SchemaName;
        // What reads a text in its own way hides from the description that it is one.
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonPropertyInfo?.CustomConverter is LotNumberText || schema.Format == "date-time") schema.Type ??= JsonSchemaType.String | JsonSchemaType.Null;
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Distribution";
            // The API is where the document was read, whatever this process believes its own address to be.
            document.Servers?.Clear();
            return Task.CompletedTask;
        });
    });

    internal static void MapApiDescription(this IEndpointRouteBuilder routes) => routes.MapOpenApi("/openapi/{documentName}.json");

    /// <summary>
    /// Services name their types without regard to each other, and every service has a <c>Summary</c>: in the common
    /// description a service's own types are named after it.
    /// </summary>
    private static string? SchemaName(JsonTypeInfo type) =>
        OpenApiOptions.CreateDefaultSchemaReferenceId(type) is not { } name ? null
        : ServiceOf(type.Type) is { } service ? $"{service}.{name}"
        : name;

    private static string? ServiceOf(Type type) =>
        type.Assembly.GetName().Name is { } assembly && assembly.StartsWith(Prefix, StringComparison.Ordinal) && !Shared.Contains(assembly)
            ? assembly[Prefix.Length..]
            : type.GetGenericArguments().Select(ServiceOf).FirstOrDefault(service => service is not null);
}
