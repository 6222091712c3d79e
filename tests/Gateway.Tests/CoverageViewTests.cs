using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Distribution.Gateway.Caching;
using Distribution.Gateway.Changes;
using Distribution.Gateway.Services;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Gateway.Tests;

public sealed class CoverageViewTests : IAsyncLifetime
{
    private const string NoOne = "http://127.0.0.1:1";
    private readonly ManualClock _clock = new();
    private FakeServices _services = null!;
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _services = await FakeServices.Start();
        (_app, _http) = await FakeServices.Gateway(false, _services.Address, _services.Address, _services.Address, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task A_view_puts_the_three_services_together()
    {
        var view = await Get("/api/v1/coverage?country=XA&level=region");
        Assert.Equal("V1", view.GetProperty("vaccineId").GetString());
        Assert.Equal("2026-03-01", view.GetProperty("asOf").GetString());
        Assert.False(view.GetProperty("parts").GetProperty("inventory").TryGetProperty("missing", out _));
        var row = view.GetProperty("rows")[0];
        Assert.Equal("""{"1":60,"2":40}""", row.GetProperty("coverage").GetRawText());
        Assert.Equal("33.33", row.GetProperty("dropout").GetRawText());
        Assert.Equal(400, row.GetProperty("fullyVaccinated").GetInt32());
        Assert.Equal(50, row.GetProperty("utilisation").GetDecimal());
        Assert.Equal(10, row.GetProperty("daysOfStock").GetDecimal());
        Assert.Equal((75, 75), (row.GetProperty("incoming").GetInt32(), row.GetProperty("inTransit").GetInt32()));
        Assert.Equal(0, view.GetProperty("rows")[1].GetProperty("incoming").GetInt32());
        var totals = view.GetProperty("totals");
        Assert.Equal(25, totals.GetProperty("utilisation").GetDecimal());
        Assert.Equal(3_000, totals.GetProperty("targetPopulation").GetInt32());
    }

    [Fact]
    public async Task A_service_that_fails_is_stale_after_it_answered_once_and_missing_before()
    {
        _services.Down("/api/v1/inventory");
        var view = await Get("/api/v1/coverage?country=XA");
        Assert.Equal("""{"asOf":null,"stale":true,"missing":true}""", view.GetProperty("parts").GetProperty("inventory").GetRawText());
        Assert.Equal(JsonValueKind.Null, view.GetProperty("rows")[0].GetProperty("delivered").ValueKind);
        Assert.Equal(JsonValueKind.Null, view.GetProperty("totals").GetProperty("utilisation").ValueKind);

        _services.Down("/api/v1/inventory", down: false);
        _clock.Move(TimeSpan.FromSeconds(1));
        Assert.Equal(2_000, (await Get("/api/v1/coverage?country=XA")).GetProperty("rows")[0].GetProperty("delivered").GetInt32());

        _services.Down("/api/v1/inventory");
        _services.Down("/api/v1/administrations");
        _clock.Move(TimeSpan.FromSeconds(10));
        view = await Get("/api/v1/coverage?country=XA");
        Assert.True(view.GetProperty("parts").GetProperty("inventory").GetProperty("stale").GetBoolean());
        Assert.True(view.GetProperty("parts").GetProperty("administration").GetProperty("stale").GetBoolean());
        Assert.False(view.GetProperty("parts").GetProperty("shipment").GetProperty("stale").GetBoolean());
        Assert.Equal(2_000, view.GetProperty("rows")[0].GetProperty("delivered").GetInt32());
        Assert.Equal(FakeServices.Now, view.GetProperty("parts").GetProperty("inventory").GetProperty("asOf").GetDateTimeOffset());
    }

    [Fact]
    public async Task The_ledgers_figures_are_as_of_what_the_last_of_its_instances_has_consumed()
    {
        await using var second = await FakeServices.Start();
        var (app, http) = await FakeServices.Gateway(
            false, $"{_services.Address},{second.Address}", _services.Address, _services.Address, _clock);
        await using var gateway = app;
        using var client = http;

        // Whichever of the two answers with the figures.
        _services.Unsent = TimeSpan.FromSeconds(7);
        second.ConsumedUpTo = FakeServices.Now - TimeSpan.FromHours(1);
        Assert.Null(await AsOf());
        Assert.Null(await AsOf());

        second.ConsumedUpTo = FakeServices.Now;
        Assert.Equal(FakeServices.Now - _services.Unsent, await AsOf());

        // What one that does not answer has in work is not known: what was known of all holds.
        _services.Unsent = TimeSpan.Zero;
        second.Down("/api/v1/inventory/progress");
        Assert.Equal(FakeServices.Now - TimeSpan.FromSeconds(7), await AsOf());
        second.Down("/api/v1/inventory/progress", down: false);
        Assert.Equal(FakeServices.Now, await AsOf());

        async Task<DateTimeOffset?> AsOf()
        {
            _clock.Move(TimeSpan.FromSeconds(10));
            var view = await client.GetFromJsonAsync<JsonElement>("/api/v1/coverage?country=XA");
            return view.GetProperty("parts").GetProperty("inventory").GetProperty("asOf") is { ValueKind: not JsonValueKind.Null } asOf
                ? asOf.GetDateTimeOffset()
                : null;
        }
    }

    [Fact]
    public async Task The_ledgers_figures_are_as_of_the_oldest_event_that_it_cannot_have_got()
    {
        _services.Unsent = TimeSpan.FromSeconds(7);
        var parts = (await Get("/api/v1/coverage?country=XA")).GetProperty("parts");
        Assert.Equal(FakeServices.Now, parts.GetProperty("administration").GetProperty("asOf").GetDateTimeOffset());
        Assert.Equal(FakeServices.Now - TimeSpan.FromSeconds(7), parts.GetProperty("inventory").GetProperty("asOf").GetDateTimeOffset());
        Assert.False(parts.GetProperty("inventory").TryGetProperty("parked", out _));

        // While Administration does not answer, what it said last holds.
        _services.Unsent = TimeSpan.Zero;
        _services.ParkedShipments = 2;
        _services.Down("/api/v1/administrations");
        _clock.Move(TimeSpan.FromSeconds(10));
        parts = (await Get("/api/v1/coverage?country=XA")).GetProperty("parts");
        Assert.Equal(FakeServices.Now - TimeSpan.FromSeconds(7), parts.GetProperty("inventory").GetProperty("asOf").GetDateTimeOffset());
        Assert.Equal(2, parts.GetProperty("inventory").GetProperty("parked").GetInt64());

        // Figures that are served again are as of when they were.
        _services.Down("/api/v1/administrations", down: false);
        _services.Down("/api/v1/inventory");
        _clock.Move(TimeSpan.FromSeconds(10));
        parts = (await Get("/api/v1/coverage?country=XA")).GetProperty("parts");
        Assert.True(parts.GetProperty("inventory").GetProperty("stale").GetBoolean());
        Assert.Equal(FakeServices.Now - TimeSpan.FromSeconds(7), parts.GetProperty("inventory").GetProperty("asOf").GetDateTimeOffset());
    }

    [Fact]
    public async Task Nothing_is_claimed_of_the_ledger_while_a_service_that_it_hears_from_never_answered()
    {
        _services.Down("/api/v1/shipments");
        var parts = (await Get("/api/v1/coverage?country=XA")).GetProperty("parts");
        Assert.Equal("""{"asOf":null,"stale":false}""", parts.GetProperty("inventory").GetRawText());
    }

    [Fact]
    public async Task Only_when_no_part_has_rows_is_there_no_answer()
    {
        _services.Down("/api/v1/administrations");
        _services.Down("/api/v1/inventory");
        await Problem("/api/v1/coverage?country=XA", HttpStatusCode.ServiceUnavailable, "inventory");
        _services.Down("/api/v1/vaccines");
        _clock.Move(TimeSpan.FromMinutes(1));
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable, (await _http.GetAsync("/api/v1/coverage/clinic/trend?vaccineId=V1", Cancel)).StatusCode);
    }

