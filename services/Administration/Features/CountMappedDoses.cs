using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Distribution.Administration.Dhis2;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
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

/// <summary>Doses as values of a data set of DHIS2: what the gateway writes in DHIS2's forms.</summary>
internal static class CountMappedDoses
{
    private const int PlacesMax = 20_000;
    private const long ReadsMax = 50_000;
    private const long ValuesMax = 200_000;

    public static void Map(RouteGroupBuilder routes) => routes.MapGet("/mapped", Handle)
        .WithName("CountMappedDoses").Needs(Right.CoverageRead).WithTags("DHIS2").IsDear()
        .WithSummary("Doses as values of a data set of DHIS2, by its mapping; /dhis2/dataValueSets gives them in DHIS2's own forms.")
        .WithDescription("What is broken down by age, sex or group is told to those alone who may see lines (lines.read) at every place of "
            + "the answer; what is left out is said.")
        .Produces<MappedDoses>()
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        [Description("The data set's uid.")][Required] string? dataSet,
        [Description("A period, as DHIS2 writes it, such as 202603.")] string? period,
        [Description("Instead of a period: all whole ones from this day on, YYYY-MM-DD.")][DataType(DataType.Date)] string? startDate,
        [Description("The last day, YYYY-MM-DD.")][DataType(DataType.Date)] string? endDate,
        [Description("The place: its uid or code in DHIS2, or its code here.")][Required] string? orgUnit,
        [Description("True for the place and each one below it, every dose at one of them; else the place with all below it.")]
        bool? children,
        AdministrationStore store, ReferenceData reference, TimeProvider clock, Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Require(!string.IsNullOrEmpty(dataSet), "dataSet", "is missing: name a data set by its uid");
        errors.Require(!string.IsNullOrEmpty(orgUnit), "orgUnit", "is missing: name a place by its uid or code");
        if (errors.ToRefusal() is { } missing) return missing.ToResult();
        var sent = Uid.Is(dataSet)
            ? await store.Find<StoredDataSet>(StoredDataSet.Collection, Collections.Whole, dataSet!, cancel)
            : null;
        if (sent?.Set is not { } set) return PutDhis2Mapping.Unknown(dataSet!).ToResult();
        if (await store.Find<StoredMapping>(StoredMapping.Collection, Collections.Whole, dataSet!, cancel) is not { } mapping
            || Period.TypeOf(set.PeriodType) is not { } type)
        {
            return new Refusal(StatusCodes.Status404NotFound, "Not found",
                $"Nothing is mapped to the data set '{dataSet}': say with PUT /dhis2/mappings/{dataSet} what it is fed from.").ToResult();
        }

        var (periods, wrong) = ExportQuery.ReadPeriods(type, period, startDate, endDate);
        if (wrong is not null) return wrong.ToResult();
        await reference.CatchUp(store, cancel);
        var place = ExportQuery.FindPlace(reference.Tree, orgUnit!);
        if (place is null || !reference.Tree.Shows(caller.ReachOf(Right.CoverageRead), place.Id))
            return Refusal.NotFound("organisation unit", orgUnit!).ToResult();
        if (place.MergedInto is { } whole)
        {
            return Refusal.Field(
                "orgUnit", $"'{orgUnit}' is a part of '{whole}' since they were merged, which has its doses: ask for that").ToResult();
        }

        var places = children == true ? reference.Tree.WithAllBelow(place, PlacesMax) : [place];
        var query = new ExportQuery(periods, places, children == true);
        if (places.Count > PlacesMax || Export.Cost(mapping, query) > ReadsMax || Export.ValuesOf(mapping, query) > ValuesMax)
        {
            return Refusal.Field("orgUnit",
                $"these may be more than {ValuesMax} values, or more than {ReadsMax} places by vaccines: ask for a smaller place, or for "
                    + "fewer periods").ToResult();
        }

        var export = new Export(
            store, reference, set, mapping, query, id => caller.SmallestCellAt(reference.Tree.PathOf(id)) == 0);
        return Results.Ok(await export.Count(clock.GetUtcNow(), cancel));
    }
}
