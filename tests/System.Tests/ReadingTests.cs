using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

public sealed class StandaloneReadingTests(Standalone system) : ReadingTests(system);

public sealed class DistributedReadingTests(Distributed system) : ReadingTests(system);

/// <summary>What pages need to show much quickly: a place by itself, places that are looked for, answers that are packed and
/// named.</summary>
public abstract class ReadingTests(RunningSystem system) : CoverageSuite(system)
{
    [Fact]
    public async Task The_level_of_a_place_gives_the_place_itself()
    {
        var world = await NewWorld();
        await world.PutPlace($"{world.Country}-C", "facility", world.Country);
        await Api.Drained();
        await Report(world.Clinic, (world.Vaccine, "1", "2024-03-01", 5));
        await Report($"{world.Country}-C", (world.Vaccine, "1", "2024-03-01", 3));
        await Api.Drained();
        foreach (var (place, level, doses) in new[]
        {
            (world.Country, "country", 8), (world.Region, "region", 5), (world.Clinic, "facility", 5),
        })
        {
            var view = await Api.WholeCoverage($"within={place}&level={level}&vaccineId={world.Vaccine}");
            var row = Assert.Single(view["rows"]!.AsArray())!;
            Assert.Equal((place, doses), ((string)row["facilityId"]!, Doses(row)));
        }

        // Of another level there are those below it, as ever, or none.
        var facilities = await Api.WholeCoverage($"within={world.Country}&level=facility&vaccineId={world.Vaccine}");
        Assert.Equal(3, facilities["rows"]!.AsArray().Count);
        Assert.Empty((await Api.WholeCoverage($"within={world.Clinic}&level=region&vaccineId={world.Vaccine}"))["rows"]!.AsArray());
    }

    [Fact]
    public async Task Places_are_found_by_a_part_of_their_name_or_code_and_page_by_page()
    {
        var world = await NewWorld();
        await Put("1", "Hôpital Élan");
        await Put("2", "Poste ÉLANDE");
        await Put("3", "Other");
        Assert.Equal([$"{world.Country}-H1", $"{world.Country}-H2"], await Found($"search={Uri.EscapeDataString("élan")}"));
        Assert.Equal([$"{world.Country}-H3"], await Found($"search={world.Country.ToLowerInvariant()}-h3"));
        Assert.Equal([$"{world.Country}-F", $"{world.Country}-H1", $"{world.Country}-H2", $"{world.Country}-H3", $"{world.Country}-S"],
            await Found($"parentId={world.Region}"));
        Assert.Equal([$"{world.Country}-H2"], await Found($"parentId={world.Region}&search=poste"));
        Assert.Empty(await Found("search=nothing-like-this"));
        var first = (await Api.Get($"facilities?country={world.Country}&parentId={world.Region}&limit=2")).Body;
        Assert.Equal($"{world.Country}-H1", (string?)first["next"]);
        Assert.Equal([$"{world.Country}-H2", $"{world.Country}-H3", $"{world.Country}-S"],
            await Found($"parentId={world.Region}&after={first["next"]}"));
        Assert.Equal(422, (await Api.Get($"facilities?search={new string('x', 101)}")).Code);
        Assert.Equal([$"{world.Country}-H1", $"{world.Country}-H3"], await Found($"ids={world.Country}-H3,{world.Country}-H1,nobody"));
        Assert.Equal([$"{world.Country}-H3"], await Found($"ids={world.Country}-H3,{world.Country}-H1&search=other"));
        Assert.Equal(422, (await Api.Get("facilities?ids=a,,b")).Code);
        Assert.Equal(422, (await Api.Get($"facilities?ids={string.Join(',', Enumerable.Range(0, 101))}")).Code);

        async Task Put(string id, string name) => _ = (await Api.Put($"facilities/{world.Country}-H{id}", new JsonObject
        {
            ["name"] = name,
            ["level"] = "facility",
            ["parentId"] = world.Region,
            ["country"] = world.Country,
        })).Body;

        async Task<string[]> Found(string query) =>
            [
                .. (await Api.Get($"facilities?country={world.Country}&{query}")).Body["items"]!.AsArray()
                    .Select(item => (string)item!["facilityId"]!),
            ];
    }

    [Fact]
    public async Task Stock_is_read_as_a_table_page_by_page()
    {
        var world = await NewWorld();
        await world.Supply(world.Clinic, 5, "=L1", "2031-01-01");
        await world.Supply(world.Clinic, 7, "L2", "2030-01-01");
        await Api.Drained();
        var rows = new List<string>();
        for (var path = $"/api/v1/stock?facilityId={world.Clinic}&format=csv&limit=1"; path is not null;)
        {
            using var page = await Api.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal("text/csv", page.Content.Headers.ContentType?.MediaType);
            rows.AddRange((await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).TrimEnd().Split("\r\n")[1..]);
            path = page.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }

        Assert.Equal(
            [
                $"{world.Clinic},{world.Vaccine},L2,2030-01-01,,2030-01-01,7,7,0,0,0,7,0,0",
                $"{world.Clinic},{world.Vaccine},'=L1,2031-01-01,,2031-01-01,5,5,0,0,0,5,0,0",
            ], rows.Where(row => row.Length > 0));
        Assert.Equal(422, (await Api.Get("stock?format=xml")).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&format=csv")]
    public async Task An_answer_that_one_has_is_not_sent_again_and_one_that_is_read_is_packed(string format)
    {
        var world = await NewWorld();
        var path = $"api/v1/coverage?country={world.Country}&vaccineId={world.Vaccine}{format}";
        using var plain = await Ask(path);
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        using var packed = await Ask(path, ("Accept-Encoding", "br"));
        Assert.Equal(["br"], packed.Content.Headers.ContentEncoding);
        await using var brotli = new BrotliStream(await packed.Content.ReadAsStreamAsync(Cancel), CompressionMode.Decompress);
        using var reader = new StreamReader(brotli);
        var text = await reader.ReadToEndAsync(Cancel);
        Assert.Contains(world.Region, text, StringComparison.Ordinal);
        // An event of another test may come between; then the answer is another one.
        await Condition.Until("an answer is known by its tag", TimeSpan.FromSeconds(30), async () =>
        {
            using var answer = await Ask(path);
            Assert.StartsWith("W/\"", $"{answer.Headers.ETag}", StringComparison.Ordinal);
            using var again = await Ask(path, ("If-None-Match", $"{answer.Headers.ETag}"));
            return again.StatusCode == HttpStatusCode.NotModified && (await again.Content.ReadAsByteArrayAsync(Cancel)).Length == 0
                ? null
                : $"{again.StatusCode}";
        });
    }

    [Fact]
    public async Task A_stream_is_never_packed_and_neither_is_an_answer_to_a_write()
    {
        var world = await NewWorld();
        using var stream = await Ask($"api/v1/coverage/stream?country={world.Country}", ("Accept-Encoding", "br, gzip"));
        Assert.Empty(stream.Content.Headers.ContentEncoding);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal("event: hello", await reader.ReadLineAsync(Cancel));
        using var write = new HttpRequestMessage(HttpMethod.Post, "api/v1/administrations")
        {
            Content = new StringContent(world.Submission(world.Dose()).ToJsonString(), null, "application/json"),
        };
        write.Headers.AcceptEncoding.ParseAdd("br");
        using var written = await Api.Http.SendAsync(write, Cancel);
        Assert.Equal(HttpStatusCode.OK, written.StatusCode);
        Assert.Empty(written.Content.Headers.ContentEncoding);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<HttpResponseMessage> Ask(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }
}
