using Distribution.Contracts.Inventory.V1;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Messaging.Progress;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Inventory.Features;

/// <summary>
/// How far this instance is. Of several, each knows what it has in work itself: what all of them have consumed is what
/// the last of them has.
/// </summary>
internal static class GetProgress
{
    public static void Map(RouteGroupBuilder inventory) => inventory.MapGet("/progress", Handle)
        .WithName("GetInventoryProgress").Needs(Right.ReferenceRead)
        .WithSummary("How far the instance that answers is with the events of other services.")
        .Produces<InventoryProgress>();

    private static async Task<IResult> Handle(
        [FromKeyedServices(InventoryStore.Name)] EventProgress events, CancellationToken cancel) =>
        Results.Ok(new InventoryProgress((await events.Consumed(cancel)).UpTo));
}
