using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Distribution.Interop.Sheets;
using Distribution.Inventory.Held;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Registration;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>One line of a bulk body. A field that may be null stays as it is when it is left out; null clears it.</summary>
/// <param name="FacilityId">The facility's code.</param>
/// <param name="Name">The name that people use.</param>
/// <param name="Level">Its level in the tree of places.</param>
/// <param name="ParentId">The place that contains it, or null for a root.</param>
/// <param name="Country">The country's code.</param>
/// <param name="Gln">GS1 Global Location Number: 13 digits with a correct check digit.</param>
/// <param name="Latitude">Degrees north.</param>
/// <param name="Longitude">Degrees east.</param>
/// <param name="HoldsReturns">Whether expired and recalled lots may be sent there, on their way back.</param>
/// <param name="TimeZone">Its time zone by the IANA name, such as <c>Africa/Addis_Ababa</c>; without one that of the place above it, or
/// UTC. Times that are sent without an offset are of this zone.</param>
/// <param name="ClosedOn">Its last day, as YYYY-MM-DD. What is reported of later days is taken, and listed for review.</param>
/// <param name="Identifiers">What others call it, up to 20: each is that of one facility alone.</param>
internal sealed record FacilityLine(
    [Required] string? FacilityId, [Required] string? Name, [Required, ValuesOf(typeof(PlaceLevel))] string? Level,
    Stated<string?>? ParentId, [Required] string? Country, Stated<string?>? Gln = null, Stated<double?>? Latitude = null,
    Stated<double?>? Longitude = null, Stated<bool?>? HoldsReturns = null, Stated<string?>? TimeZone = null,
    Stated<DateOnly?>? ClosedOn = null, Stated<IReadOnlyList<FacilityIdentifierBody?>?>? Identifiers = null)
{
    /// <summary>The same without its code.</summary>
    public FacilityBody Body => new(
        Name, Level, ParentId, Country, Gln, Latitude, Longitude, HoldsReturns, TimeZone, ClosedOn, Identifiers);
}

/// <summary>
/// Makes or changes many facilities from a stream, in chunks. Lines may come in any order: one whose parent is not
/// known yet is kept and tried again at the end.
/// </summary>
internal static class PutFacilitiesInBulk
{
    private const int ChunkLinesMax = 300;
    private const int WaitingLinesMax = 50_000;
    private const int DryRunLinesMax = 20_000;

    /// <summary>The columns that a sheet of facilities can have.</summary>
    private static readonly SheetTarget Sheet = new("facilities",
    [
        new("facilityId", SheetFieldKind.Code), new("name", SheetFieldKind.Text), new("level", SheetFieldKind.Text),
        new("parentId", SheetFieldKind.Code), new("country", SheetFieldKind.Text), new("gln", SheetFieldKind.Code),
        new("latitude", SheetFieldKind.Fraction), new("longitude", SheetFieldKind.Fraction), new("holdsReturns", SheetFieldKind.Truth),
        new("timeZone", SheetFieldKind.Text), new("closedOn", SheetFieldKind.Date),
    ]);

    public static void Map(RouteGroupBuilder facilities)
    {
        MapBulk(facilities);
        facilities.MapImports<InventoryStore>(Sheet, Right.ReferenceWrite, """
            {
              "columns": [
                {"column": "Codice", "field": "facilityId"}, {"column": "Denominazione", "field": "name"},
                {"column": "Regione", "field": "parentId"}
              ],
              "constants": {"level": "facility", "country": "IT"}, "separator": ";", "encoding": "windows-1252", "headerRow": 3
            }
            """);
    }

    private static void MapBulk(RouteGroupBuilder facilities) => facilities.MapPost("/bulk", Handle)
        .WithName("PutFacilitiesInBulk").Needs(Right.ReferenceWrite)
        .WithSummary("Makes or changes facilities from NDJSON or a sheet (CSV, xlsx), one a line with its facilityId, in any order.")
        .WithExampleLines<FacilityLine>("""
            {"facilityId": "IT", "name": "Italia", "level": "country", "country": "IT"}
            {"facilityId": "IT-LAZ", "name": "Lazio", "level": "region", "parentId": "IT", "country": "IT"}
            {"facilityId": "IT-LAZ-HUB", "name": "Hub regionale, Roma", "level": "facility", "parentId": "IT-LAZ", "country": "IT"}
            """)
        .WithMetadata(new DisableRequestSizeLimitAttribute())
        .Accepts<FacilityLine>(Ndjson.MediaType, SheetBody.Csv, SheetBody.Xlsx)
        .WithExampleSheet("facilityId,name,level,parentId,country\nIT-LAZ-STORE,Magazzino regionale,facility,IT-LAZ,IT\n")
        .Produces<BulkAnswer>();

    internal static async Task<IResult> Handle(
        HttpContext http, [Description(SheetBody.ImportMeaning)] string? import, [Description(SheetBody.DryRunMeaning)] bool? dryRun,
        InventoryStore store, Places places, HeldFacts held, Caller caller, CancellationToken cancel)
    {
        using var body = await SheetBody.Open(http, Sheet, store, import, null, cancel);
        if (body.Refusal is { } refused) return refused.ToResult();
        var run = new Run(store, places, held, caller, dryRun == true);
        await foreach (var line in body.Lines(cancel))
            if (!await run.Take(line, cancel)) return SheetBody.TooLongToTry(DryRunLinesMax).ToResult();
        return Results.Ok(await run.End(cancel));
    }

    private readonly record struct Waiting(long Number, string FacilityId, FacilityBody Body);

