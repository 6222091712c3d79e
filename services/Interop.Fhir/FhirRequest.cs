using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using R4 = Hl7.Fhir.Model;

namespace Distribution.Interop.Fhir;

/// <summary>What all requests of FHIR's REST API have in common.</summary>
public static class FhirRequest
{
    /// <summary>Bytes of a body at most.</summary>
    public const int BytesMax = 5 * 1024 * 1024;

    private const int CountDefault = 100;
    private const int CountMax = 1_000;
    private const string FormatParameter = "_format";

    private static readonly string[] Taken = [FhirJson.MediaType, "application/json", "text/json", "application/*", "*/*"];
    private static readonly string[] Formats = ["json", FhirJson.MediaType, "application/json", "text/json"];

    /// <summary>The routes of FHIR: they answer in JSON alone, look themselves at their parameters, and are described by their own
    /// CapabilityStatement.</summary>
    public static RouteGroupBuilder MapFhir(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/fhir").WithMetadata(new ChecksParameters()).ExcludeFromDescription();
        group.AddEndpointFilter((context, next) => NotAcceptable(context.HttpContext.Request) is { } refusal
            ? new ValueTask<object?>(refusal.ToResult())
            : next(context));
        return group;
    }

    /// <summary>Reads the body as a resource.</summary>
    /// <typeparam name="T">What it must be.</typeparam>
    /// <returns>The resource, or the answer to what is none.</returns>
    public static async Task<(T? Resource, IResult? Refused)> Read<T>(HttpContext http, CancellationToken cancel) where T : R4.Resource
    {
        using var body = await RequestBody.Read(http, cancel, BytesMax);
        if (body.Refusal is { } refusal) return (null, refusal.ToResult());
        var (resource, faults) = FhirJson.Read(body.Bytes.Span);
        if (faults.Count > 0) return (null, FhirAnswer.Of(StatusCodes.Status400BadRequest, faults));
        return resource is T read
            ? (read, null)
            : (null, FhirAnswer.Of(StatusCodes.Status400BadRequest, FhirIssue.Error(
                R4.OperationOutcome.IssueType.Structure, $"This address takes {typeof(T).Name}, and was sent {resource?.TypeName}.")));
    }

    /// <summary>Whether the caller would rather have a parameter passed over than be refused for it.</summary>
    public static bool IsLenient(HttpRequest request) => Prefers(request, "handling=lenient");

    /// <summary>Whether the caller wants to see what was made of a resource.</summary>
    public static bool WantsResource(HttpRequest request) => Prefers(request, "return=representation");

    /// <summary>Why a reading by id is refused for its parameters, of which it has none; null where it is not.</summary>
    public static FhirAnswer? RefuseParameters(HttpRequest request, IEnumerable<string> known) =>
        UnknownParameters(request) is [var unknown, ..] && !IsLenient(request) ? NotSupported(unknown, known) : null;

    /// <summary>Looks at what all searches have in common.</summary>
    /// <param name="request">The search.</param>
    /// <param name="count">How many the caller wants in a page; null where that is not said.</param>
    /// <param name="known">The parameters of the search, the one that leads to the next page last.</param>
    /// <returns>How many a page has; the parameters that are left out; and the answer to what cannot be searched for, or null.</returns>
    public static (int Count, IReadOnlyList<string> Unknown, FhirAnswer? Refused) Search(HttpRequest request, string? count, string[] known)
    {
        var unknown = UnknownParameters(request, known);
        var told = known.SkipLast(1);
        if (unknown.Count > 0 && !IsLenient(request)) return (0, unknown, NotSupported(unknown[0], told));
        if (request.Query.FirstOrDefault(parameter => parameter.Value.Count > 1).Key is { } twice)
            return (0, unknown, NotSupported(twice, told));
        var items = CountDefault;
        return count is not null && (!int.TryParse(count, out items) || items is < 1 or > CountMax)
            ? (0, unknown, Invalid("_count", $"must be 1 to {CountMax}"))
            : (items, unknown, null);
    }

    /// <summary>Where FHIR is here as the caller sees it, which may be at a gateway, without a slash at its end.</summary>
    public static string BaseOf(HttpRequest request)
    {
        var (scheme, host) = ((string?)request.Headers["X-Forwarded-Proto"], (string?)request.Headers["X-Forwarded-Host"]);
        return Uri.TryCreate($"{scheme ?? request.Scheme}://{host ?? request.Host.Value}/fhir", UriKind.Absolute, out var at)
            && at.Scheme is "http" or "https"
            ? at.GetLeftPart(UriPartial.Path)
            : "/fhir";
    }

