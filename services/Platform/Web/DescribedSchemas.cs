using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Distribution.Contracts;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Distribution.Platform.Web;

/// <summary>Says of the fields of requests and answers what they mean, whether they must be there, and what they may hold.</summary>
internal static class DescribedSchemas
{
    // What the framework keeps until it has decided which schemas become references, which have descriptions of their own.
    private const string SchemaId = "x-schema-id";
    private const string ReferenceDescription = "x-ref-description";

    public static async Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancel)
    {
        if (StatedConverter.Inner(context.JsonTypeInfo.Type) is { } stated)
        {
            var inner = await context.GetOrCreateSchemaAsync(stated, null, cancel);
            (schema.Type, schema.Format, schema.Items) = (inner.Type | JsonSchemaType.Null, inner.Format, inner.Items);
            (schema.Properties, schema.Pattern) = (inner.Properties, inner.Pattern);
        }

        if (IsMoment(context.JsonTypeInfo.Type)) (schema.Type, schema.Format) = (JsonSchemaType.String | JsonSchemaType.Null, "date-time");
        var isReferred = schema.Metadata?.TryGetValue(SchemaId, out var id) == true && id is string { Length: > 0 };
        if (isReferred) schema.Description = XmlDocumentation.Of(context.JsonTypeInfo.Type);
        if (context.JsonPropertyInfo is { } field) DescribeField(schema, field, isReferred);
        else if (context.ParameterDescription?.ParameterDescriptor is IParameterInfoParameterDescriptor { ParameterInfo: var parameter })
            DescribeParameter(schema, parameter);

        if (context.JsonTypeInfo.Type == typeof(ProblemDetails)) DescribeProblem(schema);
        else if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object) DescribeObject(schema, context.JsonTypeInfo);
        if (schema.Enum is { Count: > 0 }) schema.Type ??= JsonSchemaType.String;
    }

    /// <summary>What a field means that is an object or null: the framework says it of the object alone.</summary>
    public static void DescribeNullable(OpenApiDocument document)
    {
        foreach (var field in (document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>()).Values.SelectMany(
            schema => schema.Properties?.Values ?? []))
        {
            if (field is { OneOf: { } choices } && choices.OfType<OpenApiSchemaReference>().FirstOrDefault() is { } reference)
                (field.Description, reference.Reference.Description) = (reference.Description, null);
        }
    }

    private static void DescribeObject(OpenApiSchema schema, JsonTypeInfo type)
    {
        schema.Required = null;
        // Requests are read strictly with the same options as answers are written, to which fields may be added.
        schema.AdditionalPropertiesAllowed = true;
        foreach (var field in type.Properties)
        {
            if (schema.Properties?.ContainsKey(field.Name) == true && IsAlwaysThere(field))
                (schema.Required ??= new HashSet<string>()).Add(field.Name);
        }
    }

    private static void DescribeField(OpenApiSchema schema, JsonPropertyInfo field, bool isReferred)
    {
        // What reads a text in its own way hides from the description that it is one.
        if (field.CustomConverter is LotNumberText || schema.Format == "date-time")
            schema.Type ??= JsonSchemaType.String | JsonSchemaType.Null;
        if (!MayBeNull(field)) schema.Type &= ~JsonSchemaType.Null;
        if (Terms.IsId(field.Name)) schema.Pattern = Ids.Expression;
        if (Attribute<ValuesOfAttribute>(field) is { } values) SetValues(schema, values.Values, MayBeNull(field));
        if (Attribute<AllowedValuesAttribute>(field) is { } allowed) SetValues(schema, allowed.Values.Cast<string>(), MayBeNull(field));
        if ((field.AttributeProvider is PropertyInfo property ? XmlDocumentation.Of(property) : null) is not { } text
            && (text = Terms.Of(field.Name)) is null) return;
        text += IsMoment(field.PropertyType) ? Clock(text) : Form(schema.Format, text);
        if (isReferred) schema.Metadata![ReferenceDescription] = text;
        else schema.Description = text;
    }

    /// <summary>How days and moments are written, where it is not said.</summary>
    private static string Form(string? format, string text) => format switch
    {
        "date" when !text.Contains("YYYY", StringComparison.Ordinal) => " As YYYY-MM-DD.",
        "date-time" when !text.Contains("UTC", StringComparison.Ordinal) => " In UTC.",
        _ => "",
    };

    /// <summary>Whether a field holds a moment.</summary>
    public static bool IsMoment(Type type) => (Nullable.GetUnderlyingType(type) ?? type) == typeof(Moment);

    private static string Clock(string text) => text.Contains("offset", StringComparison.Ordinal) ? ""
        : " With its offset, by whose clock it has its day; without one it is a time of the zone of the place where it happened.";

    private static void DescribeParameter(OpenApiSchema schema, ParameterInfo parameter)
    {
        if (Terms.IsId(parameter.Name!)) schema.Pattern = Ids.Expression;
        if (parameter.GetCustomAttribute<DataTypeAttribute>() is { DataType: DataType.Date }) schema.Format = "date";
        if (parameter.GetCustomAttribute<ValuesOfAttribute>() is { } values) SetValues(schema, values.Values, mayBeNull: false);
    }

    /// <summary>What the framework says of problems, with what the services add to it.</summary>
    private static void DescribeProblem(OpenApiSchema schema)
    {
        schema.Description = "What is wrong, as RFC 9457 has it.";
        var fields = schema.Properties!;
        fields["type"].Description = "Where the HTTP status is explained.";
        fields["title"].Description = "What kind of problem, the same for every instance of it.";
        fields["status"].Description = "The HTTP status.";
        fields["detail"].Description = "What is wrong here and what to do about it.";
        fields["instance"].Description = "Not used.";
        fields["errors"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "By field, such as `lines[2].doses`: what is wrong with it. Left out where no field is to blame.",
            AdditionalProperties =
                new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
        };
    }

    private static bool MayBeNull(JsonPropertyInfo field) =>
        Attribute<RequiredAttribute>(field) is null
        && (field.IsGetNullable || Nullable.GetUnderlyingType(field.PropertyType) is not null);

    /// <summary>A number that is left out where it is 0 is no null, and yet may be missing.</summary>
    private static bool IsAlwaysThere(JsonPropertyInfo field) =>
        !MayBeNull(field) && Attribute<JsonIgnoreAttribute>(field) is not { Condition: JsonIgnoreCondition.WhenWritingDefault };

    private static void SetValues(OpenApiSchema schema, IEnumerable<string> values, bool mayBeNull)
    {
        schema.Enum = [.. values.Select(value => (JsonNode)value)];
        if (mayBeNull) schema.Enum.Add(JsonNullSentinel.JsonNull);
    }

    /// <summary>An attribute of a property, or of the parameter of the record that makes it.</summary>
    private static T? Attribute<T>(JsonPropertyInfo field) where T : Attribute =>
        new[] { field.AttributeProvider, field.AssociatedParameter?.AttributeProvider }
            .SelectMany(provider => provider?.GetCustomAttributes(typeof(T), inherit: true) ?? []).OfType<T>().FirstOrDefault();
}
