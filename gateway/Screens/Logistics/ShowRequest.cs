using Distribution.Contracts;
using Distribution.Screens.Asking;
using Distribution.Screens.Layout;
using Distribution.Screens.Places;
using Distribution.Screens.Viewing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Screens.Logistics;

/// <summary>A shipment is asked for: what, from where and to whom; then the lots that would go are shown, and it is confirmed.</summary>
internal static class ShowRequest
{
    private const int PlacesMax = 20;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(ScreenPaths.Request, (HttpContext http, Api api, TimeProvider clock) =>
            FindPlaces.For(http, Section.Logistics, api, screen => Begin(http, screen, api, clock)));
        pages.MapPost(ScreenPaths.Request, (HttpContext http, Api api, TimeProvider clock) =>
            Pages.For(http, Section.Logistics, screen => Do(http, screen, api, clock)));
    }

    private static Task<IResult> Begin(HttpContext http, Screen screen, Api api, TimeProvider clock) =>
        Page(http, screen, api, new(screen["place"] is null ? null : RequestForm.Opened(clock.GetUtcNow())));

    private static async Task<IResult> Do(HttpContext http, Screen screen, Api api, TimeProvider clock)
    {
        var posted = await Forms.Read(http.Request);
        var (form, step) = (RequestForm.Read(posted), posted.Typed("step"));
        if (form.RequestedAt.Length == 0 || screen["place"] is not { } from) return Forms.SeeOther(http, screen.Link());
        if (step == ShowReceipt.Change) return await Page(http, screen, api, new(form));
        if (form.Check(screen.Language) is { Count: > 0 } wrong) return await Page(http, screen, api, new(form, Wrong(wrong)));
        if (step == ShowReceipt.Confirm && form.IsOf(clock.GetUtcNow()))
        {
            var done = await api.Post<ShipmentView>(http, "shipments", form.Body(from));
            return done.Problem is { } problem
                ? await Page(http, screen, api, new(form, problem.At(form.Asked)))
                : Forms.SeeOther(http, OneShipment.Done(screen, form.ShipmentId, OneShipment.Request));
        }

        var places = await PlacesOf(http, api, form.To);
        if (places.Problem is not null) return await Page(http, screen, api, new(form, places.Problem));
        var chosen = places.Value!.FirstOrDefault(place => place.FacilityId == form.ToFacilityId)
            ?? (places.Value is [var only] ? only : null);
        if (chosen is null)
        {
            var said = screen.Language[places.Value!.Count switch
            {
                0 => "found.none",
                < PlacesMax => "request.to.several",
                _ => "found.more",
            }];
            return await Page(http, screen, api, new(
                form with { ToFacilityId = "" }, Wrong(new() { ["to"] = [said] }), Choices: places.Value));
        }

        form = form.At(clock.GetUtcNow()) with { To = chosen.FacilityId, ToFacilityId = chosen.FacilityId };
        if (form.To == from)
            return await Page(http, screen, api, new(form, Wrong(new() { ["to"] = [screen.Language["request.to.same"]] })));
        var proposals = new List<ProposalView>();
        foreach (var line in form.Asked.Select(at => form.Lines[at]))
        {
            var proposal = await api.Get<ProposalView>(
                http, "stock/allocation", ("facilityId", from), ("vaccineId", line.VaccineId), ("doses", $"{line.Number}"));
            if (proposal.Value is null) return await Page(http, screen, api, new(form, proposal.Problem));
            proposals.Add(proposal.Value);
        }

        return await Page(http, screen, api, new(form, Proposals: proposals));
    }

    // By its code, or by what its name or code has in it.
    private static async Task<Asked<IReadOnlyList<PlaceView>>> PlacesOf(HttpContext http, Api api, string to)
    {
        if (Ids.IsId(to))
        {
            var exact = await api.Get<PlaceView>(http, $"facilities/{Uri.EscapeDataString(to)}");
            if (exact.Value is { FacilityId: not null } place) return new(exact.Path, [place]);
        }

        var found = await api.Get<ListOf<PlaceView>>(http, "facilities", ("search", to), ("limit", $"{PlacesMax}"));
        return new(found.Path, found.Value?.Items, found.Problem);
    }

    private static Problem Wrong(Dictionary<string, string[]> fields) => new(StatusCodes.Status422UnprocessableEntity, Errors: fields);

    private static async Task<IResult> Page(HttpContext http, Screen screen, Api api, RequestStand stand)
    {
        var vaccines = await api.Get<ListOf<VaccineView>>(http, "vaccines", ("limit", "1000"));
        return await Pages.Page<RequestPage>(
            http, stand.Problem?.Status ?? StatusCodes.Status200OK, (nameof(RequestPage.Screen), screen),
            (nameof(RequestPage.Stand), stand),
            (nameof(RequestPage.Vaccines), vaccines.Value?.Items ?? []),
            (nameof(RequestPage.Names), await PlaceNames.Of(http, api, [screen["place"], stand.Form?.ToFacilityId])));
    }
}

/// <summary>How far a request has come.</summary>
/// <param name="Form">What was typed; null while it is not known from where.</param>
/// <param name="Problem">Why it was not taken.</param>
/// <param name="Choices">The places of which one is to be chosen.</param>
/// <param name="Proposals">What would go, once it is to be confirmed.</param>
public sealed record RequestStand(
    RequestForm? Form, Problem? Problem = null, IReadOnlyList<PlaceView>? Choices = null, IReadOnlyList<ProposalView>? Proposals = null);
