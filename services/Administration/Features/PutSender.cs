using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Distribution.Administration.Outside;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>What is agreed with a system that sends doses in a format of its own, such as HL7 v2.</summary>
/// <param name="SenderId">Who signs in, as <c>key:clinic-042</c>, or as its messages name it: <c>MSH-3/MSH-4</c> of HL7 v2.</param>
/// <param name="DefaultFacilityId">Where its doses were given where they do not say so; none when left out.</param>
/// <param name="RefusesUnknown">Whether a dose of a vaccine, place or dose number that is not known is refused; else it is held, until
/// that is known.</param>
internal sealed record PutSender([Required] string? SenderId, string? DefaultFacilityId = null, bool? RefusesUnknown = null)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/api/v1/administrations/senders", Handle)
            .WithName("PutSender").Needs(Right.ReferenceWrite).WithTags("Administrations")
            .WithSummary("Say where the doses of a sender were given, and whether it is refused what is not known.")
            .WithExample("""{"senderId": "CLINICSYS/HARBOUR", "defaultFacilityId": "IT-LAZ-0101", "refusesUnknown": false}""")
            .Produces<PutSender>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapGet("/api/v1/administrations/senders", List)
            .WithName("ListSenders").Needs(Right.ReferenceRead).WithTags("Administrations")
            .WithSummary("The senders with which anything is agreed. Go on until next is null.")
            .Produces<Page<PutSender>>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> Handle(
        PutSender request, AdministrationStore store, ReferenceData reference, Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Require(Sender.IsName(request.SenderId), "senderId",
            $"must be text of 1 to {Sender.NameCharsMax} characters: who signs in, or how the messages name their sender");
        if (request.DefaultFacilityId is { } facility) errors.RequireId(facility, "defaultFacilityId");
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();
        await reference.CatchUp(caller.ReachOf(Right.ReferenceWrite), store, cancel);
        if (!caller.ReachOf(Right.ReferenceWrite).IsEverywhere && (request.DefaultFacilityId is not { } place
            || caller.RefuseAt(Right.ReferenceWrite, reference.Tree, place) is not null))
        {
            return Refusal.NoRight("defaultFacilityId: this needs the right reference.write there, or everywhere where none is said")
                .ToResult();
        }

        await store.Change<Sender>(async tx =>
        {
            var sender = new Sender(request.SenderId!, request.DefaultFacilityId, request.RefusesUnknown == true);
            if (sender.DefaultFacilityId is { } at) tx.Concerns(at);
            await tx.Put(Collections.Senders, Collections.Whole, sender.SenderId, sender);
            return sender;
        }, cancel);
        return Results.Ok(request);
    }

    private static async Task<IResult> List(
        [Description("What an earlier page gave as next.")] string? after, int? limit, AdministrationStore store, ReferenceData reference,
        Caller caller, CancellationToken cancel)
    {
        if (Paging.Check(limit, out var items) is { } invalid) return invalid.ToResult();
        var reach = caller.ReachOf(Right.ReferenceRead);
        await reference.CatchUp(reach, store, cancel);
        var page = await store.Scan(Collections.Senders, Collections.Whole, after, items, cancel);
        return Results.Ok(new Page<PutSender>(
            [.. page.Select(document => document.As<Sender>())
                .Where(sender => reach.IsEverywhere || (sender.DefaultFacilityId is { } at && reference.Tree.IsIn(reach, at)))
                .Select(sender => new PutSender(sender.SenderId, sender.DefaultFacilityId, sender.RefusesUnknown))],
            page.Count < items ? null : page[^1].Id));
    }
}