    [Fact]
    public async Task The_vaccine_may_be_left_out_only_when_there_is_one()
    {
        _services.Vaccines.Add("V2");
        await Problem("/api/v1/coverage", HttpStatusCode.UnprocessableEntity, "V1, V2");
        _services.Vaccines.Clear();
        _clock.Move(TimeSpan.FromMinutes(1));
        await Problem("/api/v1/coverage/clinic/trend", HttpStatusCode.UnprocessableEntity, "vaccineId");
    }

    [Fact]
    public async Task A_view_of_an_antigen_adds_up_all_vaccines_that_have_it()
    {
        _services.Vaccines.AddRange(["V2", "V3"]);
        _services.Antigens["V1"] = ["rubella", "Measles"];
        _services.Antigens["V2"] = ["measles"];
        var view = await Get("/api/v1/coverage?country=XA&antigen=%20mEASLES");
        Assert.Equal("V1,V2", _services.AskedFor);
        Assert.Equal((JsonValueKind.Null, "Measles"), (view.GetProperty("vaccineId").ValueKind, view.GetProperty("antigen").GetString()));
        Assert.Equal("""["V1","V2"]""", view.GetProperty("vaccineIds").GetRawText());
        var row = view.GetProperty("rows")[0];
        Assert.Equal((1_000, 4_000), (row.GetProperty("doses").GetInt32(), row.GetProperty("delivered").GetInt32()));
        Assert.Equal((200, 14, 150), (row.GetProperty("onHand").GetInt32(), row.GetProperty("wasted").GetInt32(),
            row.GetProperty("incoming").GetInt32()));
        Assert.Equal((25m, 20m), (row.GetProperty("utilisation").GetDecimal(), row.GetProperty("daysOfStock").GetDecimal()));
        Assert.Equal(JsonValueKind.Null, row.GetProperty("shortfallDays").ValueKind);
        Assert.Equal(FakeServices.Now, view.GetProperty("parts").GetProperty("inventory").GetProperty("asOf").GetDateTimeOffset());

        Assert.Equal(2_000, (await Get("/api/v1/coverage?antigen=rubella")).GetProperty("rows")[0].GetProperty("delivered").GetInt32());
        Assert.Equal("V1", _services.AskedFor);
        await Problem("/api/v1/coverage?antigen=mumps", HttpStatusCode.NotFound, "antigen");
        await Problem("/api/v1/coverage?antigen=measles&vaccineId=V1", HttpStatusCode.BadRequest, "vaccineId, antigen");
        await Problem("/api/v1/coverage?antigen=a%0Ab", HttpStatusCode.UnprocessableEntity, "antigen");
    }

