using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Gateway.Caching;
using Distribution.Gateway.Services;
using Distribution.Gateway.Sharing;
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
/// <param name="Shared">What the allied country shares whose place it is; left out of own places.</param>
internal sealed record TrendAnswer(
    string FacilityId, string VaccineId, [ValuesOf(typeof(TrendSteps))] string By, TrendParts Parts, IReadOnlyList<TrendRow> Points,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SharedCountry? Shared = null);

/// <summary>One day, week or month of a place, in doses. What a part that does not answer would know, and what an ally does not share, is
/// null.</summary>
/// <param name="Date">Its first day; a week begins on Monday.</param>
/// <param name="Doses">Given in it.</param>
/// <param name="ByDoseNumber">The same by dose number, in the order of the series; those of which none were given are left out.</param>
/// <param name="Delivered">Received from outside the place in it, less what left it again.</param>
/// <param name="OnHand">On hand at its end.</param>
/// <param name="Wasted">Wasted in it.</param>
internal sealed record TrendRow(
    DateOnly Date, long? Doses, IReadOnlyDictionary<string, long>? ByDoseNumber, long? Delivered, long? OnHand, long? Wasted)
{
    private static readonly Dictionary<string, long> None = [];

    /// <summary>The steps in which doses were given or stock changed, in the order of time.</summary>
    /// <param name="doses">The steps with doses; null where they are not shared.</param>
    /// <param name="stock">The steps of the stock; null where it is not known.</param>
    /// <param name="shared">What an ally shares of the place; null of an own one.</param>
    public static IReadOnlyList<TrendRow> Of(IReadOnlyList<TrendPoint>? doses, InventoryTrend? stock, SharedCountry? shared)
    {
        var given = doses ?? [];
        var changes = stock?.Points ?? [];
        var hasStock = stock is not null && shared.Has(ShareMeasure.Stock);
        var hasWastage = stock is not null && shared.Has(ShareMeasure.Wastage);
        // When something was delivered is not told by what was wasted.
        if (!hasStock) changes = [.. changes.Where(point => point.Wasted != 0)];
        var onHand = stock?.OnHandBefore;
        var rows = new List<TrendRow>(given.Count);
        // Both are in the order of time.
        for (int next = 0, nextChange = 0; next < given.Count || nextChange < changes.Count;)
        {
            var point = next < given.Count ? given[next] : null;
            var change = nextChange < changes.Count ? changes[nextChange] : null;
            if (point?.Date > change?.Date) point = null;
            else if (change?.Date > point?.Date) change = null;
            if (point is not null) next++;
            if (change is not null) nextChange++;
            onHand = change?.OnHand ?? onHand;
            rows.Add(new TrendRow(
                point?.Date ?? change!.Date, doses is null ? null : point?.Doses ?? 0, doses is null ? null : point?.ByDoseNumber ?? None,
                hasStock ? change?.Delivered ?? 0 : null, hasStock ? onHand : null, hasWastage ? change?.Wasted ?? 0 : null));
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
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> Handle(
        string facilityId,
        [Description("The vaccine; may be left out when there is only one.")] string? vaccineId,
        [ValuesOf(typeof(TrendSteps))] string? by, [DataType(DataType.Date)] string? from, [DataType(DataType.Date)] string? to,
        HttpContext http, Caller caller, [FromServices] AnswerCache cache, [FromServices] ServiceClient services,
        [FromServices] ReferenceData reference, [FromServices] SharedViews views)
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
        var (view, shared, beyond) = await views.Of(caller, facilityId, vaccineId).AsTask().WaitAsync(http.RequestAborted);
        if (view is null) return beyond!.ToResult();
        var answer = await cache.Get($"{view.Key}\n{query}", () => Compose(view, shared, query, services)).AsTask()
            .WaitAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "private, no-cache";
        return answer.Refusal is null ? Results.Bytes(answer.Body, answer.ContentType, entityTag: answer.Tag) : answer.Refusal.ToResult();
    }

    private static async Task<Answer> Compose(SharedView view, SharedCountry? shared, string query, ServiceClient services)
    {
        var hasDoses = shared.Has(ShareMeasure.Coverage);
        var hasStock = shared.Has(ShareMeasure.Stock) || shared.Has(ShareMeasure.Wastage);
        if (!hasDoses && !hasStock) return Answer.Refused(SharedViews.NotShared($"{shared!.Owner} shares nothing that a trend shows."));
        var stockPart = hasStock ? services.Get<InventoryTrend>(view.OfStock, ServiceNames.Inventory, $"api/v1/inventory/{query}") : null;
        var doses = hasDoses
            ? await services.Get<AdministrationTrend>(view.OfCoverage, ServiceNames.Administration, $"api/v1/administrations/{query}")
            : null;
        var stock = stockPart is null ? null : await stockPart;
        // Where the doses are not shared, the stock says what there is.
        var (refusal, isKnown, service) = doses is not null
            ? (doses.Refusal, doses.Value is not null, doses.Service)
            : (stock!.Refusal, stock.Value is not null, stock.Service);
        if (refusal is not null) return Answer.Refused(refusal);
        if (!isKnown)
        {
            return Answer.Refused(CoverageQuery.Unavailable(
                $"{service} does not answer, and there is no earlier answer to this query. Try again."));
        }

        var (facilityId, vaccineId, by) = doses?.Value is { } given
            ? (given.FacilityId, given.VaccineId, given.By)
            : (stock!.Value!.FacilityId, stock.Value.VaccineId, stock.Value.By);
        var answer = new TrendAnswer(facilityId, vaccineId, by,
            new TrendParts(
                doses?.State(value => value.AsOf) ?? PartState.OfNothing, stock?.State(value => value.AsOf) ?? PartState.OfNothing),
            TrendRow.Of(doses?.Value?.Points, stock?.Value, shared), shared);
        return new Answer(JsonSerializer.SerializeToUtf8Bytes(answer, JsonSerializerOptions.Web), GetCoverage.Json,
            doses?.IsFresh != false && stock?.IsFresh != false ? AnswerCache.FreshMax : DegradedFreshFor);
    }
}
