using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Epcis.Meaning;
using Distribution.Shipment.Requests;
using Distribution.Shipment.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Shipment.Features;

/// <summary>
/// Takes past consignments as NDJSON of any length, in chunks that are each committed as one. The shipment's id makes a
/// repeat harmless, so a stream that broke off is simply sent again.
/// </summary>
internal static class RecordPastConsignments
{
    private const int ChunkConsignmentsMax = 500;
    private const int ChunkLinesMax = 5000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/bulk", Handle)
        .WithName("RecordPastConsignments").Needs(Right.ShipmentSend)
        .WithSummary("Takes past consignments (NDJSON), each received in full, answered per line.")
        .WithExampleLines<PastConsignment>("""
            {"shipmentId": "IT-2021-0007", "origin": "Pfizer, Puurs", "toFacilityId": "IT-LAZ-HUB", "dispatchedAt": "2021-04-06T05:00:00Z", "receivedAt": "2021-04-07T09:30:00Z", "lines": [{"vaccineId": "COVID-MRNA", "lotNumber": "FA5829", "doses": 5850}]}
            {"shipmentId": "IT-2021-0008", "fromFacilityId": "IT-LAZ-HUB", "toFacilityId": "IT-LAZ-0101", "dispatchedAt": "2021-04-08T06:00:00Z", "receivedAt": "2021-04-08T08:00:00Z", "lines": [{"vaccineId": "COVID-MRNA", "lotNumber": "FA5829", "doses": 1170}]}
            """)
        .WithMetadata(new DisableRequestSizeLimitAttribute())
        .Produces<PastConsignmentsAnswer>();

    private static async Task<IResult> Handle(
        HttpRequest request, ShipmentStore store, ShipmentPlaces places, Settlement settlement, TimeProvider clock, Caller caller,
        CancellationToken cancel)
    {
        var lines = new BulkLines();
        var answer = new PastConsignmentsAnswer();
        var waiting = new Waiting(store, clock, Patience.Of(request));
        var rights = await places.RightsOf(caller, Right.ShipmentSend, cancel);
        var chunk = new List<CheckedConsignment>();
        var chunkLines = 0;
        await foreach (var line in Ndjson.Lines(request.BodyReader, cancel))
        {
            var (consignment, problem) = await PastConsignment.Read(lines, line, places, rights, clock.GetUtcNow(), cancel);
            if (consignment is null)
            {
                answer.Reject(problem!);
                continue;
            }

            chunk.Add(consignment);
            chunkLines += consignment.Lines.Count;
            if (chunk.Count < ChunkConsignmentsMax && chunkLines < ChunkLinesMax) continue;
            await Commit(store, settlement, waiting, chunk, answer, rights, caller, cancel);
            chunk.Clear();
            chunkLines = 0;
        }

        if (chunk.Count > 0) await Commit(store, settlement, waiting, chunk, answer, rights, caller, cancel);
        return TypedResults.Ok(answer);
    }

    private static async ValueTask Commit(
        ShipmentStore store, Settlement settlement, Waiting waiting, List<CheckedConsignment> chunk, PastConsignmentsAnswer answer,
        ShipmentRights rights, Caller caller, CancellationToken cancel)
    {
        // Each consignment is recognised by its own id, so the chunk needs no cause.
        var outcomes = (await store.Change<List<(CheckedConsignment, Taken, string?)>>(async tx =>
        {
            var outcomes = new List<(CheckedConsignment, Taken, string?)>(chunk.Count);
            foreach (var one in chunk)
            {
                var (taken, problem) = await Take(tx, one, rights, caller);
                outcomes.Add((one, taken, problem));
            }

            return outcomes;
        }, cancel)).Answer;
        await settlement.Settle([.. chunk.Select(one => Missing.Step(one.Start.ShipmentId))], cancel);

        foreach (var (one, taken, problem) in outcomes)
        {
            var line = new LineProblem(one.Line, one.Start.ShipmentId, problem ?? "");
            if (taken == Taken.Conflict) answer.Conflict(line);
            else if (taken == Taken.Rejected) answer.Reject(line);
            else if (await waiting.For(one.Start.Route, one.Lines, cancel) is { } reason) answer.Hold(line with { Reason = reason });
            else if (taken == Taken.Before) answer.Duplicates++;
            else answer.Accepted++;
        }
    }

    private static async ValueTask<(Taken, string?)> Take(
        ITransaction tx, CheckedConsignment one, ShipmentRights rights, Caller caller)
    {
        var start = one.Start;
        var known = await tx.FindShipment(start.ShipmentId);
        if (known?.Fingerprint == start.Fingerprint)
            return ShipmentChanges.GivenUp(known) is { } reason ? (Taken.Conflict, reason) : (Taken.Before, null);
        if (ShipmentChanges.NextRevision(known, start.Fingerprint) is not { } revision)
            return (Taken.Conflict, "the shipmentId already exists with other content: choose another id, or send the first content");
        if (await tx.CheckCorrects(start.Corrects, rights) is { } wrong) return (Taken.Rejected, wrong.Detail);
        await tx.Keep(known, ShipmentDecisions.Past(
            start with { Revision = revision }, one.DispatchedAt, one.ReceivedAt, one.Lines, new Stamp(tx.Now, caller.Subject)));
        return (Taken.Now, null);
    }

    private enum Taken
    {
        Now,
        Before,
        Conflict,
        Rejected,
    }
}

/// <summary>What became of the lines of a bulk body. Counts are in shipments.</summary>
internal sealed class PastConsignmentsAnswer
{
    private const int IdCharsMax = 64;
    private const int ReasonCharsMax = 500;

    private readonly LineProblems _conflicts = new();
    private readonly LineProblems _rejected = new();
    private readonly LineProblems _held = new();

    /// <summary>Taken for the first time, and counted.</summary>
    public long Accepted { get; set; }

    /// <summary>Known already, with the same content.</summary>
    public long Duplicates { get; set; }

    /// <summary>Taken, now or before, and held: each names a place or vaccine that is not known, and counts when it is.</summary>
    public long Held => _held.Total;

    /// <summary>What is held, with what it waits for. The first 100.</summary>
    public IReadOnlyList<LineProblem> HeldLines => _held.Listed;

    /// <summary>Known already, with other content: nothing changed. The first 100.</summary>
    public IReadOnlyList<LineProblem> Conflicts => _conflicts.Listed;

    /// <summary>Not sensible. The first 100.</summary>
    public IReadOnlyList<LineProblem> Rejected => _rejected.Listed;

    /// <summary>How many conflicts there were.</summary>
    public long ConflictsTotal => _conflicts.Total;

    /// <summary>How many were rejected.</summary>
    public long RejectedTotal => _rejected.Total;

    /// <summary>Notes a line that is held.</summary>
    public void Hold(LineProblem line) => _held.Add(line);

    /// <summary>Notes a conflict.</summary>
    public void Conflict(LineProblem problem) => _conflicts.Add(problem);

    /// <summary>Notes a rejected line.</summary>
    public void Reject(LineProblem problem) =>
        _rejected.Add(problem with { Id = Short(problem.Id, IdCharsMax), Reason = Short(problem.Reason, ReasonCharsMax)! });

    private static string? Short(string? text, int charsMax) => text is null || text.Length <= charsMax ? text : text[..charsMax] + "…";
}
