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

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/", Handle)
        .WithName("ListShipments").Needs(Right.StockRead)
        .WithSummary("Shipments by id, those from or to a facility, touching a country, or in a state. Follow 'next' to the end: a page "
            + "may be short.")
        .Produces<Page<ShipmentSummary>>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string? facilityId, string? country, [ValuesOf(typeof(ShipmentState))] string? state, string? after, int? limit,
        ShipmentStore store, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        if (facilityId is not null) errors.RequireId(facilityId, "facilityId");
        var itemsMax = Paging.Limit(limit, errors);
        ShipmentState? wanted = Enum.GetValues<ShipmentState>().Cast<ShipmentState?>()
            .FirstOrDefault(known => string.Equals(known.ToString(), state, StringComparison.OrdinalIgnoreCase));
        errors.Require(state is null || wanted is not null, "state",
            $"must be one of {string.Join(", ", Enum.GetNames<ShipmentState>().Select(JsonNamingPolicy.CamelCase.ConvertName))}");
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();

        var items = new List<ShipmentSummary>();
        var countries = new Dictionary<string, string?>();
        var read = 0;
        while (true)
        {
            var batchSize = Math.Min(BatchMax, itemsMax);
            var batch = facilityId is null
                ? await store.Scan(ShipmentStore.Shipments, ShipmentStore.Everything, after, batchSize, cancel)
                : await store.Scan(ShipmentStore.ByFacility, facilityId, after, batchSize, cancel);
            for (var at = 0; at < batch.Count; at++)
            {
                after = batch[at].Id;
                var shipment = facilityId is null ? batch[at].As<ShipmentRecord>() : await store.FindShipment(after, cancel);
                if (shipment is null || (wanted is not null && shipment.State != wanted)) continue;
                if (country is not null && !await Touches(shipment.Route, country)) continue;
                items.Add(ShipmentSummary.Of(shipment));
                if (items.Count < itemsMax) continue;
                var last = at == batch.Count - 1 && batch.Count < batchSize;
                return TypedResults.Ok(new Page<ShipmentSummary>(items, last ? null : after));
            }

            read += batch.Count;
            if (batch.Count < batchSize) return TypedResults.Ok(new Page<ShipmentSummary>(items, null));
            if (read >= ReadMax) return TypedResults.Ok(new Page<ShipmentSummary>(items, after));
        }

        async ValueTask<bool> Touches(ShipmentRoute route, string place) =>
            await CountryOf(route.FromFacilityId) == place || await CountryOf(route.ToFacilityId) == place;

        async ValueTask<string?> CountryOf(string? facility)
        {
            if (facility is null) return null;
            if (!countries.TryGetValue(facility, out var found))
            {
                found = (await store.Find<KnownFacility>(ShipmentStore.Facilities, ShipmentStore.Everything, facility, cancel))?.Country;
                countries[facility] = found;
            }

            return found;
        }
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
internal sealed record ShipmentSummary(
    string ShipmentId, ShipmentState State, string? Origin, string? FromFacilityId, string? ToFacilityId, string? Destination,
    DateTimeOffset? RequestedAt, DateTimeOffset? DispatchedAt, DateTimeOffset? ReceivedAt, IReadOnlyList<string> VaccineIds,
    int LineCount, long Doses)
{
    /// <summary>The shipment in short.</summary>
    public static ShipmentSummary Of(ShipmentRecord shipment) => new(
        shipment.ShipmentId, shipment.State, shipment.Route.Origin, shipment.Route.FromFacilityId,
        shipment.Route.ToFacilityId, shipment.Route.Destination, shipment.RequestedAt?.ToUniversalTime(),
        shipment.DispatchedAt?.ToUniversalTime(), shipment.ReceivedAt?.ToUniversalTime(),
        [.. shipment.Lines.Select(line => line.VaccineId).Distinct()], shipment.Lines.Count, shipment.Lines.Sum(line => line.Doses));
}
