using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.Shipment.Epcis.Kept;
using Distribution.Shipment.Epcis.Meaning;
using Distribution.Shipment.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Shipment.Epcis.Routes;

/// <summary>
/// What EPCIS events say of shipments that does not count: what waits for a GTIN, a GLN or another event, and what a person has to see to.
/// A caller sees those that name a place where it may see stock, and its own.
/// </summary>
internal static class ListHeldEvents
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/", Handle)
        .WithName("ListHeldEvents").Needs(Right.StockRead).IsDear()
        .WithSummary("Kept EPCIS events that do not count for shipments yet, with what each waits for. Follow 'next' to the end: a page "
            + "may be short.")
        .Produces<Page<HeldEvent>>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string? after, int? limit, ShipmentStore store, EventReading reading, Caller caller, CancellationToken cancel)
    {
        if (Paging.Check(limit, out var items) is { } invalid) return invalid.ToResult();
        var page = await store.Scan(Reports.NotCounting, Reports.Everything, after, items, cancel);
        var found = new List<HeldEvent>();
        foreach (var document in page)
        {
            if (await store.Find<Report>(Reports.Collection, Reports.Everything, document.Id, cancel) is { } report
                && Held(report) is { } held && await reading.Find(report.EventId, caller, cancel) is not null) found.Add(held);
        }

        return TypedResults.Ok(new Page<HeldEvent>(found, page.Count == items ? page[^1].Id : null));
    }

    /// <summary>Why a report does not count; null where it does.</summary>
    public static HeldEvent? Held(Report report) => report.State is ReportState.Held or ReportState.ForPerson
        ? new HeldEvent(report.EventId, report.Missing ?? [], report.Reason ?? "")
        : null;
}
