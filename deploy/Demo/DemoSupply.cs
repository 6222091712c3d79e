namespace Distribution.Demo;

/// <summary>
/// The way of the doses before anybody gets one: consignments from makers and donors to the central stores, shipments
/// to the regional stores and across the border, deliveries to the clinics. Planned backwards from what the clinics
/// will give, with a margin, so that stock mostly suffices.
/// </summary>
internal sealed class DemoSupply
{
    private const double ClinicMargin = 1.12;
    private const double RegionMargin = 1.05;
    private const double CentralMargin = 1.15;
    private const int Parallel = 8;
    private const long DonationDoses = 480;
    private static readonly string[] Origins = ["Helvion Biologics", "Unity Vaccine Fund", "Sanavax"];

    private readonly DemoClient _client;
    private readonly DemoShipments _shipments;
    private readonly DemoWorld _world;
    private readonly DemoReports _reports;
    private readonly Dictionary<(string PlaceId, string VaccineId, int Period), long> _toClinics = [];
    private readonly Dictionary<(string PlaceId, string VaccineId, int Period), long> _toRegions = [];

    public DemoSupply(DemoClient client, DemoShipments shipments, DemoWorld world, DemoReports reports)
    {
        (_client, _shipments, _world, _reports) = (client, shipments, world, reports);
        foreach (var clinic in world.Countries.SelectMany(country => country.Clinics))
        {
            var demand = reports.Demand(clinic);
            foreach (var vaccine in DemoVaccine.All)
            {
                for (var period = 0; period < DemoReports.Periods; period++)
                {
                    // A clinic now and then gets less than it will give: its reports open a discrepancy.
                    var margin = IsShort(clinic) && period == 3 ? 0.8 : ClinicMargin;
                    var doses = vaccine.WholeVials(demand.GetValueOrDefault((vaccine.Id, period)) * margin);
                    _toClinics[(clinic.Id, vaccine.Id, period)] = doses;
                    var key = (clinic.StoreId, vaccine.Id, period);
                    _toRegions[key] = _toRegions.GetValueOrDefault(key) + doses;
                }
            }
        }

        foreach (var (key, doses) in _toRegions)
        {
            var vaccine = DemoVaccine.All.Single(one => one.Id == key.VaccineId);
            _toRegions[key] = doses == 0 ? 0 : vaccine.WholeVials(doses * RegionMargin) + 3 * vaccine.DosesPerVial;
        }
    }

    /// <summary>Doses that are delivered to a clinic beyond what it gives; 0 where they fall short.</summary>
    public long Surplus(DemoClinic clinic, DemoVaccine vaccine, int period, long given) =>
        IsShort(clinic) ? 0 : _toClinics[(clinic.Id, vaccine.Id, period)] - given;

    /// <summary>The expiry of a country's lot.</summary>
    public DateOnly Expiry(DemoVaccine vaccine, int period) =>
        _reports.PeriodStart(period).AddDays(vaccine == DemoVaccine.Covid ? 270 : 540);

    /// <summary>Enters the lots.</summary>
    public async Task<string> Lots(CancellationToken cancel)
    {
        var lots = EachLot().ToArray();
        await Each(lots, lot => _client.Put($"vaccines/{lot.Vaccine.Id}/lots/{LotNumber(lot)}",
            new { ExpirationDate = Expiry(lot.Vaccine, lot.Period), Manufacturer = Origins[0] }, cancel), cancel);
        return $"{lots.Length} lots of {DemoVaccine.All.Count} vaccines";
    }