    private sealed class Run(InventoryStore store, Places places, HeldFacts held, Caller caller, bool isDryRun)
    {
        private readonly List<Waiting> _chunk = [];
        private readonly List<Waiting> _waiting = [];
        private readonly BulkLines _lines = new();
        private readonly LineProblems _rejected = new();
        private readonly LineProblems _warnings = new();
        private readonly Dictionary<string, string?> _parents = [];
        private long _accepted, _unchanged;

        /// <summary>Takes a line in; false where a dry run has too many.</summary>
        public async Task<bool> Take(NdjsonLine line, CancellationToken cancel)
        {
            if (line.Warning is { } warning) _warnings.Add(line.Number, null, warning);
            if (_lines.Read<FacilityLine>(line, out var read) is { } wrong)
            {
                Reject(line.Number, null, wrong);
                return true;
            }

            var body = read!.Body;
            if (body.Check(read.FacilityId) is { } invalid) Reject(line.Number, read.FacilityId, invalid.Detail);
            else _chunk.Add(new Waiting(line.Number, read.FacilityId!, body));
            if (isDryRun) return _chunk.Count < DryRunLinesMax;
            if (_chunk.Count >= ChunkLinesMax) await Flush(last: false, cancel);
            return true;
        }

        public async Task<BulkAnswer> End(CancellationToken cancel)
        {
            if (isDryRun) await Try(cancel);
            await Flush(last: false, cancel);
            var retry = FromTheTop(_waiting);
            _waiting.Clear();
            foreach (var chunk in retry.Chunk(ChunkLinesMax))
            {
                _chunk.AddRange(chunk);
                await Flush(last: true, cancel);
            }

            return new BulkAnswer(_accepted, _unchanged, [.. _rejected.Listed.OrderBy(line => line.Line)], _rejected.Total,
                _warnings.ListedOrNull);
        }

        /// <summary>Decides all lines in one change, and gives it up.</summary>
        private async Task Try(CancellationToken cancel)
        {
            var tried = await store.Try(null, async tx =>
            {
                var (outcomes, waiting) = (new List<(Waiting, FacilityDecided)>(_chunk.Count), new List<Waiting>());
                foreach (var line in _chunk)
                {
                    var decided = await Decide(line);
                    if (decided.Outcome == FacilityOutcome.ParentUnknown) waiting.Add(line);
                    else outcomes.Add((line, decided));
                }

                foreach (var line in FromTheTop(waiting)) outcomes.Add((line, await Decide(line)));
                return outcomes;

                ValueTask<FacilityDecided> Decide(Waiting line) =>
                    FacilityChanges.Decide(tx, places, line.FacilityId, line.Body, alone: true, caller);
            }, cancel);
            foreach (var (line, decided) in tried.Answer!) Note(line, decided, last: true);
            _chunk.Clear();
        }

        // From the top of the tree downwards, every parent that is in the body comes before its children.
        private List<Waiting> FromTheTop(IEnumerable<Waiting> waiting)
        {
            var lines = waiting.OrderBy(line => PlaceLevel.Rank(line.Body.Level)).ThenBy(line => line.Number).ToList();
            foreach (var line in lines) _parents[line.FacilityId] = line.Body.ParentId?.Value;
            return lines;
        }

        private async Task Flush(bool last, CancellationToken cancel)
        {
            if (_chunk.Count == 0) return;
            var decided = await Commit(_chunk, alone: false, cancel);
            for (var i = 0; i < decided.Count; i++)
            {
                var outcome = decided[i].Outcome == FacilityOutcome.MustBeAlone
                    ? (await Commit([_chunk[i]], alone: true, cancel))[0]
                    : decided[i];
                Note(_chunk[i], outcome, last);
            }

            _chunk.Clear();
        }

        private async Task<IReadOnlyList<FacilityDecided>> Commit(IReadOnlyList<Waiting> lines, bool alone, CancellationToken cancel)
        {
            var reads = lines.SelectMany(line => FacilityChanges.Reads(line.FacilityId, line.Body));
            var decided = await store.Change<List<FacilityDecided>>(async tx =>
            {
                var outcomes = new List<FacilityDecided>(lines.Count);
                foreach (var line in lines)
                    outcomes.Add(await FacilityChanges.Decide(tx, places, line.FacilityId, line.Body, alone, caller));
                return outcomes;
            }, cancel, [.. reads]);
            foreach (var one in decided.Answer) FacilityChanges.Committed(places, held, one);
            return decided.Answer;
        }

        private void Note(Waiting line, in FacilityDecided decided, bool last)
        {
            switch (decided.Outcome)
            {
                case FacilityOutcome.Created or FacilityOutcome.Changed:
                    _accepted++;
                    break;
                case FacilityOutcome.Unchanged:
                    _unchanged++;
                    break;
                case FacilityOutcome.ParentUnknown when !last && _waiting.Count < WaitingLinesMax:
                    _waiting.Add(line);
                    break;
                default:
                    Reject(line.Number, line.FacilityId, Cycle(line.FacilityId) ?? decided.Refusal!.Detail);
                    break;
            }
        }

        /// <summary>Why a line whose parent never became known cannot become right, when the lines contain each other.</summary>
        private string? Cycle(string id)
        {
            var path = new List<string> { id };
            for (var at = _parents.GetValueOrDefault(id); at is not null && path.Count <= PlaceLevel.All.Count + 1;
                at = _parents.GetValueOrDefault(at))
            {
                path.Add(at);
                if (at == id) return $"the parents form a cycle: {string.Join(" → ", path)}; a place cannot contain itself";
            }

            return null;
        }

        private void Reject(long number, string? id, string reason) => _rejected.Add(number, id, reason);
    }
}
