using System.ComponentModel.DataAnnotations;
using Distribution.Administration.Domain;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>
/// Sets the target population of a place for a vaccine and a year; those of other years stay. Neither place nor vaccine needs to be known
/// yet: it shows when they are.
/// </summary>
/// <param name="Year">The year for which it holds, 1900 to 2200.</param>
/// <param name="Source">Who says so, 1 to 200 characters.</param>
/// <param name="Cells">The people, by age band and sex where these are known.</param>
/// <param name="DoseNumber">The dose number that these people are to get; left out for all that have no target population of their own.
/// </param>
internal sealed record SetTargetPopulation(
    [Required] int? Year, [Required] string? Source, [Required] IReadOnlyList<TargetCell>? Cells, string? DoseNumber)
{
    public static void Map(RouteGroupBuilder routes) => routes.MapPut("/{facilityId}/{vaccineId}", Handle)
        .WithName("SetTargetPopulation").Needs(Right.TargetWrite)
        .WithSummary(
            "Set the people who are to get a vaccine in a place in a year, with the source of the number. Those of other years stay.")
        .WithExample("""
            {
              "year": 2021, "source": "ISTAT, 1 January 2021",
              "cells": [{"ageBand": "70-79", "population": 556000}, {"ageBand": "80+", "population": 398000}]
            }
            """, ("facilityId", "IT-LAZ"), ("vaccineId", "COVID-MRNA"))
        .Produces<TargetPopulationView>()
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string facilityId, string vaccineId, SetTargetPopulation request,
        AdministrationStore store, ReferenceData reference, Caller caller, CancellationToken cancel)
    {
        var target = new TargetPopulation(request.Year ?? 0, request.Source ?? "", request.Cells ?? [], request.DoseNumber);
        var errors = new FieldErrors();
        errors.RequireId(facilityId, "facilityId");
        errors.RequireId(vaccineId, "vaccineId");
        foreach (var (field, problem) in target.Problems()) errors.Add(field, problem);
        if (errors.ToRefusal() is { } refusal) return refusal.ToResult();
        // Another instance may know of a merger that this one has not heard of.
        await reference.CatchUp(store, cancel);
        if (caller.RefuseAt(Right.TargetWrite, reference.Tree, facilityId) is { } hidden) return hidden.ToResult();
        if (Merged(reference, facilityId) is { } merged) return Refusal.Conflict(merged).ToResult();

        // Setting the same twice changes nothing the second time, so the request needs no id.
        var set = await store.Change<TargetPopulationDocument>(
            async tx => (await Set(tx, reference, facilityId, vaccineId, target, caller)).Document, cancel);
        var document = set.Answer;
        reference.Apply(document);
        return Results.Ok(TargetPopulationView.Of(document));
    }

    /// <summary>What to say of a place that was merged into another, whose people are counted there; else null.</summary>
    public static string? Merged(ReferenceData reference, string facilityId) => reference.Tree.Find(facilityId)?.MergedInto is { } into
        ? $"facilityId: '{facilityId}' was merged into '{into}': set the target population of '{into}', with the people of both"
        : null;

    /// <summary>Sets it unless it is so already.</summary>
    public static async ValueTask<(TargetPopulationDocument Document, bool Changed)> Set(
        ITransaction tx, ReferenceData reference, string facilityId, string vaccineId, TargetPopulation target, Caller caller)
    {
        tx.Concerns(facilityId);
        if (reference.Tree.MergedInto(facilityId) is { Count: > 0 } merged) target = target with { Includes = merged };
        var id = TargetPopulationDocument.Id(facilityId, target);
        var before = await tx.Find<TargetPopulationDocument>(Collections.TargetPopulations, vaccineId, id);
        if (before is null && target.DoseNumber is null
            && await tx.Find<TargetPopulationDocument>(Collections.TargetPopulations, vaccineId, facilityId) is { } single
            && single.Target.Year == target.Year)
        {
            await tx.Delete(Collections.TargetPopulations, vaccineId, facilityId);
            before = single;
        }
        else if (before is not null && before.Target.SaysTheSameAs(target)) return (before, false);

        var now = new TargetPopulationDocument(facilityId, vaccineId, (before?.Version ?? 0) + 1, target, caller.Subject, tx.Now);
        await tx.Put(Collections.TargetPopulations, vaccineId, id, now);
        await tx.Put(Collections.Meta, Collections.Whole, Collections.TargetPopulations, "{}"u8.ToArray());
        tx.Publish(
            new TargetPopulationChanged(
                facilityId, vaccineId, now.Version, target.Year, target.Source, target.Cells.Sum(cell => cell.Population),
                target.DoseNumber),
            supersedes: $"target-population:{vaccineId}:{id}");
        return (now, true);
    }
}

/// <summary>A target population as it was set.</summary>
/// <param name="FacilityId">The place.</param>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="Version">Rises with each change.</param>
/// <param name="Year">The year for which it holds.</param>
/// <param name="Source">Who says so.</param>
/// <param name="Population">People over all cells.</param>
/// <param name="Cells">The people, by whatever is known of them.</param>
/// <param name="RecordedBy">Who set it.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="DoseNumber">The dose number that these people are to get; null for all that have no target population of their own.
/// </param>
internal sealed record TargetPopulationView(
    string FacilityId, string VaccineId, long Version, int Year, string Source, long Population, IReadOnlyList<TargetCell> Cells,
    string RecordedBy, DateTimeOffset RecordedAt, string? DoseNumber)
{
    public static TargetPopulationView Of(TargetPopulationDocument document) => new(
        document.FacilityId, document.VaccineId, document.Version, document.Target.Year, document.Target.Source,
        document.Target.Cells.Sum(cell => cell.Population), document.Target.Cells, document.RecordedBy, document.RecordedAt,
        document.Target.DoseNumber);
}
