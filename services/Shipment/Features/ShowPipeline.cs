using System.ComponentModel;
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

/// <summary>The shipments of a state.</summary>
/// <param name="State">The state.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Doses">Their doses.</param>
/// <param name="Items">The first of them: of a state in which something is still to be done those that have waited longest, of others
/// the newest.</param>
internal sealed record PipelineState(ShipmentState State, int Count, long Doses, IReadOnlyList<ShipmentSummary> Items);

/// <summary>Shipments by where they stand.</summary>
/// <param name="AsOf">When it was looked at.</param>
/// <param name="Complete">False where there were more shipments than one request looks at: then the figures are too low.</param>
/// <param name="States">Each state, in the order in which a shipment comes to them.</param>
internal sealed record Pipeline(DateTimeOffset AsOf, bool Complete, IReadOnlyList<PipelineState> States);

/// <summary>Shipments by where they stand, with how many there are: what is to be done.</summary>
internal static class ShowPipeline
{
    private const int BatchMax = 500;
    private const int ItemsDefault = 20;
    private const int ItemsMax = 200;

    private static readonly ShipmentState[] ToBeDone = [ShipmentState.Requested, ShipmentState.Allocated, ShipmentState.Dispatched];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/pipeline", Handle)
        .WithName("ShowPipeline").Needs(Right.StockRead).IsDear()
        .WithSummary("Shipments by state, with counts: of a place with all below it, or of that place only.")
        .Produces<Pipeline>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string? facilityId, bool? only,
        [Description("The most shipments that are listed of a state, 1 to 200; 20 when left out. All are counted.")] int? limit,
        ShipmentStore store, ShipmentPlaces places, TimeProvider clock, Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        if (facilityId is not null) errors.RequireId(facilityId, "facilityId");
        errors.Require(limit is null or (>= 1 and <= ItemsMax), "limit", $"must be 1 to {ItemsMax}");
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();

        await places.CatchUp(cancel);
        var reach = caller.ReachOf(Right.StockRead);
        var (asOf, itemsMax) = (clock.GetUtcNow(), limit ?? ItemsDefault);
        var columns = Enum.GetValues<ShipmentState>().ToDictionary(state => state, state => new Column(itemsMax, ToBeDone.Contains(state)));
        var complete = facilityId is null && reach.IsEverywhere
            ? await ReadAll(store, columns, cancel)
            : await ReadOf(store, PlaceScope.Of(places.Tree, facilityId, only, reach), columns, cancel);
        return TypedResults.Ok(new Pipeline(asOf, complete, [.. columns.Select(column => column.Value.As(column.Key))]));
    }

    private static async Task<bool> ReadAll(ShipmentStore store, Dictionary<ShipmentState, Column> columns, CancellationToken cancel)
    {
        string? after = null;
        for (var read = 0; read < Paging.DocumentsMax; read += BatchMax)
        {
            var page = await store.Scan(ShipmentStore.Shipments, ShipmentStore.Everything, after, BatchMax, cancel);
            foreach (var document in page) Add(columns, document.As<ShipmentRecord>());
            if (page.Count < BatchMax) return true;
            after = page[^1].Id;
        }

        return false;
    }

    private static async Task<bool> ReadOf(
        ShipmentStore store, PlaceScope scope, Dictionary<ShipmentState, Column> columns, CancellationToken cancel)
    {
        // One that is at several of the places is one.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        DocumentAddress? after = null;
        for (var read = 0; read < Paging.DocumentsMax; read += BatchMax)
        {
            var (page, next) = await scope.Read(store, ShipmentStore.ByFacility, after, BatchMax, cancel);
            foreach (var document in page)
                if (seen.Add(document.Id) && await store.FindShipment(document.Id, cancel) is { } shipment) Add(columns, shipment);
            if (next is null) return true;
            after = next;
        }

        return false;
    }

    private static void Add(Dictionary<ShipmentState, Column> columns, ShipmentRecord shipment) =>
        columns[shipment.State].Add(ShipmentSummary.Of(shipment));

    /// <summary>The shipments of a state as they are read: no more of them are kept than are shown.</summary>
    private sealed class Column(int itemsMax, bool oldestFirst)
    {
        // The first to go is the one that is shown last.
        private readonly PriorityQueue<ShipmentSummary, (long, string)> _kept =
            new(Comparer<(long At, string Id)>.Create((one, other) => Compare(other, one)));

        private int _count;
        private long _doses;

        public void Add(ShipmentSummary shipment)
        {
            (_count, _doses) = (_count + 1, _doses + shipment.Doses);
            var rank = Rank(shipment);
            if (_kept.Count < itemsMax) _kept.Enqueue(shipment, rank);
            else _kept.EnqueueDequeue(shipment, rank);
        }

        public PipelineState As(ShipmentState state) => new(
            state, _count, _doses, [.. _kept.UnorderedItems.OrderBy(kept => kept.Priority, Comparer<(long, string)>.Create(Compare))
                .Select(kept => kept.Element)]);

        private (long, string) Rank(ShipmentSummary shipment) =>
            (oldestFirst ? shipment.LastStepAt.UtcTicks : -shipment.LastStepAt.UtcTicks, shipment.ShipmentId);

        private static int Compare((long At, string Id) one, (long At, string Id) other) =>
            one.At != other.At ? one.At.CompareTo(other.At) : string.CompareOrdinal(one.Id, other.Id);
    }
}
