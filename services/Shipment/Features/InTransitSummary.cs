using System.ComponentModel.DataAnnotations;
using Distribution.Contracts;
using Distribution.Platform.Messaging.Progress;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.Shipment.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Shipment.Features;

/// <summary>Doses of a vaccine that left and have not arrived, by the facility that they go to.</summary>
/// <param name="AsOf">The moment of reading.</param>
/// <param name="PublishedUpTo">Every event that it committed before this moment has been sent, but for those that are parked.</param>
/// <param name="PublishedBy">The moment by which they had been sent.</param>
/// <param name="Parked">Events of this service that could not be sent and wait for a person.</param>
/// <param name="Rows">A row for each facility to which doses are on the way.</param>
internal sealed record InTransitSummary(
    DateTimeOffset AsOf, DateTimeOffset PublishedUpTo, DateTimeOffset PublishedBy, long Parked, IReadOnlyList<InTransitRow> Rows)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/summary", Handle)
        .WithName("SummariseInTransit").WithSummary("Doses of a vaccine dispatched and not yet received, by destination facility.")
        .Produces<InTransitSummary>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        [Required] string? vaccineId, [FromKeyedServices(ShipmentModule.StoreName)] IStore store,
        [FromKeyedServices(ShipmentModule.StoreName)] EventProgress events, TimeProvider time, CancellationToken cancel)
    {
        if (!Ids.IsId(vaccineId)) return Refusal.Field("vaccineId", Ids.Rule).ToResult();
        var asOf = time.GetUtcNow();
        var published = await events.Published(cancel);
        var counters = await store.Counters(ShipmentStore.InTransitFamily, vaccineId!, cancel: cancel);
        return TypedResults.Ok(new InTransitSummary(
            asOf, published.UpTo, published.By, published.Parked,
            [.. counters.Where(counter => counter.Value != 0).Select(counter => new InTransitRow(counter.Key, counter.Value))]));
    }
}

/// <summary>What is on the way to one facility.</summary>
/// <param name="ToFacilityId">The facility.</param>
/// <param name="Doses">Doses.</param>
internal sealed record InTransitRow(string ToFacilityId, long Doses);
