using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Shipment.V1;
using Distribution.Gateway.Caching;
using Distribution.Gateway.Services;
using Distribution.Gateway.Sharing;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Distribution.Gateway.Coverage;

/// <summary>The coverage of the places of a view, composed from the three services' summaries.</summary>
internal static class GetCoverage
{
    public const string Json = "application/json";

    // An answer that lacks a part has no event to tell that the part is back, nor one that is behind that it has caught up.
    private static readonly TimeSpan DegradedFreshFor = TimeSpan.FromSeconds(1);

    // What Inventory says of itself is always a moment old.
    private static readonly TimeSpan BehindMax = TimeSpan.FromSeconds(2);

    public static void Map(RouteGroupBuilder routes) => routes.MapGet("", Handle)
        .WithName("GetCoverage").Needs(Right.CoverageRead)
        .IsDear(http => WantsCsv(http.Request) || http.Request.Query["level"] == PlaceLevel.All[^1])
        .WithSummary("Coverage, stock and supply of places")
        .WithDescription("Percentages to two decimals, never clamped; unknown is null. Each part says as of when it is: "
            + "every fact acknowledged before that moment is in its figures. A part whose service does not answer is stale, or missing. "
            + "Every figure is of the end of the day asked for. Utilisation and days of stock compare doses with the ledger, so they are "
            + "null for some people only (ageBand, sex, priorityGroup) and for a period. A percentage is of the whole: where a part that "
            + "gave doses has no target population it is null, and targetPopulationMissing says of how many parts. What was given, or "
            + "lies, at a place above those of the view and in none of them has a row of its own there (remainder), so that the totals of "
            + "every level agree; its people are in the other rows. In a view of some people only, who may not see lines (lines.read) at a "
            + "place is not told counts that are so few that one could guess who they are, nor what would give them away: they are null, "
            + "and the row is suppressed. CSV on request (Accept or format).")
        .Produces<CoverageAnswer>(StatusCodes.Status200OK, Json, Csv.MediaType)
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> Handle(
        [Description("Only places of this country, by its code.")] string? country,
        [Description("Only places of this level; else the places right below `within` or the country, else the countries: "
            + "or, in their stead, the places of the caller's rights. With the level of `within`, that place itself.")]
        [ValuesOf(typeof(PlaceLevel))] string? level,
        string? within,
        [Description("The vaccine; may be left out when there is only one.")] string? vaccineId,
        [Description("Instead of a vaccine, what it protects against, such as `measles`, compared without case: the figures of all "
            + "vaccines that have it are added up, each measured by its own series. They are for the same people, so the target population "
            + "of a place is the largest that is set there for one of them.")] string? antigen,
        [Description("Doses of a period, from this day on, YYYY-MM-DD; all up to asOf when left out.")][DataType(DataType.Date)]
        string? from,
        [Description("The last day of the period: the same as asOf.")][DataType(DataType.Date)] string? to,
        [Description("Doses given up to and on this day, YYYY-MM-DD; today (UTC) when left out. Target populations are those of its year, "
            + "or else of the newest year before it, or else of the oldest.")][DataType(DataType.Date)] string? asOf,
        [Description("Only people of this age band.")] string? ageBand,
        [Description("Only people of this sex.")] string? sex,
        [Description("Only people of this priority group.")] string? priorityGroup,
        [Description("json or csv, whatever the Accept header says.")][ValuesOf(typeof(TableFormat))] string? format,
        HttpContext http, Caller caller, [FromServices] AnswerCache cache, [FromServices] ServiceClient services,
        [FromServices] LastKnown known, [FromServices] ReferenceData reference, [FromServices] SharedViews views,
        [FromServices] TimeProvider clock)
    {
        if (format is not null && !TableFormat.All.Contains(format))
            return Refusal.Field("format", $"must be {string.Join(" or ", TableFormat.All)}").ToResult();
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var (read, wrong) = CoverageQuery.Read(
            NullIfBlank(country), NullIfBlank(level), NullIfBlank(within), NullIfBlank(vaccineId), NullIfBlank(antigen), NullIfBlank(from),
            NullIfBlank(to), NullIfBlank(asOf), NullIfBlank(ageBand), NullIfBlank(sex), NullIfBlank(priorityGroup), today);
        if (read is null) return wrong!.ToResult();
        var (query, refusal) = await read.WithVaccines(reference).AsTask().WaitAsync(http.RequestAborted);
        if (query is null) return refusal!.ToResult();

        var (view, beyond) = await views.Of(caller, query.OfShares()).AsTask().WaitAsync(http.RequestAborted);
        if (view is null) return beyond!.ToResult();

        var csv = WantsCsv(http.Request);
        var answer = await cache.Get(
            query.KeyFor(view) + (csv ? "\ncsv" : ""), () => Compose(view, query, csv, today, services, known, reference))
            .AsTask().WaitAsync(http.RequestAborted);
        if (answer.Refusal is not null) return answer.Refusal.ToResult();
        http.Response.Headers.Vary = HeaderNames.Accept;
        http.Response.Headers.CacheControl = "private, no-cache";
        return Results.Bytes(
            answer.Body, answer.ContentType, csv ? $"coverage-{query.Antigen ?? query.VaccineIds[0]}-{query.AsOf:yyyy-MM-dd}.csv" : null,
            entityTag: answer.Tag);
    }

