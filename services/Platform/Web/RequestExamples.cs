using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;

namespace Distribution.Platform.Web;

/// <summary>A request to a route, as an example of it.</summary>
/// <param name="Body">The body.</param>
/// <param name="MediaType">What the body is.</param>
/// <param name="Line">Where it is many documents: what each of them is.</param>
/// <param name="Parameters">Values in the path or the query.</param>
internal sealed record RequestExample(string Body, string MediaType, Type? Line, IReadOnlyList<(string Name, JsonNode Value)> Parameters);

/// <summary>Shows requests in the description of the API. They are sent, in a test, as they are shown.</summary>
public static class RequestExamples
{
    /// <summary>The media type of a body that is one JSON document.</summary>
    private const string Json = "application/json";

    /// <summary>Shows a request whose body is one JSON document.</summary>
    public static RouteHandlerBuilder WithExample(
        this RouteHandlerBuilder route, string body, params (string Name, JsonNode Value)[] parameters) =>
        route.WithMetadata(new RequestExample(body, Json, null, parameters));

    /// <summary>Shows a request whose body has a JSON document a line.</summary>
    /// <typeparam name="TLine">What a line is.</typeparam>
    public static RouteHandlerBuilder WithExampleLines<TLine>(
        this RouteHandlerBuilder route, string lines, params (string Name, JsonNode Value)[] parameters) =>
        route.WithMetadata(new RequestExample(lines, Ndjson.MediaType, typeof(TLine), parameters));

    /// <summary>Shows a request whose body is a CSV file with the names of the fields as its header; a workbook is the same, where it is
    /// taken too.</summary>
    public static RouteHandlerBuilder WithExampleSheet(this RouteHandlerBuilder route, string csv, bool alsoWorkbook = true) =>
        route.WithMetadata(new SheetExample(csv, alsoWorkbook));
}

/// <summary>A sheet as an example of a request.</summary>
/// <param name="Csv">The sheet as CSV.</param>
/// <param name="AlsoWorkbook">Whether a workbook is taken as well.</param>
internal sealed record SheetExample(string Csv, bool AlsoWorkbook);
