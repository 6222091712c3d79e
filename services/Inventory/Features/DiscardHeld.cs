using Distribution.Contracts.Inventory.V1;
using Distribution.Inventory.Held;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>A held fact that a person decided to drop, kept for the record.</summary>
internal sealed record Discarded(HeldFact Fact, string RequestId, string Reason, string RecordedBy, DateTimeOffset RecordedAt);

/// <summary>The answer to a discard.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="HeldId">What is held no longer.</param>
internal sealed record DiscardAnswer(string RequestId, string HeldId) : RepeatableAnswer;

/// <summary>Drops a held fact that names something that will never be known. All that is held of a shipment is dropped together, and the
/// shipment is told: it may be sent again under its id, as it is right.</summary>
internal static class DiscardHeld
{
    public static void Map(RouteGroupBuilder inventory) => inventory.MapPost("/held/{heldId}/discard", Handle)
        .WithName("DiscardHeldFact").Needs(Right.StockReverse).WithSummary("Drops a held fact, with a reason; it is kept for the record.")
        .WithExample("""
            {"requestId": "discard-2021-05-06", "reason": "there is no such facility"}
            """, ("heldId", "facility.IT-LAZ-0999.0190c2a47f6e7b3c9a513f6f0a9d2c11"))
        .Produces<DiscardAnswer>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static async Task<IResult> Handle(
        string heldId, ReasonBody body, InventoryStore store, Places places, Caller caller, CancellationToken cancel)
    {
        if (new FieldErrors().RequireReasoned(body.RequestId, body.Reason).ToRefusal() is { } invalid) return invalid.ToResult();
        if (HeldFacts.AddressOf(heldId) is not { } address) return Refusal.NotFound("held fact", heldId).ToResult();
        if (await RefuseAt(caller, heldId, address, store, places, cancel) is { } hidden) return hidden.ToResult();
        var committed = await store.Commit<DiscardAnswer>($"discard:{body.RequestId}", new { HeldId = heldId, Body = body }, async tx =>
        {
            if (await tx.Find<HeldFact>(Names.Held, address.Partition, address.Id) is not { } fact)
            {
                // What is told of a shipment is given up together.
                return await tx.Find<Discarded>(Names.Discarded, address.Partition, address.Id) is { Fact.ShipmentId: not null }
                    ? new DiscardAnswer(body.RequestId!, heldId)
                    : Refusal.NotFound("held fact", heldId);
            }

            if (await GiveUp(tx, fact, body, caller) is { } refusal) return refusal;
            return new DiscardAnswer(body.RequestId!, heldId);
        }, cancel);
        return committed.ToResult();
    }

    private static async ValueTask<Refusal?> RefuseAt(
        Caller caller, string heldId, (string Partition, string Id) address, InventoryStore store, Places places, CancellationToken cancel)
    {
        if (caller.ReachOf(Right.StockReverse).IsEverywhere) return null;
        await places.CatchUp(store, cancel);
        var fact = await store.Find<HeldFact>(Names.Held, address.Partition, address.Id, cancel)
            ?? (await store.Find<Discarded>(Names.Discarded, address.Partition, address.Id, cancel))?.Fact;
        if (fact?.IsSeenBy(caller.ReachOf(Right.StockRead), places) != true || fact.OwnedBy is not { } owner)
            return Refusal.NotFound("held fact", heldId);
        return places.Tree.IsIn(caller.ReachOf(Right.StockReverse), owner) ? null : caller.Lacks(Right.StockReverse, owner);
    }

    private static async ValueTask<Refusal?> GiveUp(ITransaction tx, HeldFact fact, ReasonBody body, Caller caller)
    {
        IReadOnlyList<HeldFact> facts = [fact];
        if (fact.ShipmentId is { } shipmentId && await ShipmentFacts.Current(tx, shipmentId, fact.Revision) is { } transit)
        {
            if (transit.Dispatched)
                return Refusal.Conflict(
                    $"What else was told of shipment '{shipmentId}' counts already: mark the shipment as entered in error.");
            facts = [fact, .. (await HeldFacts.Of(tx, shipmentId)).Where(other => other.HeldId != fact.HeldId)];
            await tx.Put(Names.Transits, Names.One, shipmentId, transit with { TakenBack = true });
            tx.Publish(new ShipmentDiscarded(shipmentId, body.Reason!, caller.Subject, fact.Revision));
        }

        foreach (var each in facts)
        {
            if (each.OwnedBy is { } owner) tx.Concerns(owner);
            await tx.Put(
                Names.Discarded, each.Missing, each.HeldId, new Discarded(each, body.RequestId!, body.Reason!, caller.Subject, tx.Now));
            await HeldFacts.LetGo(tx, each);
        }

        return null;
    }
}
