namespace Distribution.Load;

/// <summary>The invented country that is loaded: 21 regions, and a vaccine of this run's own, so that its figures start at zero.</summary>
internal sealed class World(ApiClient api)
{
    public const string Country = "XL";
    private const int Lots = 3;

    /// <summary>The regions, all with ids of the same length.</summary>
    public static IReadOnlyList<string> Regions { get; } = [.. Enumerable.Range(1, 21).Select(number => $"{Country}-{number:00}")];

    /// <summary>The run's vaccine.</summary>
    public string VaccineId { get; } = $"LOAD-{Guid.CreateVersion7():N}"[..20];

    /// <summary>What is asked for while loading.</summary>
    public View View => new(api, Country, VaccineId);

    /// <summary>Makes the country and the vaccine, and gives every region stock for its part of the doses and a tenth more.</summary>
    public async Task SetUp(long doses, CancellationToken cancel)
    {
        await api.Must(HttpMethod.Put, $"/api/v1/facilities/{Country}",
            $$"""{"name":"Loadland","level":"country","country":"{{Country}}"}""", ApiClient.Json, cancel);
        await api.Bulk("/api/v1/facilities/bulk", Regions.Select(region =>
            $$"""{"facilityId":"{{region}}","name":"Region {{region}}","level":"region","parentId":"{{Country}}","country":"{{Country}}"}"""), cancel);
        await api.Must(HttpMethod.Put, $"/api/v1/vaccines/{VaccineId}",
            """
            {"name":"Load vaccine","antigens":["LOAD"],"dosesPerVial":10,
             "series":[{"doseNumber":"1"},{"doseNumber":"2","completesSeries":true},{"doseNumber":"B1"}],
             "storage":{"minCelsius":2,"maxCelsius":8}}
            """, ApiClient.Json, cancel);
        await api.Bulk("/api/v1/target-populations/bulk", Regions.Select(region =>
            $$"""{"facilityId":"{{region}}","vaccineId":"{{VaccineId}}","year":{{Workload.FirstDay.Year}},"source":"load","cells":[{"population":2500000}]}"""), cancel);

        var expiry = Workload.FirstDay.AddDays(Workload.Days + 365);
        var perLot = doses * 11 / 10 / Regions.Count / Lots + 1000;
        await api.Bulk("/api/v1/shipments/bulk", Regions.Select(region =>
        {
            var lines = Enumerable.Range(1, Lots).Select(lot =>
                $$"""{"vaccineId":"{{VaccineId}}","lotNumber":"LOT{{lot}}","expirationDate":"{{expiry.AddDays(lot):yyyy-MM-dd}}","doses":{{perLot}}}""");
            return $$"""{"shipmentId":"{{VaccineId}}-{{region}}","origin":"maker","toFacilityId":"{{region}}","dispatchedAt":"{{Workload.FirstDay.AddDays(-9):yyyy-MM-dd}}T08:00:00Z","receivedAt":"{{Workload.FirstDay.AddDays(-8):yyyy-MM-dd}}T08:00:00Z","lines":[{{string.Join(',', lines)}}]}""";
        }), cancel);
        await View.UntilDelivered(perLot * Lots * Regions.Count, cancel);
    }
}
