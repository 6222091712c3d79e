using System.ComponentModel.DataAnnotations;
using Distribution.Access.Domain;
using Distribution.Access.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Access.Features;

/// <summary>A share as it is asked for.</summary>
/// <param name="Owner">The country whose figures they are, by the code of its place. It stays the share's owner.</param>
/// <param name="Ally">The country that is to see them, likewise. It stays the share's ally.</param>
/// <param name="Measures">What is to be seen: coverage (doses given, target populations, who reported), stock (delivered, on hand, usable,
/// expired, unexplained), pipeline (on the way), wastage (wasted and lost).</param>
/// <param name="Depth">The lowest level of which places are to be seen; what lies below is in their sums. Facilities never are.</param>
/// <param name="VaccineIds">Of which vaccines, by their codes, which need not be known yet; null for all, also those to come, which is to
/// be said.</param>
/// <param name="Dimensions">By what of people the ally may ask for part of the doses; none where it is left out.</param>
/// <param name="From">Since when it holds: now, where it is left out.</param>
/// <param name="Until">When it ends; until somebody ends it, where it is left out.</param>
/// <param name="MinimumCell">Fewer doses than this, of some people only, are not shown: 10 where it is left out, and never less.</param>
/// <param name="Reason">Why, 1 to 500 characters; the ally reads it too.</param>
internal sealed record ShareBody(
    [Required] string? Owner, [Required] string? Ally,
    [Required] IReadOnlyList<string?>? Measures,
    [Required, ValuesOf(typeof(ShareDepth))] string? Depth, Stated<IReadOnlyList<string?>?>? VaccineIds,
    IReadOnlyList<string?>? Dimensions, DateTimeOffset? From, DateTimeOffset? Until,
    int? MinimumCell, [Required] string? Reason);

/// <summary>Gives a share, or changes it: within a second the ally sees what it says, and no more.</summary>
internal static class PutShare
{
    // Of one country; every gateway keeps those that hold in memory.
    private const int SharesMax = 100;

    public static void Map(RouteGroupBuilder shares) => shares.MapPut("/{shareId}", Handle)
        .WithName("PutShare")
        .WithSummary("Lets an allied country see figures: these measures, of these vaccines, down to this level, and no more.")
        .WithDescription("Whoever may see the coverage of the whole of the ally then finds the owner's places in GET /coverage and its "
            + "CSV, in the totals over countries, in the trend and in the stream. What is not shared is null there, or not there at all; a "
            + "question that names the owner and asks beyond the share is answered 403. Only the owner changes or ends a share, and both "
            + "see it, with when it was last used.")
        .WithExample("""
            {"owner": "IT", "ally": "SI", "measures": ["coverage", "stock"], "depth": "region", "vaccineIds": null,
             "reason": "joint campaign along the border"}
            """, ("shareId", "it-si-2021"))
        .Needs(Right.ShareWrite)
        .Produces<ShareView>(StatusCodes.Status201Created).Produces<ShareView>()
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string shareId, ShareBody body, HttpContext http, AccessStore store, SecurityLog log, TimeProvider clock, Caller caller,
        CancellationToken cancel)
    {
        var terms = new ShareTerms(
            body.Owner, body.Ally, body.Measures, body.Depth, body.VaccineIds is not null, body.VaccineIds?.Value, body.Dimensions,
            body.From, body.Until, body.MinimumCell, body.Reason);
        var errors = new FieldErrors();
        errors.RequireId(shareId, "shareId");
        foreach (var (field, problem) in terms.Problems(clock.GetUtcNow())) errors.Add(field, problem);
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();
        // A country lies in no other place.
        if (!caller.ReachOf(Right.ShareWrite).Covers([body.Owner!])) return caller.Lacks(Right.ShareWrite, body.Owner!).ToResult();
        var (isNew, isSame) = (false, false);
        var decided = await store.Change<StoredShare>(async tx =>
        {
            var known = await tx.Find<StoredShare>(AccessStore.Shares, AccessStore.One, shareId);
            if (known is not null && (known.Owner != body.Owner || known.Ally != body.Ally))
                return Refusal.Conflict($"The shareId '{shareId}' is taken by a share between other countries: choose another.");
            if (known?.EndedAt is not null)
                return Refusal.Conflict($"The share '{shareId}' was ended by {known.EndedBy}: give a new one, with an id of its own.");
            isNew = known is null;
            if (isNew && (await AccessStore.OpenSharesOf(tx, body.Owner!)).Count >= SharesMax)
                return Refusal.Conflict($"{body.Owner} has {SharesMax} shares that were not ended, which is the limit: end one first.");
            var share = Share(known, tx.Now);
            if (share.Until <= share.From) return Refusal.Field("until", $"must be after {share.From:O}, from which the share holds");
            isSame = known is not null && share.Says(known);
            if (isSame) return known!;
            await AccessStore.Put(tx, share);
            return share;
        }, cancel);
        if (decided.Refusal is { } refusal) return refusal.ToResult();
        if (!isSame) log.Tell(http, isNew ? "share given" : "share changed", shareId);
        var view = ShareView.Of(decided.Answer, isNew ? null : await store.LastUse(shareId, cancel));
        return isNew ? Results.Created($"/api/v1/shares/{shareId}", view) : Results.Ok(isSame ? view.AsRepeat() : view);

        StoredShare Share(StoredShare? known, DateTimeOffset now) => new(
            shareId, body.Owner!, body.Ally!, Ordered(body.Measures, ShareMeasure.All), body.Depth!,
            body.VaccineIds!.Value?.OfType<string>().Distinct().Order(StringComparer.Ordinal).ToArray(),
            Ordered(body.Dimensions, ShareDimension.All), body.From ?? known?.From ?? now, body.Until,
            body.MinimumCell ?? ShareCell.Least, body.Reason!.Trim(), caller.Subject, now);
    }

    private static string[] Ordered(IReadOnlyList<string?>? said, IReadOnlyList<string> all) =>
        [.. all.Where(one => said?.Contains(one) == true)];
}