    [Theory]
    [InlineData("country=ZZ", HttpStatusCode.NotFound, "country")]
    [InlineData("within=ZZ", HttpStatusCode.NotFound, "facility")]
    [InlineData("vaccineId=ZZ", HttpStatusCode.NotFound, "vaccine")]
    [InlineData("level=village", HttpStatusCode.UnprocessableEntity, "level")]
    [InlineData("asOf=1.3.2026", HttpStatusCode.UnprocessableEntity, "asOf")]
    [InlineData("asOf=1899-12-31", HttpStatusCode.UnprocessableEntity, "asOf")]
    [InlineData("country=%20x", HttpStatusCode.UnprocessableEntity, "country")]
    [InlineData("ageBand=a%0Ab", HttpStatusCode.UnprocessableEntity, "ageBand")]
    [InlineData("format=xml", HttpStatusCode.UnprocessableEntity, "format")]
    public async Task A_query_that_makes_no_sense_is_told_which_field(string query, HttpStatusCode status, string names) =>
        await Problem("/api/v1/coverage?" + query, status, names);

    [Fact]
    public async Task A_vaccine_that_Administration_has_not_heard_of_yet_has_its_stock()
    {
        var view = await Get("/api/v1/coverage?vaccineId=new");
        Assert.True(view.GetProperty("parts").GetProperty("administration").GetProperty("missing").GetBoolean());
        Assert.Equal(2_000, view.GetProperty("rows")[0].GetProperty("delivered").GetInt32());
    }

    [Fact]
    public async Task An_event_makes_the_next_answer_new()
    {
        Assert.Equal(1_500, (await Get("/api/v1/coverage")).GetProperty("totals").GetProperty("doses").GetInt32());
        _services.Doses = 2_000;
        _clock.Move(TimeSpan.FromSeconds(1));
        Assert.Equal(1_500, (await Get("/api/v1/coverage")).GetProperty("totals").GetProperty("doses").GetInt32());
        Assert.Equal(1, _services.Compositions);
        _app.Services.GetRequiredService<AnswerCache>().Invalidate();
        Assert.Equal(2_500, (await Get("/api/v1/coverage")).GetProperty("totals").GetProperty("doses").GetInt32());
    }

