using System.Text.Json;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Shipment.Features;

/// <summary>
/// Shipments by id. State and country are filtered while reading, and a request reads a bounded number, so a page may
/// have fewer items than its limit, even none, while <c>next</c> says that there are more to look at.
/// </summary>
internal static class ListShipments
{
    private const int ReadMax = 2000;
    private const int BatchMax = 200;

    // No id holds it.
    private const char PlaceEnd = '|';

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/", Handle)
        .WithName("ListShipments").Needs(Right.StockRead).IsDear()
        .WithSummary("Shipments by id; of a place with all below it, or of that place only, by place; touching a country, or in a "
            + "state. Follow 'next' to the end: a page may be short.")
        .Produces<Page<ShipmentSummary>>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string? facilityId, bool? only, string? country, [ValuesOf(typeof(ShipmentState))] string? state, string? after, int? limit,
        ShipmentStore store, ShipmentPlaces places, Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        if (facilityId is not null) errors.RequireId(facilityId, "facilityId");
        var itemsMax = Paging.Limit(limit, errors);
        ShipmentState? wanted = Enum.GetValues<ShipmentState>().Cast<ShipmentState?>()
            .FirstOrDefault(known => string.Equals(known.ToString(), state, StringComparison.OrdinalIgnoreCase));
        errors.Require(state is null || wanted is not null, "state",
            $"must be one of {string.Join(", ", Enum.GetNames<ShipmentState>().Select(JsonNamingPolicy.CamelCase.ConvertName))}");
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();

        await places.CatchUp(cancel);
        var reach = caller.ReachOf(Right.StockRead);
        var byPlace = facilityId is null && reach.IsEverywhere ? null : PlaceScope.Of(places.Tree, facilityId, only, reach);
        // By id where it is all of them; else by place, then id, each under the first of its places that is asked for.
        var cursor = string.IsNullOrEmpty(after) ? (DocumentAddress?)null
            : byPlace is null ? new(ShipmentStore.Everything, after)
            : after.Split(PlaceEnd) is [var place, var id] ? new(place, id) : null;
        if (!string.IsNullOrEmpty(after) && cursor is null) return Refusal.Field("after", "must be the next of an earlier page").ToResult();

        var items = new List<ShipmentSummary>();
        for (var read = 0; ;)
        {
            var batchSize = Math.Min(BatchMax, itemsMax);
            var (batch, next) = await Read(batchSize);
            foreach (var document in batch)
            {
                cursor = new DocumentAddress(document.Partition, document.Id);
                var shipment = byPlace is null ? document.As<ShipmentRecord>() : await store.FindShipment(document.Id, cancel);
                if (shipment is null || (wanted is not null && shipment.State != wanted)) continue;
                if (byPlace is not null && FirstOf(shipment) != document.Partition) continue;
                if (country is not null && !Touches(shipment.Route, country)) continue;
                items.Add(ShipmentSummary.Of(shipment));
                if (items.Count < itemsMax) continue;
                return TypedResults.Ok(new Page<ShipmentSummary>(items, next is null && document == batch[^1] ? null : Text(cursor.Value)));
            }

            read += batchSize;
            if (next is null) return TypedResults.Ok(new Page<ShipmentSummary>(items, null));
            cursor = next;
            if (read >= ReadMax) return TypedResults.Ok(new Page<ShipmentSummary>(items, Text(cursor.Value)));
        }

        async ValueTask<(IReadOnlyList<Document> Batch, DocumentAddress? Next)> Read(int size)
        {
            if (byPlace is not null) return await byPlace.Read(store, ShipmentStore.ByFacility, cursor, size, cancel);
            var page = await store.Scan(ShipmentStore.Shipments, ShipmentStore.Everything, cursor?.Id, size, cancel);
            return (page, page.Count < size ? null : new DocumentAddress(ShipmentStore.Everything, page[^1].Id));
        }

        string? FirstOf(ShipmentRecord shipment) =>
            shipment.Places.Where(byPlace!.Contains).Order(StringComparer.Ordinal).FirstOrDefault();

        string Text(DocumentAddress at) => byPlace is null ? at.Id : $"{at.Partition}{PlaceEnd}{at.Id}";

        bool Touches(ShipmentRoute route, string country) =>
            CountryOf(route.FromFacilityId) == country || CountryOf(route.ToFacilityId) == country;

        string? CountryOf(string? facility) => facility is null ? null : places.Tree.Find(facility)?.Country;
    }
}

/// <summary>A shipment in a list: all but its lines, history and warnings.</summary>
/// <param name="ShipmentId">The caller's id.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Origin">Who outside sends it, or null.</param>
/// <param name="FromFacilityId">The facility that sends it, or null.</param>
/// <param name="ToFacilityId">The facility that gets it, or null.</param>
/// <param name="Destination">Who outside gets it, or null.</param>
/// <param name="RequestedAt">When it was asked for.</param>
/// <param name="DispatchedAt">When it left.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="VaccineIds">What it holds.</param>
/// <param name="LineCount">How many lines it has.</param>
/// <param name="Doses">Doses, over all lines.</param>
/// <param name="LotCount">How many of its lines name a lot.</param>
/// <param name="LastStepAt">When it came to its state.</param>
internal sealed record ShipmentSummary(
    string ShipmentId, ShipmentState State, string? Origin, string? FromFacilityId, string? ToFacilityId, string? Destination,
    DateTimeOffset? RequestedAt, DateTimeOffset? DispatchedAt, DateTimeOffset? ReceivedAt, IReadOnlyList<string> VaccineIds,
    int LineCount, long Doses, int LotCount, DateTimeOffset LastStepAt)
{
    /// <summary>The shipment in short.</summary>
    public static ShipmentSummary Of(ShipmentRecord shipment) => new(
        shipment.ShipmentId, shipment.State, shipment.Route.Origin, shipment.Route.FromFacilityId,
        shipment.Route.ToFacilityId, shipment.Route.Destination, shipment.RequestedAt?.ToUniversalTime(),
        shipment.DispatchedAt?.ToUniversalTime(), shipment.ReceivedAt?.ToUniversalTime(),
        [.. shipment.Lines.Select(line => line.VaccineId).Distinct()], shipment.Lines.Count, shipment.Lines.Sum(line => line.Doses),
        shipment.Lines.Count(line => line.LotNumber is not null), shipment.History[^1].At.ToUniversalTime());
}
