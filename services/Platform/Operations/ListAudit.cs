using System.ComponentModel;
using Distribution.Contracts;
using Distribution.Platform.Auditing;
using Distribution.Platform.Identity;
using Distribution.Platform.Modules;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Platform.Operations;

/// <summary>For auditors: who did what, where and when, as far as their places go.</summary>
internal static class ListAudit
{
    public static void MapAudit(this IEndpointRouteBuilder routes, IServiceModule module, IStore store) => routes
        .MapGet($"/api/v1/audit/{module.Name}", (
                [Description("Only what was about this place or one below it.")] string? placeId,
                [Description("Only what this caller did, as key:clinic-042.")] string? caller,
                [Description("Only this operation, by its name here, as SubmitAdministrations.")] string? action,
                [Description("Only what came to this: done, refused or read.")] string? outcome,
                [Description("Only from this moment on.")] DateTimeOffset? from,
                [Description("Only until before this moment.")] DateTimeOffset? until,
                string? after, int? limit, HttpContext http, Caller who, CancellationToken cancel) =>
            List(module, store, new(placeId, caller, action, outcome, from, until), after, limit, http, who, cancel))
        .WithTags("Audit").WithName($"ListAudit-{module.Name}").Needs(Right.AuditRead).IsDear()
        .WithSummary($"Who did what, oldest first: each change that {module.Name} made for a request, each reading of lines, each "
            + "refusal for want of a right.")
        .WithDescription("Never the content. The records are chained by their hashes: 'audit verify' finds what was changed later.")
        .Produces<Page<AuditItem>>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> List(
        IServiceModule module, IStore store, Wanted wanted, string? after, int? limit, HttpContext http, Caller who,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var items = Paging.Limit(limit, errors);
        errors.Require(wanted.PlaceId is null || Ids.IsId(wanted.PlaceId), "placeId", Ids.Rule);
        errors.Require(wanted.Outcome is null or AuditRecord.Done or AuditRecord.Refused or AuditRecord.Read, "outcome",
            $"must be {AuditRecord.Done}, {AuditRecord.Refused} or {AuditRecord.Read}");
        var begin = AuditCursor.Read(after);
        errors.Require(after is null || begin is not null, "after", "must be what the page before gave as next");
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();

        var tree = await module.Places(http.RequestServices, cancel);
        var reach = who.ReachOf(Right.AuditRead);
        bool IsIn(Reach within, AuditRecord record) =>
            record.Places?.Any(place => tree?.IsIn(within, place) ?? within.Covers([place])) == true;
        var below = wanted.PlaceId is { } placeId ? Reach.Of([placeId]) : null;

        var reading = new AuditReading(store);
        await reading.Begin(begin, wanted.From, cancel);
        var page = new List<AuditItem>();
        for (var looked = 0; looked < Paging.DocumentsMax && page.Count < items; looked++)
        {
            if (await reading.Next(cancel) is not ({ } chain, { } entry, { } record)) return Results.Ok(new Page<AuditItem>(page, null));
            if (wanted.Takes(record) && (reach.IsEverywhere || IsIn(reach, record)) && (below is null || IsIn(below, record)))
                page.Add(new AuditItem(module.Name, chain, entry.Number, entry.Hash, record));
        }

        return Results.Ok(new Page<AuditItem>(page, AuditCursor.Write(reading.Taken)));
    }

    private sealed record Wanted(
        string? PlaceId, string? Caller, string? Action, string? Outcome, DateTimeOffset? From, DateTimeOffset? Until)
    {
        public bool Takes(AuditRecord record) => (Caller is null || record.Caller == Caller) && (Action is null || record.Action == Action)
            && (Outcome is null || record.Outcome == Outcome) && !(record.At < From) && !(record.At >= Until);
    }
}
