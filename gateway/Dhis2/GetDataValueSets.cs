using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using Distribution.Contracts.Administration.V1;
using Distribution.Gateway.Coverage;
using Distribution.Gateway.Services;
using Distribution.Interop.Dhis2;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Distribution.Gateway.Dhis2;

/// <summary>The figures of places as values of a data set of DHIS2, in the forms in which that takes them.</summary>
internal static class GetDataValueSets
{
    /// <summary>Says in an answer how many things are left out of it, or are named otherwise than was asked for.</summary>
    public const string LeftOutHeader = "Distribution-Left-Out";

    // A year of a country's places is read.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Refusal NotTaken = new(StatusCodes.Status501NotImplemented, "Not implemented",
        "Values of DHIS2 are not taken in, and none are sent to a server of it: ask with GET, and give the answer to DHIS2.");

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/dhis2/dataValueSets", Handle)
            .WithName("GetDataValueSets").Needs(Right.CoverageRead).WithTags("DHIS2")
            .WithSummary("The figures of places as values of a data set of DHIS2, by its mapping")
            .WithDescription("As JSON, CSV or ADX (Accept or format). JSON and CSV name all by uids, ADX by codes, unless idScheme says "
                + "otherwise; what has no code is named by its uid, which is said. Values are text. 0 is there where DHIS2 keeps it "
                + "(zeroIsSignificant) and something was reported of the vaccine in the period: what nobody said is not 0. What cannot be "
                + "sent is left out, never put beside: JSON says what and why (leftOut), ADX in comments, and every form how much of it "
                + $"({LeftOutHeader}). Received is net of what left the place again, on hand is of the end of the period, and both are of "
                + "the place itself with children=true; where Inventory does not answer they are left out. What is broken down by age, "
                + "sex or group is given to those alone who may see lines (lines.read) at every place of the answer.")
            .Produces<DataValueSetAnswer>(StatusCodes.Status200OK, "application/json", "text/csv", "application/adx+xml")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status406NotAcceptable)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        routes.MapPost("/dhis2/dataValueSets", () => NotTaken.ToResult()).Needs(Right.ReportWrite).ExcludeFromDescription();
    }

    private static async Task<IResult> Handle(
        [Description("The data set's uid.")][Required] string? dataSet,
        [Description("A period of the data set, as DHIS2 writes it: 20260301, 2026W10, 202603, 2026Q1 or 2026.")] string? period,
        [Description("Instead of a period: all whole ones from this day on, YYYY-MM-DD.")][DataType(DataType.Date)] string? startDate,
        [Description("The last day, YYYY-MM-DD.")][DataType(DataType.Date)] string? endDate,
        [Description("The place: its uid or code in DHIS2, or its code here.")][Required] string? orgUnit,
        [Description("true for the place and each one below it, every dose at one of them, as DHIS2 adds them up itself; else the place "
            + "with all below it.")][ValuesOf(typeof(Truth))] string? children,
        [Description("How all is named: uid or code.")][ValuesOf(typeof(ExportNames))] string? idScheme,
        [Description("json, csv or adx, whatever the Accept header says.")][ValuesOf(typeof(ExportFormat))] string? format,
        HttpContext http, Caller caller, [FromServices] ServiceClient services, [FromServices] TimeProvider clock)
    {
        var errors = new FieldErrors();
        errors.Require(!string.IsNullOrEmpty(dataSet), "dataSet", "is missing: name a data set by its uid");
        errors.Require(!string.IsNullOrEmpty(orgUnit), "orgUnit", "is missing: name a place by its uid or code");
        RequireOneOf(ExportFormat.All, format, "format");
        RequireOneOf(ExportNames.All, idScheme, "idScheme");
        RequireOneOf(Truth.All, children, "children");
        if (errors.ToRefusal() is { } refusal) return refusal.ToResult();
        if ((format ?? ExportFormat.Accepted(http.Request)) is not { } form)
        {
            return new Refusal(StatusCodes.Status406NotAcceptable, "Not acceptable",
                $"Accept: values are given as {string.Join(", ", ExportFormat.Types)}: ask for one of them.").ToResult();
        }

        var given = await services.Get<MappedDoses>(caller, ServiceNames.Administration, ServiceClient.Query(
            "api/v1/administrations/mapped", ("dataSet", dataSet), ("period", period), ("startDate", startDate), ("endDate", endDate),
            ("orgUnit", orgUnit), ("children", children)), keep: false, Patience).WaitAsync(http.RequestAborted);
        if (given.Refusal is not null) return given.Refusal.ToResult();
        // An earlier answer would pass in DHIS2 for one of now.
        if (given.Value is not { } doses)
        {
            return CoverageQuery.Unavailable(
                $"{given.Service} does not answer, which has the doses and what they are mapped to. Try again.").ToResult();
        }

        doses = await StockValues.Add(doses, caller, children == "true", services, Patience).WaitAsync(http.RequestAborted);
        var names = idScheme ?? (form == ExportFormat.Adx ? ExportNames.Code : ExportNames.Uid);
        var export = new NamedExport(doses, byCode: names == ExportNames.Code);
        if (export.LeftOut.Count + export.Notes.Count is > 0 and var count)
            http.Response.Headers[LeftOutHeader] = count.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers.Vary = HeaderNames.Accept;
        return Results.Bytes(form switch
        {
            ExportFormat.Csv => DataValueSetWriter.Csv(export.Set),
            ExportFormat.Adx => DataValueSetWriter.Adx(export.Set, clock.GetUtcNow(), export.Comments),
            _ => DataValueSetWriter.Json(export.Set, json => Add(json, export)),
        }, ExportFormat.TypeOf(form));

        void RequireOneOf(IReadOnlyList<string> all, string? value, string field) =>
            errors.Require(value is null || all.Contains(value), field, $"must be {string.Join(" or ", all)}");
    }

    private static void Add(Utf8JsonWriter json, NamedExport export)
    {
        Write("leftOut", export.LeftOut);
        Write("notes", export.Notes);

        void Write<TListed>(string name, IReadOnlyList<TListed> list)
        {
            if (list.Count == 0) return;
            json.WritePropertyName(name);
            JsonSerializer.Serialize(json, list, JsonSerializerOptions.Web);
        }
    }
}

/// <summary>A data value set, as DHIS2 takes it.</summary>
/// <param name="DataSet">The data set.</param>
/// <param name="Period">The period, where all values have the same; else each has its own.</param>
/// <param name="OrgUnit">The place, where all values have the same; else each has its own.</param>
/// <param name="DataValues">The values.</param>
/// <param name="LeftOut">What is not among them, and why; left out where nothing is.</param>
/// <param name="Notes">What is named otherwise than was asked for; left out where nothing is.</param>
internal sealed record DataValueSetAnswer(
    string DataSet, string? Period, string? OrgUnit, IReadOnlyList<DataValueView> DataValues, IReadOnlyList<LeftOutDoses>? LeftOut,
    IReadOnlyList<string>? Notes);

/// <summary>A value of a data value set.</summary>
/// <param name="DataElement">The data element.</param>
/// <param name="Period">The period; left out where the set says it.</param>
/// <param name="OrgUnit">The place; left out where the set says it.</param>
/// <param name="CategoryOptionCombo">The cell; left out of a data element that is not broken down.</param>
/// <param name="Value">The value, as text.</param>
internal sealed record DataValueView(string DataElement, string? Period, string? OrgUnit, string? CategoryOptionCombo, string Value);

/// <summary>Yes or no, as a parameter says it.</summary>
internal static class Truth
{
    /// <summary>Both.</summary>
    public static IReadOnlyList<string> All { get; } = ["true", "false"];
}
