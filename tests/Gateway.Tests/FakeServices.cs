using System.Net;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Shipment.V1;
using Distribution.Platform.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Distribution.Gateway.Tests;

/// <summary>The three services as far as the gateway asks them, on a loopback port: two regions of a country, one vaccine.</summary>
internal sealed class FakeServices : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HashSet<string> _down = [];

    private FakeServices(WebApplication app)
    {
        _app = app;
        app.Use((http, next) =>
        {
            lock (_down)
            {
                if (_down.Any(prefix => http.Request.Path.StartsWithSegments(prefix)))
                {
                    http.Response.StatusCode = StatusCodes.Status500InternalServerError;
                    return Task.CompletedTask;
                }
            }

            return next(http);
        });
        app.MapGet("/openapi/v1.json", () => Results.Text("""{"openapi":"3.1.1","paths":{"/api/v1/vaccines":{}}}""", "application/json"));
        app.MapGet("/api/v1/vaccines", () => new
        {
            items = Vaccines.Select(id => new { vaccineId = id, antigens = Antigens.GetValueOrDefault(id, []) }),
            next = (string?)null,
        });
        app.MapGet("/api/v1/facilities", (string? after) => after is null
            ? Results.Json(new { items = new[] { Place("XA", "country", null), Place("XA-1", "region", "XA") }, next = "XA-1" })
            : Results.Json(
                new { items = new[] { Place("XA-2", "region", "XA"), Place("clinic", "facility", "XA-1") }, next = (string?)null }));
        app.MapGet("/api/v1/administrations/summary", (string? vaccineId, string? vaccineIds) =>
        {
            Compositions++;
            AskedFor = vaccineIds ?? vaccineId!;
            return AskedFor is not ("V1" or "V1,V2")
                ? Results.Problem("No vaccine has the id.", statusCode: 404, title: "Not found")
                : Results.Json(new AdministrationSummary(
                Now, AskedFor, new MeasuredSeries("1", "2", ["2"]), Now - Unsent, Now - TimeSpan.FromMinutes(1), 0,
                [Given("XA-1", 1_000, Doses), Given("XA-2", 2_000, 500)]));
        });
        app.MapGet(
            "/api/v1/administrations/trend/{facilityId}", (string facilityId, string vaccineId, string by) => new AdministrationTrend(
            Now, facilityId, vaccineId, by, [new TrendPoint(new DateOnly(2026, 2, 1), 3, new Dictionary<string, long> { ["1"] = 3 })]));
        app.MapGet("/api/v1/inventory/reviews", (string? after, int limit) => ReviewsTests.Rows("lot", 3, after, limit));
        app.MapGet("/api/v1/administrations/dose-reviews", (string? after, int limit) => ReviewsTests.Rows("dose", 2, after, limit));
        app.MapGet("/api/v1/administrations/mapped", () => Mapped);
        app.MapGet("/api/v1/inventory/periods", (DateOnly from) => new StockByPeriod(
            Now, [new StockOfPlace("a", [new StockTrendPoint(from, 5, 77, 1)])]));
        app.MapGet("/api/v1/inventory/summary", (string vaccineId) => vaccineId is not ("V1" or "V2" or "new")
            ? Results.Problem("No vaccine has the id.", statusCode: 404, title: "Not found")
            : Results.Json(new InventorySummary(Now, Now, 0, [Stock("XA-1", 2_000), Stock("XA-2", 4_000)])));
        app.MapGet("/api/v1/inventory/trend/{facilityId}", (string facilityId, string vaccineId, string by) => new InventoryTrend(
            Now, facilityId, vaccineId, by, 10, [new StockTrendPoint(new DateOnly(2026, 2, 8), 20, 27, 1)]));
        app.MapGet("/api/v1/inventory/progress", () => new InventoryProgress(ConsumedUpTo));
        app.MapGet("/api/v1/shipments/summary", () => new IncomingSummary(
            Now, Now, Now - TimeSpan.FromMinutes(1), ParkedShipments,
            [new IncomingSummaryRow("clinic", 70), new IncomingSummaryRow("XA-1", 5)]));
    }

    public MappedDoses Mapped { get; set; } = DataValueSetsTests.Doses;

    public static DateTimeOffset Now { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public List<string> Vaccines { get; } = ["V1"];

    /// <summary>What the vaccines protect against, where it is anything.</summary>
    public Dictionary<string, string[]> Antigens { get; } = [];

    /// <summary>The vaccine, or the vaccines, whose doses were asked for last.</summary>
    public string AskedFor { get; private set; } = "";

    public long Doses { get; set; } = 1_000;

    /// <summary>The age of the oldest event that Administration has not sent.</summary>
    public TimeSpan Unsent { get; set; }

    public long ParkedShipments { get; set; }

    /// <summary>How far this instance of Inventory is with the events of others.</summary>
    public DateTimeOffset ConsumedUpTo { get; set; } = Now;

    public int Compositions { get; private set; }

    public string Address => _app.Urls.First();

    public static async Task<FakeServices> Start()
    {
        var services = new FakeServices(Web());
        await services._app.StartAsync();
        return services;
    }

    /// <summary>Makes paths that begin so answer 500, or answer again.</summary>
    public void Down(string prefix, bool down = true)
    {
        lock (_down) _ = down ? _down.Add(prefix) : _down.Remove(prefix);
    }

    /// <summary>A gateway in front of services at these addresses, with the clock stopped unless another is given.</summary>
    public static async Task<(WebApplication App, HttpClient Http)> Gateway(
        bool proxy, string inventory, string shipment, string administration, TimeProvider clock)
    {
        var app = ServiceHost.Build(
            [
                "--open", "--urls", "http://127.0.0.1:0",
                "--Services:Inventory:Address", inventory, "--Services:Shipment:Address", shipment,
                "--Services:Administration:Address", administration, "--Services:Access:Address", inventory,
            ],
            [new GatewayModule(proxy)], [], builder =>
            {
                builder.Logging.ClearProviders();
                builder.Services.AddSingleton(clock);
            });
        await app.StartAsync();
        return (app, new HttpClient { BaseAddress = new Uri(app.Urls.First()) });
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static WebApplication Web(Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        configure?.Invoke(builder);
        return builder.Build();
    }

    private static object Place(string id, string level, string? parent) =>
        new { facilityId = id, name = "The " + id, level, parentId = parent, country = "XA", version = 1 };

    private static AdministrationSummaryRow Given(string id, long population, long doses) => new(
        id, "The " + id, "region", "XA", population, 2026, "census", doses,
        new Dictionary<string, long?> { ["1"] = doses * 6 / 10, ["2"] = doses * 4 / 10 }, new RecentDoses(280, 28));

    private static InventorySummaryRow Stock(string id, long delivered) =>
        new(id, "The " + id, "region", "XA", delivered, delivered, OnHand: 100, 0, 0, 0, Wasted: 7, 0, 0, 0, Usable: 100);
}
