using System.Text.Json.Nodes;
using Distribution.Platform.Identity;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Distribution.Platform.Web;

/// <summary>Says of the parameters of calls what they mean, and shows the calls' examples.</summary>
internal static class DescribedOperations
{
    private const string RightExtension = "x-right";

    public static async Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
            parameter.Description ??= Terms.OfParameter(parameter.Name!);

        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<NeededRight>().LastOrDefault()?.Right is { } right)
        {
            var extensions = operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
            extensions[RightExtension] = new JsonNodeExtension(JsonValue.Create(right.Name()));
        }

        foreach (var example in context.Description.ActionDescriptor.EndpointMetadata.OfType<RequestExample>())
        {
            // A body that is read as a stream need not have been described.
            var request = operation.RequestBody as OpenApiRequestBody ?? new OpenApiRequestBody { Required = true };
            operation.RequestBody = request;
            var body = request.Content ??= new Dictionary<string, OpenApiMediaType>();
            if (example.Line is { } line && context.Description.ParameterDescriptions.All(parameter => parameter.Type != line))
                body[example.MediaType] = new OpenApiMediaType { Schema = await context.GetOrCreateSchemaAsync(line, null, cancel) };

            body[example.MediaType].Example = example.Line is null ? JsonNode.Parse(example.Body) : JsonValue.Create(example.Body);
            foreach (var (name, value) in example.Parameters)
                operation.Parameters!.OfType<OpenApiParameter>().Single(parameter => parameter.Name == name).Example = value.DeepClone();
        }

        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<SheetExample>().LastOrDefault() is { } sheet)
            DescribeSheet(operation.RequestBody as OpenApiRequestBody ?? new OpenApiRequestBody(), sheet);
    }

    // Of a workbook there is nothing to show.
    private static void DescribeSheet(OpenApiRequestBody request, SheetExample sheet)
    {
        var body = request.Content ??= new Dictionary<string, OpenApiMediaType>();
        body[Csv.MediaType] = new OpenApiMediaType
        {
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            Example = JsonValue.Create(sheet.Csv),
        };
        if (!sheet.AlsoWorkbook) return;
        body[Csv.WorkbookMediaType] = new OpenApiMediaType
        {
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
        };
    }
}
