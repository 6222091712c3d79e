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
        return Missing().Match(bad.Message) is { Success: true } missing
            ? Malformed(missing.Groups["name"].Value, "is missing")
            : Of(bad.StatusCode, http);
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
            StatusCodes.Status400BadRequest when KnownParameters.Unreadable(http) is var (name, value, type) =>
                Malformed(name, $"'{value}' is no {Kind(type)}"),
            StatusCodes.Status400BadRequest => new(status, "Bad request",
                "The request is no well-formed HTTP, or lacks a body where one is needed: /openapi/v1.json shows each call."),
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

    private static string Kind(Type type) => type switch
    {
        _ when type == typeof(int) || type == typeof(long) => "whole number in range",
        _ when type == typeof(double) || type == typeof(decimal) => "number",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(DateOnly) => "day, as YYYY-MM-DD",
        _ when type == typeof(DateTimeOffset) => "time, as 2021-04-06T05:00:00Z",
        _ when type == typeof(Guid) => "UUID",
        _ => "value that is taken here",
    };

    [GeneratedRegex("^Required parameter \"(?<type>\\S+) (?<name>\\w+)\" was not provided")]
    private static partial Regex Missing();
}
