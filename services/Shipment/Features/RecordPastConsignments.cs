using System.ComponentModel;
using System.Text.Json.Serialization;
using Distribution.Interop.Sheets;
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
    private const int DryRunConsignmentsMax = 20_000;

    /// <summary>The columns that a sheet of past consignments can have: the rows of a shipment are one line.</summary>
    private static readonly SheetTarget Sheet = new("shipments",
    [
        new("shipmentId", SheetFieldKind.Code), new("origin", SheetFieldKind.Text), new("fromFacilityId", SheetFieldKind.Code),
        new("toFacilityId", SheetFieldKind.Code), new("destination", SheetFieldKind.Text), new("dispatchedAt", SheetFieldKind.Moment),
        new("receivedAt", SheetFieldKind.Moment), new("corrects", SheetFieldKind.Code),
        new("vaccineId", SheetFieldKind.Text, IsPart: true), new("lotNumber", SheetFieldKind.Code, IsPart: true),
        new("expirationDate", SheetFieldKind.Date, IsPart: true), new("doses", SheetFieldKind.Whole, IsPart: true),
    ])
    {
        Parts = "lines",
        PartsOf = ["shipmentId"],
    };

    public static void Map(RouteGroupBuilder routes)
    {
        MapBulk(routes);
        routes.MapImports<ShipmentStore>(Sheet, Right.ShipmentSend, """
            {
              "columns": [
                {"column": "Spedizione", "field": "shipmentId"}, {"column": "A", "field": "toFacilityId"},
                {"column": "Partenza", "field": "dispatchedAt"}, {"column": "Arrivo", "field": "receivedAt"},
                {"column": "Lotto", "field": "lotNumber"}, {"column": "Dosi", "field": "doses"}
              ],
              "constants": {"origin": "Pfizer, Puurs", "vaccineId": "COVID-MRNA"}, "dateFormat": "dd/MM/yyyy"
            }
            """);
    }

    private static void MapBulk(RouteGroupBuilder routes) => routes.MapPost("/bulk", Handle)
        .WithName("RecordPastConsignments").Needs(Right.ShipmentSend)
        .WithSummary("Takes past consignments (NDJSON, or a sheet (CSV, xlsx) with a row for each of their lines), each received in full, "
            + "answered per line.")
        .WithExampleLines<PastConsignment>("""
            {"shipmentId": "IT-2021-0007", "origin": "Pfizer, Puurs", "toFacilityId": "IT-LAZ-HUB", "dispatchedAt": "2021-04-06T05:00:00Z", "receivedAt": "2021-04-07T09:30:00Z", "lines": [{"vaccineId": "COVID-MRNA", "lotNumber": "FA5829", "doses": 5850}]}
            {"shipmentId": "IT-2021-0008", "fromFacilityId": "IT-LAZ-HUB", "toFacilityId": "IT-LAZ-0101", "dispatchedAt": "2021-04-08T06:00:00Z", "receivedAt": "2021-04-08T08:00:00Z", "lines": [{"vaccineId": "COVID-MRNA", "lotNumber": "FA5829", "doses": 1170}]}
            """)
        .WithExampleSheet("shipmentId,origin,toFacilityId,dispatchedAt,receivedAt,vaccineId,lotNumber,doses\n"
            + "IT-2021-0009,\"Pfizer, Puurs\",IT-LAZ-HUB,2021-04-13,2021-04-14,COVID-MRNA,FA5829,1170\n")
        .WithMetadata(new DisableRequestSizeLimitAttribute())
        .Produces<PastConsignmentsAnswer>();

    private static async Task<IResult> Handle(
        HttpContext http, [Description(SheetBody.ImportMeaning)] string? import, [Description(SheetBody.DryRunMeaning)] bool? dryRun,
        ShipmentStore store, ShipmentPlaces places, Settlement settlement, TimeProvider clock, Caller caller,
        CancellationToken cancel)
    {
        using var body = await SheetBody.Open(http, Sheet, store, import, null, cancel);
        if (body.Refusal is { } refused) return refused.ToResult();
        var isDryRun = dryRun == true;
        var lines = new BulkLines();
        var answer = new PastConsignmentsAnswer();
        var waiting = new Waiting(store, clock, Patience.Of(http.Request));
        var rights = await places.RightsOf(caller, Right.ShipmentSend, cancel);
        var chunk = new List<CheckedConsignment>();
        var chunkLines = 0;
        await foreach (var line in body.Lines(cancel))
        {
            if (line.Warning is { } warning) answer.Warn(new LineProblem(line.Number, null, warning));
            var (consignment, problem) = await PastConsignment.Read(lines, line, places, rights, clock.GetUtcNow(), cancel);
            if (consignment is null)
            {
                answer.Reject(problem!);
                continue;
            }

            chunk.Add(consignment);
            chunkLines += consignment.Lines.Count;
            if (isDryRun && chunk.Count == DryRunConsignmentsMax) return SheetBody.TooLongToTry(DryRunConsignmentsMax).ToResult();
            if (isDryRun || (chunk.Count < ChunkConsignmentsMax && chunkLines < ChunkLinesMax)) continue;
            await Commit(store, settlement, waiting, chunk, answer, rights, caller, isDryRun, cancel);
            chunk.Clear();
            chunkLines = 0;
        }

        if (chunk.Count > 0) await Commit(store, settlement, waiting, chunk, answer, rights, caller, isDryRun, cancel);
        return TypedResults.Ok(answer);
    }

    private static async ValueTask Commit(
        ShipmentStore store, Settlement settlement, Waiting waiting, List<CheckedConsignment> chunk, PastConsignmentsAnswer answer,
        ShipmentRights rights, Caller caller, bool isDryRun, CancellationToken cancel)
    {
        // Each consignment is recognised by its own id, so the chunk needs no cause.
        var outcomes = isDryRun
            ? (await store.Try(null, Decide, cancel)).Answer!
            : (await store.Change<List<(CheckedConsignment, Taken, string?)>>(async tx => await Decide(tx), cancel)).Answer;
        if (!isDryRun) await settlement.Settle([.. chunk.Select(one => Missing.Step(one.Start.ShipmentId))], cancel);
        await Tell(outcomes, waiting, answer, cancel);

        async ValueTask<List<(CheckedConsignment, Taken, string?)>> Decide(ITransaction tx)
        {
            var outcomes = new List<(CheckedConsignment, Taken, string?)>(chunk.Count);
            foreach (var one in chunk)
            {
                var (taken, problem) = await Take(tx, one, rights, caller);
                outcomes.Add((one, taken, problem));
            }

            return outcomes;
        }
    }

    private static async ValueTask Tell(
        List<(CheckedConsignment, Taken, string?)> outcomes, Waiting waiting, PastConsignmentsAnswer answer, CancellationToken cancel)
    {
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
    private readonly LineProblems _warnings = new();

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

    /// <summary>The first lines of a sheet of which something may have been lost before it was sent, with what was read; left out where
    /// there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LineProblem>? Warnings => _warnings.ListedOrNull;

    /// <summary>Notes a warning.</summary>
    public void Warn(LineProblem line) => _warnings.Add(line);

    /// <summary>Notes a line that is held.</summary>
    public void Hold(LineProblem line) => _held.Add(line);

    /// <summary>Notes a conflict.</summary>
    public void Conflict(LineProblem problem) => _conflicts.Add(problem);

    /// <summary>Notes a rejected line.</summary>
    public void Reject(LineProblem problem) =>
        _rejected.Add(problem with { Id = Short(problem.Id, IdCharsMax), Reason = Short(problem.Reason, ReasonCharsMax)! });

    private static string? Short(string? text, int charsMax) => text is null || text.Length <= charsMax ? text : text[..charsMax] + "…";
}