    /// <summary>What came in from outside, as past consignments.</summary>
    public async Task<string> Consignments(CancellationToken cancel)
    {
        var consignments = EachLot().Select(lot => new DemoShipment
        {
            ShipmentId = $"{lot.Country.Id}-IN-{LotNumber(lot)}",
            Origin = Origins[(lot.Period + lot.Vaccine.Id.Length) % Origins.Length],
            ToFacilityId = lot.Country.Store.FacilityId,
            DispatchedAt = At(lot.Period, -20),
            ReceivedAt = At(lot.Period, -16),
            Lines = [new(lot.Vaccine.Id, CentralDoses(lot), LotNumber(lot), Expiry(lot.Vaccine, lot.Period))],
        }).ToArray();
        await _client.PostAll("shipments/bulk", consignments, cancel);
        await _client.Settled(cancel);
        return $"{consignments.Sum(one => one.Lines[0].Doses):N0} doses from makers and donors in {consignments.Length} consignments";
    }

    /// <summary>Central to regional stores through all states, some received in part.</summary>
    public async Task<string> ToRegions(CancellationToken cancel)
    {
        var all = (
            from country in _world.Countries
            from region in country.Regions
            from period in Enumerable.Range(0, DemoReports.Periods)
            select (Country: country, Region: region, Period: period)).ToArray();
        var partly = 0;
        await Each(all, async one =>
        {
            var id = $"{one.Region.Place.FacilityId}-P{one.Period + 1}";
            var lines = DemoVaccine.All
                .Select(vaccine => (Vaccine: vaccine, Doses: _toRegions[(one.Region.Store.FacilityId, vaccine.Id, one.Period)]))
                .Where(line => line.Doses > 0)
                .Select(line =>
                    new DemoShipmentLine(line.Vaccine.Id, line.Doses, DemoReports.LotNumber(one.Country.Id, line.Vaccine, one.Period)))
                .ToArray();
            await Allocated(Internal(id, one.Country.Store, one.Region.Store, one.Period, lines), cancel);
            await _shipments.Dispatch(id, At(one.Period, -10), cancel);
            var kind = (one.Period * 7 + one.Region.Place.FacilityId[^1]) % 9;
            var vial = DemoVaccine.All.Single(vaccine => vaccine.Id == lines[0].VaccineId).DosesPerVial;
            if (kind <= 1) Interlocked.Increment(ref partly);
            await _shipments.Receive(id, At(one.Period, -8), kind == 0 ? vial : 0, kind == 1 ? vial : 0,
                kind == 0 ? "vials broken on the way" : kind == 1 ? "one vial was not in the box" : null, cancel);
        }, cancel);
        return $"{all.Length} shipments to regional stores, {partly} of them received in part";
    }

    /// <summary>What the two countries give each other, what leaves both, and what comes to nothing.</summary>
    public async Task<string> Donations(CancellationToken cancel)
    {
        var (aldenia, borvia) = (_world.Aldenia, _world.Borvia);
        await Allocated(Donation("XA-XB-PENTA", aldenia, borvia, DemoVaccine.Penta, 2), cancel);
        await _shipments.Dispatch("XA-XB-PENTA", At(2, 1), cancel);
        await _shipments.Receive("XA-XB-PENTA", At(2, 4), 20, 10, "vial monitors at stage 3", cancel);
        await Allocated(Donation("XB-XA-COVID", borvia, aldenia, DemoVaccine.Covid, 3), cancel);
        await _shipments.Dispatch("XB-XA-COVID", At(3, 1), cancel);
        await _shipments.Receive("XB-XA-COVID", At(3, 3), 0, 0, null, cancel);
        await Allocated(Donation("XA-XB-YF", aldenia, borvia, DemoVaccine.YellowFever, 3), cancel);
        await _shipments.Dispatch("XA-XB-YF", At(5, 1), cancel);

        var outside = Donation("XB-OUT-YF", borvia, null, DemoVaccine.YellowFever, 3) with { Destination = "Republic of Cendra" };
        await Allocated(outside, cancel);
        await _shipments.Dispatch("XB-OUT-YF", At(4, 1), cancel);
        await _shipments.Receive("XB-OUT-YF", At(4, 5), 0, 0, null, cancel);
        await Allocated(Donation("XA-XB-CANCELLED", aldenia, borvia, DemoVaccine.Penta, 4), cancel);
        await _shipments.Cancel("XA-XB-CANCELLED", "no cold boxes", cancel);
        if (await _shipments.Request(
            Internal("XB-01-TOO-MUCH", borvia.Store, borvia.Regions[0].Store, 4, [new(DemoVaccine.Penta.Id, 1_000_000)]), cancel))
            throw new DemoFailure("a shipment of a million doses is allocated");
        await _client.Settled(cancel);
        return "4 across borders, of which 1 is under way; 1 cancelled, 1 refused";
    }

