using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.Shipment.Epcis.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Distribution.Shipment.Epcis.Routes;

/// <summary>Bodies of EPCIS: JSON-LD, in and out.</summary>
internal static class Bodies
{
    /// <summary>Events of a document at most.</summary>
    public const int EventsMax = 1_000;

    /// <summary>Bytes of a body at most.</summary>
    public const int BytesMax = 5 * 1024 * 1024;

    /// <summary>JSON.</summary>
    public const string Json = "application/json";

    /// <summary>JSON that says what it is about.</summary>
    public const string JsonLd = "application/ld+json";

    /// <summary>Reads what a request sends.</summary>
    /// <param name="http">The request.</param>
    /// <param name="read">How its bytes are read.</param>
    /// <param name="cancel">Gives up.</param>
    public static async ValueTask<(ReadEvents? Events, Refusal? Refusal)> Read(
        HttpContext http, Func<ReadOnlyMemory<byte>, ReadEvents> read, CancellationToken cancel)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            || (!type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)
                && !type.MediaType.Equals(JsonLd, StringComparison.OrdinalIgnoreCase)))
        {
            return (null, new Refusal(415, "Unsupported media type",
                $"EPCIS is taken as {JsonLd} or {Json}, and not as '{http.Request.ContentType}': say it in Content-Type."));
        }

        using var body = await RequestBody.Read(http, cancel, BytesMax);
        if (body.Refusal is { } unread) return (null, unread);
        var events = read(body.Bytes);
        return events.Count > EventsMax
            ? (null, new Refusal(413, "Too many events", $"The document has {events.Count} events: send at most {EventsMax} at once."))
            : (events, null);
    }

    /// <summary>The refusal of what is wrong with a body.</summary>
    public static Refusal Refuse(IEnumerable<Fault> faults, int count)
    {
        var errors = faults.GroupBy(fault => fault.Pointer)
            .ToDictionary(same => same.Key, same => same.Select(fault => fault.Problem).Distinct().ToArray());
        return new(400, "Invalid EPCIS", $"{count} faults, by JSON pointer: "
            + string.Join("; ", errors.Take(10).Select(error => $"{error.Key}: {error.Value[0]}")), errors, Kind: "Validation");
    }

    /// <summary>What a client takes of what can be answered; null where that is nothing.</summary>
    public static string? Accepted(HttpRequest request)
    {
        var accepts = request.GetTypedHeaders().Accept;
        if (accepts is not { Count: > 0 }) return request.Headers.Accept.Count == 0 ? Json : null;
        return accepts.Where(type => type.Quality is not 0).OrderByDescending(type => type.Quality ?? 1)
            .Select(type => type.MediaType.Equals(JsonLd, StringComparison.OrdinalIgnoreCase) ? JsonLd
                : new MediaTypeHeaderValue(Json).IsSubsetOf(type) ? Json
                : null)
            .FirstOrDefault(type => type is not null);
    }
}
