using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Distribution.Administration.Dhis2;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Interop.Dhis2;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>Says what the data elements of a data set are fed from.</summary>
/// <param name="Mapping">A line for each data element and vaccine.</param>
internal sealed record PutDhis2Mapping([Required] IReadOnlyList<MappedElement?>? Mapping)
{
    private const string DataSetMeaning = "The data set's uid.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/dhis2/mappings/{dataSet}", Handle)
            .WithName("PutDhis2Mapping").Needs(Right.ReferenceWrite).WithTags("DHIS2")
            .WithSummary("Say what the data elements of a data set of DHIS2 are fed from. Its metadata must have been sent before.")
            .WithDescription("Checked against the metadata: each dose is in one cell of a data element at most, age bands lie in those of "
                + "the cell, and what is fed from nothing is listed.")
            .WithExample("""
                {"mapping": [{"dataElement": "WSy7zOZx1Wl", "measure": "doses", "vaccineId": "COVID-MRNA", "doseNumber": "1", "cells": [
                  {"ageBand": "0-11m", "categoryOptionCombo": "JKuWbG5bWAu"}, {"ageBand": "12m+", "categoryOptionCombo": "UIQxmxgioxH"}]}]}
                """, ("dataSet", "jqSaKxtj8IA"))
            .Produces<Dhis2MappingView>()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapGet("/dhis2/mappings/{dataSet}", Get)
            .WithName("GetDhis2Mapping").Needs(Right.ReferenceRead).WithTags("DHIS2")
            .WithSummary("What the data elements of a data set of DHIS2 are fed from, and which are not.")
            .Produces<Dhis2MappingView>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>404: there is no such data set here.</summary>
    public static Refusal Unknown(string dataSet) => new(StatusCodes.Status404NotFound, "Not found",
        $"The data set '{dataSet}' is not known here: send DHIS2's metadata of it to /dhis2/metadata first.");

    private static async Task<IResult> Handle(
        [Description(DataSetMeaning)] string dataSet, PutDhis2Mapping request, AdministrationStore store, ReferenceData reference,
        Caller caller, CancellationToken cancel)
    {
        if (!Uid.Is(dataSet)) return Refusal.Field("dataSet", Uid.Rule).ToResult();
        if (request.Mapping is null) return Refusal.Field("mapping", "is missing: say what each data element is fed from").ToResult();
        await reference.CatchUp(store, cancel);
        StoredDataSet? known = null;
        var decided = await store.Change<StoredMapping>(async tx =>
        {
            known = await tx.Find<StoredDataSet>(StoredDataSet.Collection, Collections.Whole, dataSet);
            if (known is null) return Unknown(dataSet);
            var before = await tx.Find<StoredMapping>(StoredMapping.Collection, Collections.Whole, dataSet);
            // By it others' figures may be sent as well.
            if (before is not null && before.RecordedBy != caller.Subject && !caller.ReachOf(Right.ReferenceWrite).IsEverywhere)
            {
                return Refusal.NoRight(
                    $"The mapping of '{dataSet}' is {before.RecordedBy}'s: it is changed by that caller, or with the right everywhere.");
            }

            var (elements, refusal) = new MappingCheck(known.Set, reference).Check(request.Mapping);
            if (refusal is not null) return refusal;
            var mapping = new StoredMapping(elements, caller.Subject, tx.Now);
            await tx.Put(StoredMapping.Collection, Collections.Whole, dataSet, mapping);
            return mapping;
        }, cancel);
        return decided.Refusal is { } refused ? refused.ToResult() : Results.Ok(View(known!.Set, decided.Answer, reference));
    }

    private static async Task<IResult> Get(
        [Description(DataSetMeaning)] string dataSet, AdministrationStore store, ReferenceData reference, CancellationToken cancel)
    {
        var known = Uid.Is(dataSet)
            ? await store.Find<StoredDataSet>(StoredDataSet.Collection, Collections.Whole, dataSet, cancel)
            : null;
        if (known is null) return Unknown(dataSet).ToResult();
        return await store.Find<StoredMapping>(StoredMapping.Collection, Collections.Whole, dataSet, cancel) is { } mapping
            ? Results.Ok(View(known.Set, mapping, reference))
            : Refusal.NotFound("mapping", dataSet).ToResult();
    }

    private static Dhis2MappingView View(DataSet set, StoredMapping mapping, ReferenceData reference) => new(
        set.Id, set.Name, set.PeriodType, mapping.Elements, new MappingCheck(set, reference).LeftOver(mapping.Elements),
        mapping.RecordedBy, mapping.RecordedAt);
}

/// <summary>A mapping as it was said, with the names of DHIS2 as uids.</summary>
/// <param name="DataSet">The data set's uid.</param>
/// <param name="Name">Its name.</param>
/// <param name="PeriodType">How long its periods are.</param>
/// <param name="Mapping">What each data element is fed from.</param>
/// <param name="LeftOver">The data elements and cells that are fed from nothing, or not from all of what they hold, the first 1,000: for
/// these nothing is sent.</param>
/// <param name="RecordedBy">Who said so.</param>
/// <param name="RecordedAt">When it was recorded.</param>
internal sealed record Dhis2MappingView(
    string DataSet, string Name, string PeriodType, IReadOnlyList<MappedElement> Mapping, IReadOnlyList<Unfed> LeftOver, string RecordedBy,
    DateTimeOffset RecordedAt);