    /// <summary>Regional stores to clinics, as past consignments.</summary>
    public async Task<string> ToClinics(CancellationToken cancel)
    {
        var count = 0;
        foreach (var country in _world.Countries)
        {
            var consignments = (
                from clinic in country.Clinics
                from period in Enumerable.Range(0, DemoReports.Periods)
                let lines = DemoVaccine.All
                    .Select(vaccine => new DemoShipmentLine(
                        vaccine.Id, _toClinics[(clinic.Id, vaccine.Id, period)], DemoReports.LotNumber(country.Id, vaccine, period),
                        Expiry(vaccine, period)))
                    .Where(line => line.Doses > 0).ToArray()
                where lines.Length > 0
                select new DemoShipment
                {
                    ShipmentId = $"{clinic.Id}-P{period + 1}",
                    FromFacilityId = clinic.StoreId,
                    ToFacilityId = clinic.Id,
                    DispatchedAt = At(period, -5),
                    ReceivedAt = At(period, -4),
                    Lines = lines,
                }).ToArray();
            await _client.PostAll("shipments/bulk", consignments, cancel);
            count += consignments.Length;
        }

        await _client.Settled(cancel);
        return $"{count:N0} deliveries to clinics";
    }

    private static bool IsShort(DemoClinic clinic) => clinic.Number % 60 == 17;

    private static string LotNumber((DemoCountry Country, DemoVaccine Vaccine, int Period) lot) =>
        DemoReports.LotNumber(lot.Country.Id, lot.Vaccine, lot.Period);

    private IEnumerable<(DemoCountry Country, DemoVaccine Vaccine, int Period)> EachLot() =>
        from country in _world.Countries
        from vaccine in DemoVaccine.All
        from period in Enumerable.Range(0, DemoReports.Periods)
        select (country, vaccine, period);

    private long CentralDoses((DemoCountry Country, DemoVaccine Vaccine, int Period) lot)
    {
        var regions = lot.Country.Regions.Sum(region => _toRegions[(region.Store.FacilityId, lot.Vaccine.Id, lot.Period)]);
        return lot.Vaccine.WholeVials(regions * CentralMargin) + 2 * DonationDoses;
    }

    private DemoShipment Internal(string id, DemoPlace from, DemoPlace? to, int period, IReadOnlyList<DemoShipmentLine> lines) => new()
    {
        ShipmentId = id,
        FromFacilityId = from.FacilityId,
        ToFacilityId = to?.FacilityId,
        RequestedAt = At(period, -12),
        Lines = lines,
    };

    private DemoShipment Donation(string id, DemoCountry from, DemoCountry? to, DemoVaccine vaccine, int period) =>
        Internal(id, from.Store, to?.Store, period, [new(vaccine.Id, DonationDoses, DemoReports.LotNumber(from.Id, vaccine, period))]);

    private async Task Allocated(DemoShipment shipment, CancellationToken cancel)
    {
        if (!await _shipments.Request(shipment, cancel)) throw new DemoFailure($"the stock for shipment {shipment.ShipmentId} is refused");
    }

    private DateTimeOffset At(int period, int days) =>
        new(_reports.PeriodStart(period).AddDays(days).ToDateTime(new TimeOnly(9, 0)), TimeSpan.Zero);

    private static Task Each<T>(IEnumerable<T> all, Func<T, Task> work, CancellationToken cancel) =>
        System.Threading.Tasks.Parallel.ForEachAsync(
            all, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel }, async (one, _) => await work(one));
}
