using System.ComponentModel;
using System.Globalization;
using Distribution.Gateway.Services;
using Distribution.Platform.Auditing;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Gateway.Audit;

/// <summary>A page of the audits of all services.</summary>
/// <param name="Items">In the order of time, the oldest first.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; null at the end.</param>
/// <param name="Missing">Services that do not answer now: what they recorded is not in this page, and comes in a later one.</param>
internal sealed record AuditAnswer(IReadOnlyList<AuditItem> Items, string? Next, IReadOnlyList<string> Missing);

/// <summary>Who did what, in all services together.</summary>
internal static class ListAudit
{
    private const char ServiceEnd = ':';
    private const char CursorEnd = '~';

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/audit", (
                [Description("Only what was about this place or one below it.")] string? placeId,
                [Description("Only what this caller did, as key:clinic-042.")] string? caller,
                [Description("Only this operation, by its name here, as SubmitAdministrations.")] string? action,
                [Description("Only what came to this: done, refused or read.")] string? outcome,
                [Description("Only from this moment on.")] DateTimeOffset? from,
                [Description("Only until before this moment.")] DateTimeOffset? until,
                string? after, int? limit, ServiceClient services, Caller who) =>
            List(
                services, who, after, limit, ("placeId", placeId), ("caller", caller), ("action", action), ("outcome", outcome),
                ("from", Instant(from)), ("until", Instant(until))))
        .WithTags("Audit").WithName("ListAudit").Needs(Right.AuditRead)
        .WithSummary("Who did what, oldest first, in all services: each change that was made for a request, each reading of lines, each "
            + "refusal for want of a right.")
        .WithDescription("Never the content. The records are chained by their hashes: 'audit verify' finds what was changed later.")
        .Produces<AuditAnswer>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> List(
        ServiceClient services, Caller who, string? after, int? limit, params (string Name, string? Value)[] wanted)
    {
        if (Paging.Check(limit, out var items) is { } tooMany) return tooMany.ToResult();
        if (Begin(after) is not { } cursors) return Refusal.Field("after", "must be what the page before gave as next").ToResult();
        var parts = await Task.WhenAll(ServiceNames.All.Select(service => services.Get<Page<AuditItem>>(who, service, ServiceClient.Query(
            $"api/v1/audit/{service}", [.. wanted, ("after", cursors.GetValueOrDefault(service)), ("limit", $"{items}")]), keep: false)));
        if (parts.Select(part => part.Refusal).FirstOrDefault(refusal => refusal is not null) is { } refused) return refused.ToResult();

        var missing = parts.Where(part => part.Value is null).Select(part => part.Service).ToList();
        var pages = parts.Where(part => part.Value is not null)
            .ToDictionary(part => part.Service, part => new Waiting(part.Value!, cursors.GetValueOrDefault(part.Service)));
        var page = new List<AuditItem>();
        // Where one has more that it has not said yet, what the others have may be later than that.
        while (page.Count < items && !pages.Values.Any(waiting => waiting is { IsEmpty: true, HasMore: true })
            && pages.Values.Where(waiting => !waiting.IsEmpty).MinBy(waiting => waiting.Next.Record.At) is { } first)
            page.Add(first.Take());

        foreach (var (service, waiting) in pages)
            if (waiting.Cursor is { } cursor) cursors[service] = cursor;
        var isAtEnd = missing.Count == 0 && pages.Values.All(waiting => waiting is { IsEmpty: true, HasMore: false });
        return Results.Ok(new AuditAnswer(page, isAtEnd ? null : End(cursors), missing));
    }

    private static string? Instant(DateTimeOffset? at) => at?.ToString("O", CultureInfo.InvariantCulture);

    private static string End(Dictionary<string, string> cursors) =>
        string.Join(CursorEnd, cursors.Select(cursor => $"{cursor.Key}{ServiceEnd}{cursor.Value}").Order(StringComparer.Ordinal));

    private static Dictionary<string, string>? Begin(string? after)
    {
        var cursors = new Dictionary<string, string>();
        foreach (var part in after?.Split(CursorEnd, StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            if (part.Split(ServiceEnd) is not [var service, var cursor] || !ServiceNames.All.Contains(service)
                || !cursors.TryAdd(service, cursor)) return null;
        }

        return cursors;
    }

    /// <summary>What one service gave, until it is taken.</summary>
    private sealed class Waiting(Page<AuditItem> page, string? before)
    {
        private readonly Dictionary<string, long> _taken = AuditCursor.Read(before) ?? [];
        private int _at;

        public bool IsEmpty => _at == page.Items.Count;

        public bool HasMore => page.Next is not null;

        public AuditItem Next => page.Items[_at];

        /// <summary>Where to go on; null for the beginning.</summary>
        public string? Cursor => IsEmpty && HasMore ? page.Next : _taken.Count == 0 ? null : AuditCursor.Write(_taken);

        public AuditItem Take()
        {
            var item = page.Items[_at++];
            _taken[item.Chain] = item.Number;
            return item;
        }
    }
}