    private static async Task<Answer> Compose(
        SharedView view, CoverageQuery query, bool csv, DateOnly today, ServiceClient services, LastKnown known, ReferenceData reference)
    {
        var places = reference.Places().AsTask();
        var given = services.Get<AdministrationSummary>(view.OfCoverage, ServiceNames.Administration, ServiceClient.Query(
            "api/v1/administrations/summary", ("country", query.Country), ("level", query.Level), ("within", query.Within),
            query.VaccineIds is [var only] ? ("vaccineId", only) : ("vaccineIds", string.Join(',', query.VaccineIds)),
            ("from", query.From?.ToString("O")), ("asOf", $"{query.AsOf:O}"), ("ageBand", query.AgeBand), ("sex", query.Sex),
            ("priorityGroup", query.PriorityGroup)), shown: query.CellsShown(view));
        var onTheWay = OnTheWay(view.OfPipeline, query, services);
        var stock = StockView.Ask(view, services, query, today);
        await Task.WhenAll(places, given, onTheWay, stock);
        var moment = known.Inventory(query.KeyFor(view), await stock, await given, await onTheWay);
        if (await Refuse(query, view.Reach, await places, reference, await given, await stock) is { } refusal)
            return Answer.Refused(refusal);
        var (tree, doses, stocks) = (await places, await given, await stock);
        if (view.Shared.Count > 0 && tree is not null)
        {
            // Whose a place is must be known here, or it would be taken for the caller's own.
            if (!Ids(doses.Value, stocks.Value).All(id => view.Places(tree.PathOf(id)))) tree = await reference.PlacesAnew() ?? tree;
            bool IsPlaced(string id) => view.Places(tree.PathOf(id));
            doses = doses.Select(part => part with
            {
                Rows = [.. part.Rows.Where(row => IsPlaced(row.FacilityId))],
                Remainders = part.Remainders is { } beyond ? [.. beyond.Where(row => IsPlaced(row.FacilityId))] : null,
            });
            stocks = stocks.Select(part => part with { Rows = [.. part.Rows.Where(row => IsPlaced(row.FacilityId))] });
        }

        return Compose(query, view, csv, today, tree, doses, stocks, moment, await onTheWay);
    }

    private static IEnumerable<string> Ids(AdministrationSummary? doses, InventorySummary? stock) =>
        (doses?.Rows.Select(row => row.FacilityId) ?? []).Concat(stock?.Rows.Select(row => row.FacilityId) ?? []);

    private static async Task<Part<IncomingSummary>> OnTheWay(Caller caller, CoverageQuery query, ServiceClient services) =>
        Part<IncomingSummary>.Together(
            await Task.WhenAll(query.VaccineIds.Select(vaccine => services.Get<IncomingSummary>(
                caller, ServiceNames.Shipment,
                ServiceClient.Query("api/v1/shipments/summary", ("vaccineId", vaccine))))),
            Sums.Of);

    /// <summary>Why there is no answer, or null. A vaccine that Administration has not heard of yet is no reason.</summary>
    private static async ValueTask<Refusal?> Refuse(
        CoverageQuery query, Reach reach, PlaceTree? places, ReferenceData reference,
        Part<AdministrationSummary> given, Part<InventorySummary> stock)
    {
        if (stock.Refusal is not null) return stock.Refusal;
        if (given.Refusal is not null && (given.Refusal.Status != StatusCodes.Status404NotFound || stock.Value is null))
            return given.Refusal;
        if (given.Value is null && stock.Value is null)
            return CoverageQuery.Unavailable(
                "Neither administration nor inventory answers, and there is no earlier answer to this query. Try again.");
        if (places is null) return null;
        if (Unknown(query, reach, places) is null) return null;
        return Unknown(query, reach, await reference.PlacesAnew() ?? places);
    }

