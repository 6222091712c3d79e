using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Gateway.Caching;
using Distribution.Gateway.Services;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Gateway.Coverage;

/// <summary>The doses and the stock of one place over time.</summary>
/// <param name="FacilityId">The place.</param>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="By">The steps: the first day of each is its point's date.</param>
/// <param name="Parts">How each service contributed.</param>
/// <param name="Points">In the order of time.</param>
internal sealed record TrendAnswer(
    string FacilityId, string VaccineId, [ValuesOf(typeof(TrendSteps))] string By, TrendParts Parts, IReadOnlyList<TrendRow> Points);

/// <summary>One day, week or month of a place, in doses. What a part that does not answer would know is null.</summary>
/// <param name="Date">Its first day; a week begins on Monday.</param>
/// <param name="Doses">Given in it.</param>
/// <param name="ByDoseNumber">The same by dose number, in the order of the series; those of which none were given are left out.</param>
/// <param name="Delivered">Received from outside the place in it, less what left it again.</param>
/// <param name="OnHand">On hand at its end.</param>
/// <param name="Wasted">Wasted in it.</param>
internal sealed record TrendRow(
    DateOnly Date, long Doses, IReadOnlyDictionary<string, long> ByDoseNumber, long? Delivered, long? OnHand, long? Wasted)
{
    private static readonly Dictionary<string, long> None = [];

    /// <summary>The steps in which doses were given or stock changed, in the order of time.</summary>
    public static IReadOnlyList<TrendRow> Of(IReadOnlyList<TrendPoint> given, InventoryTrend? stock)
    {
        var changes = stock?.Points ?? [];
        var onHand = stock?.OnHandBefore;
        var rows = new List<TrendRow>(given.Count);
        // Both are in the order of time.
        for (int next = 0, nextChange = 0; next < given.Count || nextChange < changes.Count;)
        {
            var doses = next < given.Count ? given[next] : null;
            var change = nextChange < changes.Count ? changes[nextChange] : null;
            if (doses?.Date > change?.Date) doses = null;
            else if (change?.Date > doses?.Date) change = null;
            if (doses is not null) next++;
            if (change is not null) nextChange++;
            onHand = change?.OnHand ?? onHand;
            rows.Add(new TrendRow(doses?.Date ?? change!.Date, doses?.Doses ?? 0, doses?.ByDoseNumber ?? None,
                stock is null ? null : change?.Delivered ?? 0, onHand, stock is null ? null : change?.Wasted ?? 0));
        }

        return rows;
    }
}

/// <summary>The contributions to a trend.</summary>
/// <param name="Administration">Doses given.</param>
/// <param name="Inventory">Deliveries, stock and wastage.</param>
internal sealed record TrendParts(PartState Administration, PartState Inventory);

/// <summary>Answers the doses and the stock of one place by day, week or month.</summary>
internal static class GetTrend
{
    private static readonly TimeSpan DegradedFreshFor = TimeSpan.FromSeconds(1);

    public static void Map(RouteGroupBuilder routes) => routes.MapGet("{facilityId}/trend", Handle)
        .WithName("GetCoverageTrend").Needs(Right.CoverageRead).IsDear()
        .WithSummary("Doses given, delivered, on hand and wasted of a place by day, week or month")
        .Produces<TrendAnswer>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> Handle(
        string facilityId,
        [Description("The vaccine; may be left out when there is only one.")] string? vaccineId,
        [ValuesOf(typeof(TrendSteps))] string? by, [DataType(DataType.Date)] string? from, [DataType(DataType.Date)] string? to,
        HttpContext http, Caller caller, [FromServices] AnswerCache cache, [FromServices] ServiceClient services,
        [FromServices] ReferenceData reference)
    {
        (vaccineId, by, from, to) = (GetCoverage.NullIfBlank(vaccineId), GetCoverage.NullIfBlank(by) ?? TrendSteps.All[0],
            GetCoverage.NullIfBlank(from), GetCoverage.NullIfBlank(to));
        var errors = new FieldErrors();
        errors.RequireId(facilityId, "facilityId");
        if (vaccineId is not null) errors.RequireId(vaccineId, "vaccineId");
        errors.Require(TrendSteps.All.Contains(by), "by", $"must be one of {string.Join(", ", TrendSteps.All)}");
        var (first, last) = (CoverageQuery.Day(errors, from, "from"), CoverageQuery.Day(errors, to, "to"));
        errors.Require(first is null || last is null || first <= last, "to", "must not be before from");
        if (errors.ToRefusal() is { } refusal) return refusal.ToResult();
        if (vaccineId is null)
        {
            var (only, unclear) = await CoverageQuery.OnlyVaccine(reference).AsTask().WaitAsync(http.RequestAborted);
            if (only is null) return unclear!.ToResult();
            vaccineId = only;
        }

        var query = ServiceClient.Query($"trend/{Uri.EscapeDataString(facilityId)}",
            ("vaccineId", vaccineId), ("from", from), ("to", to), ("by", by));
        var answer = await cache.Get($"{caller.ReachOf(Right.CoverageRead).Key}\n{query}", () => Compose(caller, query, services)).AsTask()
            .WaitAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "private, no-cache";
        return answer.Refusal is null ? Results.Bytes(answer.Body, answer.ContentType) : answer.Refusal.ToResult();
    }

    private static async Task<Answer> Compose(Caller caller, string query, ServiceClient services)
    {
        var scope = caller.ReachOf(Right.CoverageRead);
        var stockPart = services.Get<InventoryTrend>(caller, scope, ServiceNames.Inventory, $"api/v1/inventory/{query}");
        var part = await services.Get<AdministrationTrend>(caller, scope, ServiceNames.Administration, $"api/v1/administrations/{query}");
        var stock = await stockPart;
        if (part.Refusal is not null) return Answer.Refused(part.Refusal);
        if (part.Value is not { } trend)
        {
            return Answer.Refused(CoverageQuery.Unavailable(
                "administration does not answer, and there is no earlier answer to this query. Try again."));
        }

        var answer = new TrendAnswer(trend.FacilityId, trend.VaccineId, trend.By,
            new TrendParts(part.State(value => value.AsOf), stock.State(value => value.AsOf)), TrendRow.Of(trend.Points, stock.Value));
        return new Answer(JsonSerializer.SerializeToUtf8Bytes(answer, JsonSerializerOptions.Web), GetCoverage.Json,
            part.IsFresh && stock.IsFresh ? AnswerCache.FreshMax : DegradedFreshFor);
    }
}
