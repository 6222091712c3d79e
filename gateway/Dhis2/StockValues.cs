using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Gateway.Services;
using Distribution.Interop.Dhis2;
using Distribution.Platform.Identity;

namespace Distribution.Gateway.Dhis2;

/// <summary>Adds what is fed from the stock of the places to the values of a data set.</summary>
internal static class StockValues
{
    /// <summary>The same values with those of the stock: where Inventory does not answer these are left out, and that is said.</summary>
    /// <param name="doses">The values of doses given.</param>
    /// <param name="caller">For whom.</param>
    /// <param name="children">Whether each place is asked for without those below it.</param>
    /// <param name="services">Asks Inventory.</param>
    /// <param name="patience">How long that may take.</param>
    public static async Task<MappedDoses> Add(
        MappedDoses doses, Caller caller, bool children, ServiceClient services, TimeSpan patience)
    {
        if (doses is not { Stock: { Count: > 0 } stock, Periods: { Count: > 0 } ids, Places: [var top, ..] }) return doses;
        Period[] periods = [.. ids.Select(id => Period.Parse(id)!.Value)];
        var periodOf = periods.Index().ToDictionary(period => period.Item.First, period => period.Index);
        var placeOf = doses.Places.Index().ToDictionary(place => place.Item.FacilityId, place => place.Index);
        var sums = new Dictionary<(int Element, int Place, int Period), long>();
        var left = new List<LeftOutDoses>(doses.LeftOut);
        var missing = new HashSet<int>();
        Part<StockByPeriod>? down = null;
        foreach (var ofVaccine in stock.GroupBy(each => each.VaccineId))
        {
            // Once it does not answer the others need not wait as long.
            var part = down ?? await services.Get<StockByPeriod>(caller, ServiceNames.Inventory, ServiceClient.Query(
                "api/v1/inventory/periods", ("vaccineId", ofVaccine.Key), ("facilityId", top.FacilityId),
                ("children", children ? "true" : "false"), ("by", StepOf(periods[0].Type)), ("from", $"{periods[0].First:yyyy-MM-dd}"),
                ("to", $"{periods[^1].Last:yyyy-MM-dd}")), keep: false, patience);
            if (part.Value is null)
            {
                // With one vaccine of several the sum would pass for the whole.
                if (part.Refusal is null) down = part;
                missing.UnionWith(ofVaccine.Select(each => each.Element));
                var reason = part.Refusal?.Detail ?? $"{part.Service} does not answer, which has it: ask again";
                left.Add(new LeftOutDoses($"the stock of {ofVaccine.Key}", reason, null));
                continue;
            }

            foreach (var place in part.Value.Places)
            {
                // The two services may know of places a moment apart.
                if (!placeOf.TryGetValue(place.FacilityId, out var at)) continue;
                foreach (var point in place.Periods)
                {
                    foreach (var fed in ofVaccine)
                    {
                        var key = (fed.Element, at, periodOf[point.Date]);
                        sums[key] = sums.GetValueOrDefault(key) + Of(point, fed.Measure);
                    }
                }
            }
        }

        var elements = stock.ToLookup(each => each.Element);
        var values = new List<MappedValue>();
        foreach (var (at, value) in sums.Where(sum => !missing.Contains(sum.Key.Element)).OrderBy(sum => sum.Key))
        {
            var fed = elements[at.Element].First();
            if (value == 0 && !fed.SendsZero) continue;
            if (value >= 0 || fed.SendsNegative) values.Add(new MappedValue(at.Place, ids[at.Period], at.Element, -1, value));
            else
            {
                left.Add(new LeftOutDoses(
                    $"{fed.Measure} at {doses.Places[at.Place].FacilityId} in {ids[at.Period]}",
                    $"the data element {doses.Elements[at.Element].Name.Id} takes nothing below 0", value));
            }
        }

        return doses with { Values = [.. doses.Values, .. values], LeftOut = left };
    }

    private static long Of(StockTrendPoint point, string measure) => measure switch
    {
        StockMeasures.Received => point.Delivered,
        StockMeasures.Wasted => point.Wasted,
        _ => point.OnHand,
    };

    private static string StepOf(PeriodType type) => type switch
    {
        PeriodType.Daily => "day",
        PeriodType.Weekly => "week",
        PeriodType.Monthly => "month",
        PeriodType.Quarterly => "quarter",
        _ => "year",
    };
}