    /// <summary>404 for what there is not, and for what the caller may not know of.</summary>
    private static Refusal? Unknown(CoverageQuery query, Reach reach, PlaceTree places)
    {
        if (query.Country is { } country && !(reach.IsEverywhere ? places.HasCountry(country) : places.TopsOf(reach, country).Count > 0))
            return Refusal.NotFound("country", country);
        return query.Within is { } within && !places.Shows(reach, within)
            ? Refusal.NotFound("facility", within)
            : null;
    }

    private static Answer Compose(
        CoverageQuery query, SharedView view, bool csv, DateOnly today, PlaceTree? places,
        Part<AdministrationSummary> given, Part<InventorySummary> stock, InventoryMoment moment, Part<IncomingSummary> onTheWay)
    {
        // What was on the way on a day that is over is in the ledger.
        var past = query.AsOf < today;
        var above = places?.Above(query.Country, query.Level, query.Within, view.Reach) ?? [];
        var incoming = past ? Past(stock.Value)
            : places is null || onTheWay.Value is null ? []
            : RollUp(onTheWay.Value.Rows, places, Ids(given.Value, stock.Value).Concat(above.Select(place => place.Place.Id)));
        var table = new CoverageTable(given.Value, stock.Value, incoming, query.IsOfAllPeople && query.From is null)
        {
            Remainders = Remainder.Of(above, stock.Value, incoming),
            Level = query.Level,
            SharedBy = places is null || view.Shared.Count == 0 ? null : id => view.Sharing(places.PathOf(id)),
        };
        var (rows, totals) = table.Compose();
        var whole = given.IsFresh && stock.IsFresh && (past || (places is not null && onTheWay.IsFresh))
            && moment.AsOf >= given.Value!.AsOf - BehindMax;
        var freshFor = whole ? AnswerCache.FreshMax : DegradedFreshFor;
        var parts = new CoverageParts(given.State(part => part.AsOf), stock.State(_ => moment.AsOf, moment.Parked),
            places is null && !past ? new PartState(null, true, true) : onTheWay.State(part => part.AsOf));
        var levels = rows.Where(row => !row.Remainder).Select(row => row.Level).Distinct().Take(2).ToArray();
        var answer = new CoverageAnswer(
            query.Country, query.Antigen is null ? query.VaccineIds[0] : null, query.Level ?? (levels is [var level] ? level : null),
            query.AsOf, parts, rows, totals)
        {
            From = query.From,
            Antigen = query.Antigen,
            VaccineIds = query.VaccineIds,
            Shared = view.Shared.Count == 0 ? null : view.Shared,
        };
        return csv
            ? new Answer(
                Encoding.UTF8.GetBytes(CoverageCsv.Write(answer, table.DoseNumbers)), Csv.MediaType + "; charset=utf-8", freshFor)
            : new Answer(JsonSerializer.SerializeToUtf8Bytes(answer, JsonSerializerOptions.Web), Json, freshFor);
    }

    private static Dictionary<string, long> Past(InventorySummary? stock)
    {
        var sums = new Dictionary<string, long>();
        foreach (var row in (stock?.Rows ?? []).Concat(stock?.Above ?? []))
            if (row.Incoming is { } incoming) sums[row.FacilityId] = incoming;
        return sums;
    }

    /// <summary>Doses on the way to each place and all below it, from those by destination; to the places of a view perhaps none.</summary>
    private static Dictionary<string, long> RollUp(IReadOnlyList<IncomingSummaryRow> rows, PlaceTree places, IEnumerable<string> view)
    {
        var sums = new Dictionary<string, long>();
        foreach (var id in view) sums[id] = 0;
        foreach (var row in rows)
            foreach (var place in places.PathOf(row.ToFacilityId))
                sums[place] = sums.GetValueOrDefault(place) + row.Doses;
        return sums;
    }

    private static bool WantsCsv(HttpRequest request) =>
        NullIfBlank(request.Query["format"]) is { } format ? format == TableFormat.Csv : PrefersCsv(request.Headers.Accept);

    internal static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    /// <summary>Whether an Accept header wants CSV more than JSON.</summary>
    internal static bool PrefersCsv(StringValues accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out var types)) return false;
        var csv = Quality(types.Where(type => type.MediaType.Equals(Csv.MediaType, StringComparison.OrdinalIgnoreCase)));
        var named = types.Where(type => type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)).ToArray();
        return csv > Quality(named.Length > 0 ? named : types.Where(type => type.MatchesAllTypes || type.MediaType == "application/*"));
    }

    private static double Quality(IEnumerable<MediaTypeHeaderValue> types) =>
        types.Select(type => type.Quality ?? 1).DefaultIfEmpty(0).Max();
}