    // What is not one of a call's parameters, and is none that every call has.
    private static IReadOnlyList<string> UnknownParameters(HttpRequest request, params string[] known) =>
        [.. request.Query.Keys.Where(name => name != FormatParameter && !known.Contains(name))];

    // The answer to a parameter that a search does not take, or not more than once.
    private static FhirAnswer NotSupported(string parameter, IEnumerable<string> known) => FhirAnswer.Of(
        StatusCodes.Status400BadRequest, FhirIssue.Error(R4.OperationOutcome.IssueType.NotSupported,
            $"{parameter} is not supported, or not twice: this call takes {string.Join(", ", known)}. "
                + "With 'Prefer: handling=lenient' what is not known is left out."));

    /// <summary>The answer to a parameter that can never be right.</summary>
    public static FhirAnswer Invalid(string parameter, string problem) => FhirAnswer.Of(
        StatusCodes.Status400BadRequest, FhirIssue.Error(R4.OperationOutcome.IssueType.Invalid, $"{parameter}: {problem}."));

    /// <summary>A page of what a search found.</summary>
    /// <param name="request">The search.</param>
    /// <param name="type">What was searched.</param>
    /// <param name="found">The resources of the page.</param>
    /// <param name="total">How many there are in all; null where that is not known.</param>
    /// <param name="known">The parameters that were used.</param>
    /// <param name="next">The parameter that leads to the next page; null at the end.</param>
    /// <param name="unknown">The parameters that were left out.</param>
    public static R4.Bundle Found(
        HttpRequest request, string type, IEnumerable<R4.Resource> found, int? total, string[] known,
        (string Name, string Value)? next, IReadOnlyList<string> unknown)
    {
        var here = BaseOf(request);
        var bundle = new R4.Bundle { Type = R4.Bundle.BundleType.Searchset, Total = total };
        bundle.Link.Add(new R4.Bundle.LinkComponent { Relation = "self", Url = LinkTo(null) });
        if (next is not null) bundle.Link.Add(new R4.Bundle.LinkComponent { Relation = "next", Url = LinkTo(next) });
        foreach (var resource in found)
        {
            bundle.Entry.Add(new R4.Bundle.EntryComponent
            {
                FullUrl = $"{here}/{type}/{resource.Id}",
                Resource = resource,
                Search = new R4.Bundle.SearchComponent { Mode = R4.Bundle.SearchEntryMode.Match },
            });
        }

        if (unknown.Count > 0)
        {
            bundle.Entry.Add(new R4.Bundle.EntryComponent
            {
                Resource = FhirIssue.Outcome([FhirIssue.Warning(R4.OperationOutcome.IssueType.NotSupported,
                    $"Left out, as they are not supported here: {string.Join(", ", unknown)}.")]),
                Search = new R4.Bundle.SearchComponent { Mode = R4.Bundle.SearchEntryMode.Outcome },
            });
        }

        return bundle;

        // What was used, without what was left out.
        string LinkTo((string Name, string Value)? after) => $"{here}/{type}{QueryString.Create(request.Query
            .Where(parameter => known.Contains(parameter.Key) && parameter.Key != after?.Name)
            .Select(parameter => KeyValuePair.Create<string, string?>(parameter.Key, parameter.Value))
            .Concat(after is var (name, value) ? [KeyValuePair.Create<string, string?>(name, value)] : []))}";
    }

    private static bool Prefers(HttpRequest request, string what) =>
        request.Headers["Prefer"].Any(prefer => prefer?.Replace(" ", "", StringComparison.Ordinal)
            .Contains(what, StringComparison.OrdinalIgnoreCase) == true);

    private static Refusal? NotAcceptable(HttpRequest request)
    {
        var fits = request.Query.TryGetValue(FormatParameter, out var format)
            ? Formats.Contains(format.ToString().Replace(' ', '+'), StringComparer.OrdinalIgnoreCase)
            : !MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted) || accepted.Count == 0
                || accepted.Any(type => type.Quality is not 0 && Taken.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase));
        return fits ? null : new Refusal(
            StatusCodes.Status406NotAcceptable, "Not acceptable", $"FHIR is answered as {FhirJson.MediaType} alone.");
    }
}
