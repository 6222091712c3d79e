using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Distribution.Administration.Domain;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts;
using Distribution.Interop.Sheets;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>One line of target populations in bulk.</summary>
/// <param name="FacilityId">The place.</param>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="Year">The year for which it holds.</param>
/// <param name="Source">Who says so.</param>
/// <param name="Cells">The people, by age band and sex where these are known.</param>
/// <param name="DoseNumber">The dose number that these people are to get; left out for all that have no target population of their own.
/// </param>
internal sealed record SetTargetPopulations(
    [Required] string? FacilityId, [Required] string? VaccineId, [Required] int? Year, [Required] string? Source,
    [Required] IReadOnlyList<TargetCell>? Cells, string? DoseNumber)
{
    private const int ChunkLines = 500;
    private const int DryRunLinesMax = 20_000;

    /// <summary>The columns that a sheet of them can have: the rows of a place, vaccine, year and dose number are one line.</summary>
    private static readonly SheetTarget Sheet = new("target-populations",
    [
        new("facilityId", SheetFieldKind.Code), new("vaccineId", SheetFieldKind.Code), new("year", SheetFieldKind.Whole),
        new("doseNumber", SheetFieldKind.CodeOrNumber), new("source", SheetFieldKind.Text),
        new("ageBand", SheetFieldKind.Text, IsPart: true), new("sex", SheetFieldKind.Text, IsPart: true),
        new("population", SheetFieldKind.Whole, IsPart: true),
    ])
    {
        Parts = "cells",
        PartsOf = ["facilityId", "vaccineId", "year"],
        PartsOfWhereSaid = ["doseNumber"],
    };

    public static void Map(RouteGroupBuilder routes)
    {
        MapBulk(routes);
        routes.MapImports<AdministrationStore>(Sheet, Right.TargetWrite, """
            {
              "columns": [
                {"column": "Regione", "field": "facilityId", "values": {"Lombardia": "IT-LOM", "Sicilia": "IT-SIC"}},
                {"column": "Sesso", "field": "sex", "values": {"F": "female", "M": "male"}},
                {"column": "Popolazione", "field": "population"}
              ],
              "constants": {"vaccineId": "COVID-MRNA", "year": "2021", "source": "ISTAT"}, "thousandsSeparator": "."
            }
            """);
    }

    private static void MapBulk(RouteGroupBuilder routes) => routes.MapPost("/bulk", Handle)
        .WithName("SetTargetPopulations").Needs(Right.TargetWrite)
        .WithSummary("Set many target populations as NDJSON, the body of the single request with facilityId and vaccineId, or as a sheet "
            + "(CSV, xlsx) with a row for each cell. Safe to repeat.")
        .WithExampleLines<SetTargetPopulations>("""
            {"facilityId": "IT-LOM", "vaccineId": "COVID-MRNA", "year": 2021, "source": "ISTAT, 1 January 2021", "cells": [{"population": 9981554}]}
            {"facilityId": "IT-SIC", "vaccineId": "COVID-MRNA", "year": 2021, "source": "ISTAT, 1 January 2021", "cells": [{"population": 4833705}]}
            """)
        .WithMetadata(new DisableRequestSizeLimitAttribute())
        .Accepts<SetTargetPopulations>(Ndjson.MediaType, SheetBody.Csv, SheetBody.Xlsx)
        .WithExampleSheet("facilityId,vaccineId,year,source,sex,population\nIT-LAZ,COVID-MRNA,2021,ISTAT,female,2959172\n"
            + "IT-LAZ,COVID-MRNA,2021,ISTAT,male,2771227\n")
        .Produces<BulkAnswer>();

    private static async Task<IResult> Handle(
        HttpContext http, [Description(SheetBody.ImportMeaning)] string? import, [Description(SheetBody.DryRunMeaning)] bool? dryRun,
        AdministrationStore store, ReferenceData reference, Caller caller, CancellationToken cancel)
    {
        using var body = await SheetBody.Open(http, Sheet, store, import, null, cancel);
        if (body.Refusal is { } refused) return refused.ToResult();
        await reference.CatchUp(store, cancel);
        var lines = new BulkLines();
        var (rejected, warnings) = (new LineProblems(), new LineProblems());
        var chunk = new List<(string FacilityId, string VaccineId, TargetPopulation Target)>();
        long accepted = 0, unchanged = 0;
        await foreach (var line in body.Lines(cancel))
        {
            if (line.Warning is { } warning) warnings.Add(line.Number, null, warning);
            if ((Read(lines, line, out var id, out var set)
                ?? caller.RefuseAt(Right.TargetWrite, reference.Tree, set.FacilityId)?.Detail
                ?? SetTargetPopulation.Merged(reference, set.FacilityId)) is { } problem)
            {
                rejected.Add(line.Number, id, problem);
                continue;
            }

            chunk.Add(set);
            if (chunk.Count < (dryRun == true ? DryRunLinesMax : ChunkLines)) continue;
            if (dryRun == true) return SheetBody.TooLongToTry(DryRunLinesMax).ToResult();
            await Take();
        }

        if (chunk.Count > 0) await Take();
        return Results.Ok(new BulkAnswer(accepted, unchanged, rejected.Listed, rejected.Total, warnings.ListedOrNull));

        async Task Take()
        {
            var (changed, same) = await Commit(chunk, dryRun == true, store, reference, caller);
            accepted += changed;
            unchanged += same;
            chunk.Clear();
        }
    }

    private static string? Read(
        BulkLines lines, in NdjsonLine line, out string? id, out (string FacilityId, string VaccineId, TargetPopulation Target) set)
    {
        id = null;
        set = default;
        if (lines.Read<SetTargetPopulations>(line, out var request) is { } wrong) return wrong;
        id = $"{request!.FacilityId}/{request.VaccineId}";
        if (!Ids.IsId(request.FacilityId)) return "facilityId: " + Ids.Rule;
        if (!Ids.IsId(request.VaccineId)) return "vaccineId: " + Ids.Rule;
        var target = new TargetPopulation(request.Year ?? 0, request.Source ?? "", request.Cells ?? [], request.DoseNumber);
        foreach (var (field, problem) in target.Problems()) return $"{field}: {problem}";
        set = (request.FacilityId!, request.VaccineId!, target);
        return null;
    }

    private static async Task<(int Changed, int Same)> Commit(
        List<(string FacilityId, string VaccineId, TargetPopulation Target)> chunk, bool isDryRun, AdministrationStore store,
        ReferenceData reference, Caller caller)
    {
        if (isDryRun)
        {
            var tried = (await store.Try(null, Decide, CancellationToken.None)).Answer!;
            return (tried.Count, chunk.Count - tried.Count);
        }

        var changed = (await store.Change<List<TargetPopulationDocument>>(async tx => await Decide(tx), CancellationToken.None)).Answer;
        foreach (var document in changed) reference.Apply(document);
        return (changed.Count, chunk.Count - changed.Count);

        async ValueTask<List<TargetPopulationDocument>> Decide(ITransaction tx)
        {
            var changed = new List<TargetPopulationDocument>();
            foreach (var (facilityId, vaccineId, target) in chunk)
            {
                var (document, isChanged) = await SetTargetPopulation.Set(tx, reference, facilityId, vaccineId, target, caller);
                if (isChanged) changed.Add(document);
            }

            return changed;
        }
    }
}