    [Theory]
    [InlineData("text/csv", "", "text/csv")]
    [InlineData("text/csv;q=0.9, application/json;q=0.5", "", "text/csv")]
    [InlineData("application/json, text/csv", "", "application/json")]
    [InlineData("*/*", "", "application/json")]
    [InlineData("text/csv, */*", "", "application/json")]
    [InlineData("text/csv, */*;q=0.1", "", "text/csv")]
    [InlineData("*/*", "?format=csv", "text/csv")]
    [InlineData("text/csv", "?format=json", "application/json")]
    public async Task The_answer_is_csv_when_that_is_preferred(string accept, string query, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/coverage" + query);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await _http.SendAsync(request, Cancel);
        Assert.Equal(expected, response.Content.Headers.ContentType?.MediaType);
        if (expected == "text/csv")
            Assert.Contains("XA-1,The XA-1,region,XA,1000,2026,census,1000,600,400,60,40,",
                await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trend_has_the_steps_in_which_doses_were_given_or_stock_changed()
    {
        var trend = await Get("/api/v1/coverage/clinic/trend?by=week&from=2026-01-01");
        Assert.Equal("week", trend.GetProperty("by").GetString());
        Assert.Equal("""
            [{"date":"2026-02-01","doses":3,"byDoseNumber":{"1":3},"delivered":0,"onHand":10,"wasted":0},{"date":"2026-02-08","doses":0,"byDoseNumber":{},"delivered":20,"onHand":27,"wasted":1}]
            """, trend.GetProperty("points").GetRawText());
        await Problem("/api/v1/coverage/clinic/trend?by=year", HttpStatusCode.UnprocessableEntity, "by");
        await Problem("/api/v1/coverage/clinic/trend?from=2026-02-01&to=2026-01-01", HttpStatusCode.UnprocessableEntity, "to");
    }

    [Fact]
    public async Task The_stream_says_hello_and_what_changed()
    {
        using var response = await _http.GetAsync("/api/v1/coverage/stream?country=XA", HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal("event: hello", await lines.ReadLineAsync(Cancel));
        await lines.ReadLineAsync(Cancel);
        await lines.ReadLineAsync(Cancel);
        _app.Services.GetRequiredService<ChangeHub>().Changed("XA", ["V1"]);
        Assert.Equal("event: changed", await lines.ReadLineAsync(Cancel));
        Assert.Equal("""data: {"country":"XA","vaccineIds":["V1"],"at":"2026-03-01T12:00:00+00:00"}""", await lines.ReadLineAsync(Cancel));
    }

    [Fact]
    public async Task The_proxy_passes_requests_on_and_names_a_service_that_is_down()
    {
        var (app, http) = await FakeServices.Gateway(true, _services.Address, NoOne, _services.Address, _clock);
        await using var gateway = app;
        using (http)
        {
            Assert.Contains("V1", await http.GetStringAsync("/api/v1/vaccines", Cancel), StringComparison.Ordinal);
            Assert.Contains(
                "XA-1", await http.GetStringAsync("/api/v1/administrations/summary?vaccineId=V1", Cancel), StringComparison.Ordinal);
            using var response = await http.GetAsync("/api/v1/shipments/S1", Cancel);
            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            Assert.Contains("shipment service", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
            using var sent = await http.PostAsync("/api/v1/shipments/bulk", new ByteArrayContent(new byte[40_000_000]), Cancel);
            Assert.Equal(HttpStatusCode.BadGateway, sent.StatusCode);
            var view = JsonDocument.Parse(await http.GetStringAsync("/api/v1/coverage", Cancel)).RootElement;
            Assert.True(view.GetProperty("parts").GetProperty("shipment").GetProperty("missing").GetBoolean());
        }
    }

    [Fact]
    public async Task A_service_that_is_down_is_described_as_it_was_last()
    {
        var (app, http) = await FakeServices.Gateway(true, _services.Address, NoOne, _services.Address, _clock);
        await using var gateway = app;
        using (http)
        {
            var before = await http.GetStringAsync("/openapi/v1.json", Cancel);
            Assert.Contains("/api/v1/vaccines", before, StringComparison.Ordinal);
            Assert.Contains("/api/v1/coverage/stream", before, StringComparison.Ordinal);
            _services.Down("/openapi");
            _clock.Move(TimeSpan.FromMinutes(1));
            Assert.Equal(before, await http.GetStringAsync("/openapi/v1.json", Cancel));
        }
    }

    [Theory]
    [InlineData("http://0.0.0.0:8080", "http://127.0.0.1:8080/")]
    [InlineData("http://[::]:8080", "http://[::1]:8080/")]
    [InlineData("http://*:80", "http://127.0.0.1/")]
    [InlineData("http://+:5000", "http://127.0.0.1:5000/")]
    [InlineData("http://localhost:5000", "http://localhost:5000/")]
    public void A_bound_address_becomes_one_to_connect_to(string bound, string expected) =>
        Assert.Equal(expected, ServiceAddresses.Reachable(bound).ToString());

    [Theory]
    [InlineData("/docs", "openapi/v1.json")]
    public async Task The_pages_are_there(string path, string holds) =>
        Assert.Contains(holds, await _http.GetStringAsync(path, Cancel), StringComparison.Ordinal);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<JsonElement> Get(string path)
    {
        using var response = await _http.GetAsync(path, Cancel);
        var body = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement;
    }

    private async Task Problem(string path, HttpStatusCode status, string names)
    {
        using var response = await _http.GetAsync(path, Cancel);
        var body = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.StatusCode == status, body);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains(names, body, StringComparison.Ordinal);
    }
}
