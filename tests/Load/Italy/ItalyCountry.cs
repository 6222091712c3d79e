using System.Text.Json;

namespace Distribution.Load.Italy;

/// <summary>Makes Italy known to the server: its regions, the vaccine, and the people who are to get it.</summary>
internal static class ItalyCountry
{
    public static async Task SetUp(ApiClient api, ItalyTable table, CancellationToken cancel)
    {
        const string Country = ItalyTable.Country;
        await api.Must(HttpMethod.Put, $"/api/v1/facilities/{Country}",
            $$"""{"name":"Italia","level":"country","country":"{{Country}}"}""", ApiClient.Json, cancel);
        await api.Bulk("/api/v1/facilities/bulk", table.Regions.Select(region =>
            $$"""{"facilityId":"{{region.Id}}","name":{{JsonSerializer.Serialize(region.Name)}},"level":"region","parentId":"{{Country}}","country":"{{Country}}"}"""), cancel);
        var series = ItalyTable.DoseNumbers.Select(number =>
            $$"""{"completesSeries":{{(number is "d2" or "dpi" ? "true" : "false")}},"doseNumber":"{{number}}"}""");
        await api.Must(HttpMethod.Put, $"/api/v1/vaccines/{ItalyTable.Vaccine}",
            $$"""
            {"name":"COVID-19 vaccine","antigens":["SARS-CoV-2"],"dosesPerVial":6,
             "storage":{"minCelsius":-80,"maxCelsius":8},"series":[{{string.Join(',', series)}}]}
            """, ApiClient.Json, cancel);
        await api.Bulk("/api/v1/target-populations/bulk", table.Regions.Select((region, place) =>
        {
            var cells = table.Populations[place].Select((people, band) => $$"""{"population":{{people}},"ageBand":"{{table.AgeBands[band]}}"}""");
            return $$"""{"facilityId":"{{region.Id}}","vaccineId":"{{ItalyTable.Vaccine}}","year":2021,"source":"platea","cells":[{{string.Join(',', cells)}}]}""";
        }), cancel);
    }
}
