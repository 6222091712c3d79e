using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Distribution.SystemTests;

/// <summary>What is refused before it is looked at: what was not meant for this program, or sent by another site's page.</summary>
public abstract class DoorTests(RunningSystem system) : SystemSuite(system)
{
    private static readonly Dictionary<string, string> Promised = new()
    {
        ["X-Content-Type-Options"] = "nosniff",
        ["Referrer-Policy"] = "no-referrer",
        ["Cross-Origin-Resource-Policy"] = "same-origin",
    };

    [Theory]
    [InlineData("rebound.example")]
    [InlineData("localhost.rebound.example")]
    [InlineData("127.0.0.1.rebound.example:8080")]
    public async Task Another_name_for_this_address_is_misdirected(string host)
    {
        foreach (var path in new[] { "", "health/live", "api/v1/vaccines", "openapi/v1.json" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
            using var response = await Api.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.MisdirectedRequest, response.StatusCode);
            Assert.Contains("is no name of this program", await Text(response), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    [InlineData("10.1.2.3:99")]
    public async Task An_address_by_its_numbers_is_ours(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "health/live") { Headers = { Host = host } };
        using var response = await Api.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_page_of_another_site_writes_nothing(string header, string value)
    {
        var world = await NewWorld();
        foreach (var mediaType in new[] { "application/json", "text/plain", "application/x-www-form-urlencoded" })
        {
            using var response = await Post("stock/counts", Count(world), mediaType, request => request.Headers.Add(header, value));
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }

        Assert.Empty((await Api.Get($"stock?facilityId={world.Clinic}")).Body["items"]!.AsArray());
        using var own = await Post("stock/counts", Count(world), "application/json", request =>
        {
            request.Headers.Add("Origin", Api.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
        });
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data")]
    [InlineData("application/x-ndjson")]
    [InlineData(null)]
    public async Task A_body_of_another_media_type_is_not_taken(string? mediaType)
    {
        var world = await NewWorld();
        foreach (var (path, body) in new[] { ("stock/counts", Count(world)), ("shipments", new JsonObject { ["shipmentId"] = "x" }) })
        {
            using var response = await Post(path, body, mediaType, _ => { });
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
            Assert.Contains("application/json", await Text(response), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_packed_body_is_not_taken()
    {
        var world = await NewWorld();
        using var response = await Post("stock/counts", Count(world), "application/json",
            request => request.Content!.Headers.ContentEncoding.Add("gzip"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData("GET", "", 200)]
    [InlineData("GET", "api/v1/vaccines", 200)]
    [InlineData("GET", "api/v1/coverage?vaccineId=nothing", 404)]
    [InlineData("GET", "api/v1/nothing", 404)]
    [InlineData("DELETE", "api/v1/coverage", 405)]
    [InlineData("GET", "api/v1/vaccines?x=1", 400)]
    public async Task Every_answer_has_the_headers_and_every_refusal_says_why(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await Api.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        foreach (var (header, value) in Promised) Assert.Equal([value], response.Headers.GetValues(header));
        Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.NotNull(response.Headers.CacheControl);
        if (status < 400) return;
        var problem = JsonNode.Parse(await Text(response))!;
        Assert.Equal(status, (int)problem["status"]!);
        Assert.NotEmpty((string)problem["detail"]!);
    }

    [Theory]
    [InlineData("stock?limit=abc", "limit: 'abc' is no whole number in range")]
    [InlineData("stock?limit=99999999999999999999", "is no whole number in range")]
    [InlineData("stock?limit=10&limit=20", "limit: given more than once")]
    [InlineData("coverage?vaccineId=a&vaccineId=b", "vaccineId: given more than once")]
    [InlineData("coverage?vaccineId=a&asOf=yesterday", "asOf: ")]
    public async Task A_parameter_that_cannot_be_read_is_named_in_the_words_of_the_caller(string path, string says)
    {
        var answer = await Api.Get(path);
        Assert.True(answer.Code is 400 or 422, answer.Text);
        Assert.Contains(says, (string)answer.Json!["detail"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("Nullable", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("bind", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("administrations?submissionId=")]
    [InlineData("administrations/retractions?")]
    [InlineData("facilities/bulk?")]
    [InlineData("shipments/bulk?")]
    [InlineData("target-populations/bulk?")]
    public async Task A_stream_of_something_else_is_given_up_and_says_at_which_line(string path)
    {
        const int Limit = 1_000;
        if (path.EndsWith('=')) path += $"{Guid.NewGuid():N}";
        var fits = await Api.Send(HttpMethod.Post, path, Lines(Limit - 1), "application/x-ndjson");
        Assert.Equal((200, Limit - 1), (fits.Code, (int)fits.Body["rejectedTotal"]!));
        if (path.Contains('=', StringComparison.Ordinal)) path += "-2";
        var beyond = await Api.Send(HttpMethod.Post, path, Lines(Limit * 50), "application/x-ndjson");
        Assert.Equal(400, beyond.Code);
        Assert.Contains($"line {Limit}", beyond.Text, StringComparison.Ordinal);

        static string Lines(int count) => string.Concat(Enumerable.Repeat("{\n", count));
    }

    [Fact]
    public async Task Clients_that_go_away_in_the_middle_of_a_body_take_nothing_with_them()
    {
        const int Announced = 8_000_000, Sent = 7_000_000, Clients = 40;
        var world = await NewWorld();
        var address = Api.Http.BaseAddress!;
        var head = $"POST /api/v1/administrations HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {Announced}\r\n\r\n";
        var spaces = Encoding.ASCII.GetBytes(new string(' ', Sent));
        for (var client = 0; client < Clients; client++)
        {
            using var tcp = new TcpClient { LingerState = new LingerOption(true, 0) };
            await tcp.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
            await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
            await tcp.GetStream().WriteAsync(spaces, TestContext.Current.CancellationToken);
        }

        Assert.Equal(200, (await Api.Post("administrations", world.Submission(world.Dose()))).Code);
    }

    [Fact]
    public async Task The_page_runs_no_script_that_was_put_into_it()
    {
        using var response = await Api.Http.GetAsync("ministry/coverage?place=%3Cscript%3Ealert(1)%3C/script%3E&lang=%22%3E%3Cscript%3E",
            TestContext.Current.CancellationToken);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        var page = await Text(response);
        Assert.Contains("<script type=\"module\" src=\"/screens/", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<style", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(" (on[a-z]+|style)=", page);
    }

    private static JsonObject Count(World world) => World.StockCommand(world.Clinic, world.Line(999_999_999));

    private static Task<string> Text(HttpResponseMessage response) =>
        response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private async Task<HttpResponseMessage> Post(string path, JsonNode body, string? mediaType, Action<HttpRequestMessage> change)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/" + path)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString())),
        };
        if (mediaType is not null) request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        change(request);
        return await Api.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}

/// <summary>In one process.</summary>
public sealed class StandaloneDoorTests(Standalone system) : DoorTests(system);

/// <summary>Through the gateway to processes of their own.</summary>
public sealed class DistributedDoorTests(Distributed system) : DoorTests(system);
