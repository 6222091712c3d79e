using System.Text;
using System.Text.Json.Serialization.Metadata;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Distribution.Platform.Web;

/// <summary>The OpenAPI description of a host's routes, at <see cref="Path"/>: the same in every hosting.</summary>
/// <remarks>
/// It is made from the code, so that nothing is said twice. What a field means is its XML documentation; where that says
/// nothing, and for parameters, it is what <see cref="Terms"/> says of the name. A field must be there where
/// its C# type cannot be null, or where it has <c>[Required]</c>: a request's record is nullable throughout, because the checks
/// give better answers than a reader of JSON, and <c>[Required]</c> names what they insist on. <see cref="ValuesOfAttribute"/>
/// says where a text has few values, <see cref="RequestExamples.WithExample"/> shows a request.
/// </remarks>
public static class ApiDescription
{
    /// <summary>The document's name.</summary>
    public const string DocumentName = "v1";

    /// <summary>Where the description is.</summary>
    public const string Path = "/openapi/v1.json";

    private const string Prefix = "Distribution.";
    private static readonly string[] Shared = ["Distribution.Platform", "Distribution.Contracts", "Distribution.SharedKernel"];

    /// <summary>Adds what describes the routes.</summary>
    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(DocumentName, options =>
    {
        options.CreateSchemaReferenceId = SchemaName;
        options.AddSchemaTransformer(DescribedSchemas.Describe);
        options.AddOperationTransformer(DescribedOperations.Describe);
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Distribution";
            document.Info.Description = Terms.Conventions;
            // The API is where the document was read, whatever this process believes its own address to be.
            document.Servers?.Clear();
            DescribedSchemas.DescribeNullable(document);
            return Task.CompletedTask;
        });
    });

    /// <summary>The description of this program's routes as JSON. They do not change while it runs, and describing them is much
    /// work.</summary>
    public static async Task<byte[]> Write(IOpenApiDocumentProvider provider)
    {
        var document = await provider.GetOpenApiDocumentAsync();
        return Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1));
    }

    internal static void MapApiDescription(this IEndpointRouteBuilder routes)
    {
        byte[]? written = null;
        routes.MapGet("/openapi/{documentName}.json", async (
            string documentName, [FromKeyedServices(DocumentName)] IOpenApiDocumentProvider provider) =>
                documentName == DocumentName
                    ? Results.Bytes(written ??= await Write(provider), "application/json; charset=utf-8")
                    : Refusal.NotFound("description", documentName).ToResult()).ExcludeFromDescription().IsPublic();
    }

    /// <summary>
    /// Services name their types without regard to each other, and every service has a <c>Summary</c>: in the common
    /// description a service's own types are named after it.
    /// </summary>
    private static string? SchemaName(JsonTypeInfo type) =>
        StatedConverter.Inner(type.Type) is not null || DescribedSchemas.IsMoment(type.Type)
            || OpenApiOptions.CreateDefaultSchemaReferenceId(type) is not { } name ? null
        : ServiceOf(type.Type) is { } service ? $"{service}.{name}"
        : name;

    private static string? ServiceOf(Type type) =>
        type.Assembly.GetName().Name is { } assembly && assembly.StartsWith(Prefix, StringComparison.Ordinal) && !Shared.Contains(assembly)
            ? assembly[Prefix.Length..]
            : type.GetGenericArguments().Select(ServiceOf).FirstOrDefault(service => service is not null);
}
