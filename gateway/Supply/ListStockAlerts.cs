using System.ComponentModel;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Gateway.Coverage;
using Distribution.Gateway.Services;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Gateway.Supply;

/// <summary>Lists what of the stock of places asks for something to be done, by what lies there and what is given.</summary>
internal static class ListStockAlerts
{
    private const int LowDaysDefault = 14;
    private const int ExpiringDaysDefault = 30;
    private const int LaterDaysDefault = 90;
    private const int DaysMax = 1_000;
    private const int ItemsDefault = 20;
    private const int ItemsMax = 1_000;

    // All stock cards of a country may be looked at. What is given is waited for less: the other alerts stand without it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PatienceForUse = TimeSpan.FromSeconds(10);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/stock/alerts", Handle)
        .WithTags("Stock").WithName("ListStockAlerts").Needs(Right.StockRead)
        .WithSummary("What of the stock of a place with all below it, or of that place only, asks for something to be done: stock-outs, "
            + "low stock, what was never recorded, what has expired, was recalled or expires soon. Each kind is counted in whole; the most "
            + "pressing are listed.")
        .Produces<StockAlerts>().ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> Handle(
        string? facilityId, bool? only, string? vaccineId,
        [Description("Only this kind; all when left out.")]
        [ValuesOf(typeof(StockAlertKind))] string? kind,
        [Description("Stock that lasts for less than so many days is low; 14 when left out.")] int? lowDays,
        [Description("Doses that may be used for fewer than so many days, today included, expire soon; 30 when left out.")]
        int? expiringDays,
        [Description("Those that may be used for fewer than so many expire later; 90 when left out.")] int? expiringLaterDays,
        [Description("The most alerts that are listed of a kind, 1 to 1000; 20 when left out. All are counted.")] int? limit,
        ServiceClient services, Caller caller)
    {
        var thresholds = new StockThresholds(
            lowDays ?? LowDaysDefault, expiringDays ?? ExpiringDaysDefault, expiringLaterDays ?? LaterDaysDefault);
        var errors = new FieldErrors();
        if (facilityId is not null) errors.RequireId(facilityId, "facilityId");
        if (vaccineId is not null) errors.RequireId(vaccineId, "vaccineId");
        errors.Require(
            kind is null || StockAlertKind.All.Contains(kind), "kind", $"must be one of {string.Join(", ", StockAlertKind.All)}");
        errors.Require(thresholds.LowDays is >= 1 and <= DaysMax, "lowDays", $"must be 1 to {DaysMax}");
        errors.Require(thresholds.ExpiringDays is >= 1 and <= DaysMax, "expiringDays", $"must be 1 to {DaysMax}");
        errors.Require(
            thresholds.ExpiringLaterDays <= DaysMax && thresholds.ExpiringLaterDays >= thresholds.ExpiringDays,
            "expiringLaterDays", $"must be {thresholds.ExpiringDays}, as expiringDays, to {DaysMax}");
        errors.Require(limit is null or (>= 1 and <= ItemsMax), "limit", $"must be 1 to {ItemsMax}");
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();

        var asked = Ask<StockConditions>(ServiceNames.Inventory, "api/v1/inventory/stock-conditions", Patience);
        var use = await Ask<RecentUse>(ServiceNames.Administration, "api/v1/administrations/recent-use", PatienceForUse);
        var stock = await asked;
        if (stock.Refusal is { } refusal) return refusal.ToResult();
        if (use.Refusal is { Status: StatusCodes.Status429TooManyRequests } tooMany) return tooMany.ToResult();
        if (stock.Value is not { } conditions)
            return CoverageQuery.Unavailable("inventory, which knows what lies where, does not answer. Try again.").ToResult();
        var parts = new StockAlertParts(use.State(part => part.AsOf), stock.State(part => part.AsOf));
        return Results.Ok(StockAlerts.Of(
            conditions, use.Value, parts, thresholds, kind is null ? StockAlertKind.All : [kind], limit ?? ItemsDefault));

        // Each of these is dear where it is answered: one that waits for both must not hold the place of another.
        Task<Part<T>> Ask<T>(string service, string path, TimeSpan patience) where T : class => services.Get<T>(
            caller, service, ServiceClient.Query(
                path, ("facilityId", facilityId), ("only", only is true ? "true" : null), ("vaccineId", vaccineId)), keep: false, patience);
    }
}
