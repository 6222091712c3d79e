using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Distribution.Administration.Dhis2;
using Distribution.Administration.Store;
using Distribution.Interop.Dhis2;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>An export of metadata of DHIS2. What else is in it is passed over.</summary>
/// <param name="DataSets">The data sets, with their data elements.</param>
/// <param name="DataElements">The data elements.</param>
/// <param name="CategoryCombos">The category combinations of these.</param>
/// <param name="Categories">The categories.</param>
/// <param name="CategoryOptions">Their options.</param>
/// <param name="CategoryOptionCombos">What values can be given for.</param>
internal sealed record SendDhis2Metadata(
    [Required] IReadOnlyList<JsonObject>? DataSets, IReadOnlyList<JsonObject>? DataElements, IReadOnlyList<JsonObject>? CategoryCombos,
    IReadOnlyList<JsonObject>? Categories, IReadOnlyList<JsonObject>? CategoryOptions, IReadOnlyList<JsonObject>? CategoryOptionCombos)
{
    // Each is a document, and all are put in one change.
    private const int SetsMax = 50;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/dhis2/metadata", Handle)
        .WithName("SendDhis2Metadata").Needs(Right.ReferenceWrite).WithTags("DHIS2")
        .WithSummary("Take data sets of DHIS2 out of an export of its metadata, with what their values are named by, or replace them.")
        .Accepts<SendDhis2Metadata>("application/json")
        .WithExample("""
            {
              "dataSets": [{"id": "jqSaKxtj8IA", "name": "Immunization", "periodType": "Monthly",
                "dataSetElements": [{"dataElement": {"id": "WSy7zOZx1Wl"}}]}],
              "dataElements": [{"id": "WSy7zOZx1Wl", "code": "EPI_BCG_GIVEN", "name": "BCG doses given",
                "valueType": "INTEGER_ZERO_OR_POSITIVE", "zeroIsSignificant": true, "categoryCombo": {"id": "Sh24BLPjCF4"}}],
              "categoryCombos": [{"id": "Sh24BLPjCF4", "name": "Age (immunization)", "categories": [{"id": "yqWKwIGgo3X"}]}],
              "categories": [{"id": "yqWKwIGgo3X", "name": "Age", "categoryOptions": [{"id": "NdavvgfkgR1"}, {"id": "b8y2mBp5ysN"}]}],
              "categoryOptions": [{"id": "NdavvgfkgR1", "code": "P0Y--P1Y", "name": "<1 year"},
                {"id": "b8y2mBp5ysN", "code": "P1Y--P999Y", "name": "1+ year"}],
              "categoryOptionCombos": [
                {"id": "JKuWbG5bWAu", "code": "EPI-U01Y", "name": "<1 year", "categoryOptions": [{"id": "NdavvgfkgR1"}],
                  "categoryCombo": {"id": "Sh24BLPjCF4"}},
                {"id": "UIQxmxgioxH", "code": "EPI-01PLUSY", "name": "1+ year", "categoryOptions": [{"id": "b8y2mBp5ysN"}],
                  "categoryCombo": {"id": "Sh24BLPjCF4"}}]
            }
            """)
        .Produces<Dhis2MetadataAnswer>().ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(HttpContext http, AdministrationStore store, Caller caller, CancellationToken cancel)
    {
        using var body = await RequestBody.Read(http, cancel);
        if (body.Refusal is not null) return body.Refusal.ToResult();
        IReadOnlyList<DataSet> sets;
        IReadOnlyList<string> missing;
        try
        {
            sets = MetadataReader.Read(body.Bytes.Span, out missing);
        }
        catch (FormatException wrong)
        {
            return new Refusal(
                wrong.InnerException is JsonException ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity,
                "No metadata of DHIS2",
                $"The body cannot be taken: {wrong.Message}. Send an export of DHIS2's metadata as JSON.").ToResult();
        }

        if (sets.Count > SetsMax) return Refusal.Field("dataSets", $"at most {SetsMax}: send them in several").ToResult();
        if (sets.FirstOrDefault(set => !PlainTexts(set)) is { } hidden)
            return Refusal.Field("dataSets", $"'{hidden.Id}': a name or code in it has control characters").ToResult();
        var decided = await store.Change<List<StoredDataSet>>(async tx =>
        {
            var stored = new List<StoredDataSet>();
            foreach (var set in sets)
            {
                var known = await tx.Find<StoredDataSet>(StoredDataSet.Collection, Collections.Whole, set.Id);
                // By it others' figures may be sent as well.
                if (known is not null && known.RecordedBy != caller.Subject && !caller.ReachOf(Right.ReferenceWrite).IsEverywhere)
                {
                    return Refusal.NoRight(
                        $"The data set '{set.Id}' is {known.RecordedBy}'s: it is changed by that caller, or with the right everywhere.");
                }

                stored.Add(new StoredDataSet(set, caller.Subject, tx.Now));
                await tx.Put(StoredDataSet.Collection, Collections.Whole, set.Id, stored[^1]);
            }

            return stored;
        }, cancel);
        return decided.Refusal is { } refusal ? refusal.ToResult() : Results.Ok(new Dhis2MetadataAnswer(
            [.. sets.Select(set => new Dhis2DataSetView(set.Id, set.Code, set.Name, set.PeriodType, set.Elements.Count))], missing));
    }

    private static bool PlainTexts(DataSet set) => set.Elements.Select(element => element.Name).Append(set.Name)
        .Concat(set.Combos.SelectMany(combo => combo.OptionCombos).Select(option => option.Name))
        .All(name => PlainText.Is(name));
}

/// <summary>What was taken of an export.</summary>
/// <param name="DataSets">The data sets.</param>
/// <param name="Missing">The uids of what they refer to and the export does not have: no values can be sent for that.</param>
internal sealed record Dhis2MetadataAnswer(IReadOnlyList<Dhis2DataSetView> DataSets, IReadOnlyList<string> Missing);

/// <summary>A data set.</summary>
/// <param name="Id">Its uid.</param>
/// <param name="Code">Its code, or null.</param>
/// <param name="Name">Its name.</param>
/// <param name="PeriodType">How long its periods are.</param>
/// <param name="DataElements">How many data elements it has.</param>
internal sealed record Dhis2DataSetView(string Id, string? Code, string Name, string PeriodType, int DataElements);
