using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Distribution.Contracts;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Hosting;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Shipment.Tests;

/// <summary>An answer: its status, body, and where it points to.</summary>
public sealed record Answered(int Code, string Text, string? MediaType, string? Location, string? Next)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string? Type => (string?)Json["type"];
}

/// <summary>The service alone, with EPCIS spoken to it and other services' events told to it.</summary>
public sealed class EpcisHost : IAsyncDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("epcis-").FullName;
    private readonly HttpClient _http = new();
    private WebApplication _app = null!;

    /// <summary>The folder of the example files, or null where there is none.</summary>
    public static string? Examples { get; } = FindExamples();

    public static async Task<EpcisHost> Start()
    {
        var host = new EpcisHost();
        host._app = ServiceHost.Build(
            ["--open", "--urls", "http://127.0.0.1:0", "--data", host._data], [new ShipmentModule()], [new EmbeddedStores()]);
        await host._app.StartAsync();
        host._http.BaseAddress = new Uri(host._app.Urls.First());
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>Tells of the two facilities and the vaccine that the examples take for granted.</summary>
    public async Task TellReference()
    {
        await TellFacility("A", "9521141123454");
        await TellFacility("B", "9506000134352");
        await TellVaccine("09501101530003");
    }

    public Task TellFacility(string id, string? gln, long version = 1) =>
        Tell(new FacilityChanged(id, version, id, "facility", null, "AA", Gln: gln));

    public Task TellVaccine(string? gtin, long version = 1, string id = "V", params VaccineCode[] codes) =>
        Tell(new VaccineChanged(id, version, id, ["v"], 10, [new("1", true)], Gtin: gtin, Codes: codes));

    public Task Tell(IEvent told) => _app.Services.GetRequiredService<IEventSink>().Publish(
        new OutboxEvent(1, Guid.CreateVersion7(), WireNames.Of(told),
            JsonSerializer.SerializeToUtf8Bytes(told, told.GetType(), StoreJson.Options), default),
        TestContext.Current.CancellationToken);

    /// <summary>The steps of a shipment, each of which is told to the others once.</summary>
    public async Task<IReadOnlyList<string>> Steps(string id) =>
        [.. (await Get($"/api/v1/shipments/{id}")).Json["history"]!.AsArray().Select(step => (string)step!["state"]!)];

    public Task<Answered> Get(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, path, null, null, headers);

    public Task<Answered> Post(
        string path, string body, string type = "application/ld+json", params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Post, path, Encoding.UTF8.GetBytes(body), type, headers);

    public async Task<Answered> Send(
        HttpMethod method, string path, byte[]? body, string? type, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            if (type is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var link = response.Headers.TryGetValues("Link", out var links) ? links.Single() : null;
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Content.Headers.ContentType?.MediaType, response.Headers.Location?.OriginalString,
            link?[(link.IndexOf('<', StringComparison.Ordinal) + 1)..link.IndexOf('>', StringComparison.Ordinal)]);
    }

    /// <summary>Captures a document, and tells what came of it.</summary>
    public async Task<JsonNode> Capture(string document, string behaviour = "rollback")
    {
        var taken = await Post("/epcis/v2/capture", document, headers: ("GS1-Capture-Error-Behaviour", behaviour));
        Assert.True(taken.Code == (int)HttpStatusCode.Accepted, taken.Text);
        var job = (await Get(taken.Location!)).Json;
        Assert.False((bool)job["running"]!);
        return job;
    }

    /// <summary>Captures events, and tells of what is held.</summary>
    public async Task<IReadOnlyList<string>> CaptureAll(params JsonObject[] events)
    {
        var job = await Capture(Epcis.Document(events));
        Assert.True((bool)job["success"]!, job.ToJsonString());
        return await Held();
    }

    /// <summary>Why what is held is held.</summary>
    public async Task<IReadOnlyList<string>> Held() => [.. (await Get("/api/v1/epcis/held")).Json["items"]!.AsArray()
        .Select(held => string.Join(' ', held!["missing"]!.AsArray().Select(thing => ((string)thing!).Split(':')[0]))
            + $"|{held["reason"]}")];

    /// <summary>A shipment's state and its lines; null where there is none.</summary>
    public async Task<string?> Shipment(string id)
    {
        var answer = await Get($"/api/v1/shipments/{id}");
        return answer.Code == 404 ? null : $"{answer.Json["state"]} " + string.Join(", ", answer.Json["lines"]!.AsArray()
            .Select(line => $"{line!["vaccineId"]}/{line["lotNumber"]} {line["doses"]}:"
                + $"{line["accepted"]}-{line["missing"]}+{line["extra"]}"));
    }

    /// <summary>All events of a query, page by page.</summary>
    public async Task<List<JsonNode>> Events(string query)
    {
        var found = new List<JsonNode>();
        for (string? next = $"/epcis/v2/events?{query}"; next is not null;)
        {
            var page = await Get(next);
            Assert.True(page.Code == 200, page.Text);
            found.AddRange(page.Json["epcisBody"]!["queryResults"]!["resultsBody"]!["eventList"]!.AsArray().Select(each => each!));
            next = page.Next;
        }

        return found;
    }

    private static string? FindExamples([CallerFilePath] string here = "")
    {
        var folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "shared", "examples", "epcis"));
        return Directory.Exists(folder) ? folder : null;
    }
}
