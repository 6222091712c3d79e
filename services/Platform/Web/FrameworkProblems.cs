using System.Text.RegularExpressions;
using Distribution.Platform.Refusals;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Distribution.Platform.Web;

/// <summary>Problem details for what the framework refuses by itself, in words for who sent it.</summary>
internal static partial class FrameworkProblems
{
    /// <summary>Answers in place of an empty body.</summary>
    public static Task Explain(StatusCodeContext context) =>
        Of(context.HttpContext.Response.StatusCode, context.HttpContext).ToResult().ExecuteAsync(context.HttpContext);

    /// <summary>Why a request was not understood, without the framework's own words, which name types of the program.</summary>
    public static Refusal Of(BadHttpRequestException bad, HttpContext http)
    {
        if (bad.StatusCode != StatusCodes.Status400BadRequest) return Of(bad.StatusCode, http);
        if (BadValue().Match(bad.Message) is { Success: true } value)
        {
            var problem = $"'{value.Groups["value"].Value}' is no {Kind(value.Groups["type"].Value)}";
            return Malformed(value.Groups["name"].Value, problem);
        }

        return Missing().Match(bad.Message) is { Success: true } missing
            ? Malformed(missing.Groups["name"].Value, "is missing")
            : new Refusal(StatusCodes.Status400BadRequest, "Bad request",
                "The request is no well-formed HTTP, or lacks a body where one is needed: /openapi/v1.json shows each call.");
    }

    private static Refusal Of(int status, HttpContext http)
    {
        var asked = $"{http.Request.Method} {http.Request.Path}";
        return status switch
        {
            StatusCodes.Status404NotFound => new(
                status, "Not found", $"There is nothing at {asked}: /openapi/v1.json lists what there is."),
            StatusCodes.Status405MethodNotAllowed => new(
                status, "Method not allowed", $"{asked} is not possible: this address takes {http.Response.Headers.Allow}."),
            StatusCodes.Status415UnsupportedMediaType => new(
                status, "Unsupported media type", $"{asked} takes {Taken(http)} and was sent '{http.Request.ContentType}': say in "
                    + "Content-Type what the body is."),
            StatusCodes.Status408RequestTimeout => new(
                status, "Too slow", "The body came too slowly and was given up: send it again, it is counted once."),
            _ => new(status, "Refused", $"{asked} is refused."),
        };
    }

    // Where no endpoint takes what came, the framework puts one in its place that knows only that.
    private static string Taken(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes is { Count: > 0 } types
            ? string.Join(" or ", types)
            : $"application/json, or {Ndjson.MediaType}, {Csv.MediaType} and {Csv.WorkbookMediaType} where it takes lines,";

    private static Refusal Malformed(string field, string problem) => new(
        StatusCodes.Status400BadRequest, "Malformed parameter", $"{field}: {problem}. See /openapi/v1.json for what it takes.",
        new Dictionary<string, string[]> { [field] = [problem] });

    private static string Kind(string type) => type.Replace("Nullable<", "", StringComparison.Ordinal).TrimEnd('?', '>') switch
    {
        "int" or "long" => "whole number in range",
        "double" or "decimal" => "number",
        "bool" => "true or false",
        "DateOnly" => "day, as YYYY-MM-DD",
        "DateTimeOffset" or "Moment" => "time, as 2021-04-06T05:00:00Z",
        "Guid" => "UUID",
        _ => "value that is taken here",
    };

    [GeneratedRegex("^Failed to bind parameter \"(?<type>\\S+) (?<name>\\w+)\" from \"(?<value>.*)\"\\.$", RegexOptions.Singleline)]
    private static partial Regex BadValue();

    [GeneratedRegex("^Required parameter \"(?<type>\\S+) (?<name>\\w+)\" was not provided")]
    private static partial Regex Missing();
}
