using System.Text.Json;

namespace Distribution.Demo;

/// <summary>
/// Clinics at work: posts a few submissions a second, dated today, until it is stopped. It keeps nothing from one run
/// to the next: what it needs to know it asks the server, and its ids are new ones.
/// </summary>
internal sealed class DemoLive(DemoClient client, DemoWorld world, DemoConsole console)
{
    private const int Recent = 50;
    private const long ClinicLow = 20;
    private const int VialsToClinic = 8;
    private const int VialsToRegion = 100;
    private const int VialsToCentral = 1_000;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan CoverageEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WaitAfterFailure = TimeSpan.FromSeconds(2);

    private readonly DemoShipments _shipments = new(client);
    private readonly DemoTotals _totals = new();
    private readonly Queue<(string FacilityId, DemoDose Dose)> _recent = new();
    private readonly Random _random = new();
    private string? _lastFailure;

    /// <summary>Posts until it is stopped.</summary>
    public async Task Run(CancellationToken cancel)
    {
        var clinics = await Clinics(cancel);
        if (clinics.Count == 0)
        {
            console.Line("demo: the data folder holds none of the demo's clinics, so nothing is posted. Choose an empty one with --data.");
            return;
        }

        // A fill that was killed may not have come to the vaccines.
        foreach (var vaccine in DemoVaccine.All) await client.Put($"vaccines/{vaccine.Id}", vaccine.Body, cancel);
        console.Line($"demo: {clinics.Count} clinics post live, until you stop the program (Ctrl+C)");
        using var pace = new PeriodicTimer(Pace);
        var coverage = "";
        var coverageAt = DateTime.MinValue;
        while (await pace.WaitForNextTickAsync(cancel))
        {
            try
            {
                await Post(clinics[_random.Next(clinics.Count)], cancel);
                if (DateTime.UtcNow - coverageAt > CoverageEvery) (coverage, coverageAt) = (await Coverage(cancel), DateTime.UtcNow);
                console.Progress($"demo live: {coverage} | {_totals}");
            }
            catch (Exception failure) when (failure is DemoFailure or HttpRequestException)
            {
                // Said once: a server that is down for a while is not said to be so three times a second.
                if (failure.Message != _lastFailure) console.Line($"demo: {failure.Message}");
                _lastFailure = failure.Message;
                await Task.Delay(WaitAfterFailure, cancel);
            }
        }
    }

    /// <summary>Those of the demo's clinics that the server knows.</summary>
    private async Task<IReadOnlyList<DemoClinic>> Clinics(CancellationToken cancel)
    {
        var known = new HashSet<string>();
        foreach (var country in world.Countries)
        {
            var after = "";
            while (true)
            {
                var page = await client.Get($"facilities?country={country.Id}&limit=1000{after}", cancel);
                foreach (var item in page.GetProperty("items").EnumerateArray()) known.Add(item.GetProperty("facilityId").GetString()!);
                if (page.GetProperty("next").GetString() is not { } next) break;
                after = $"&after={Uri.EscapeDataString(next)}";
            }
        }

        return [.. world.Countries.SelectMany(country => country.Clinics).Where(clinic => known.Contains(clinic.Id))];
    }

    private async Task Post(DemoClinic clinic, CancellationToken cancel)
    {
        var vaccine = DemoVaccine.All[_random.Next(10) switch { < 6 => 0, < 8 => 1, _ => 2 }];
        await Supply(clinic, vaccine, cancel);
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var doses = Enumerable.Range(0, _random.Next(1, 8)).Select(_ => new DemoDose(
            Guid.CreateVersion7(), vaccine.Id, vaccine.Series[_random.Next(vaccine.Series.Length)].DoseNumber, today, null,
            vaccine.PickAges(_random), _random.Next(100) < 52 ? "F" : "M", null)).ToList();

        var slip = _random.Next(100);
        var at = clinic.Id;
        var first = doses[0];
        if (slip < 3 && _recent.TryPeek(out var earlier))
        {
            // Somebody sends an earlier dose again; or what is another person's under its id.
            at = earlier.FacilityId;
            doses.Add(slip < 2 ? earlier.Dose : earlier.Dose with { Sex = earlier.Dose.Sex == "F" ? "M" : "F" });
        }
        else if (slip == 3) doses.Add(first with { DoseId = Guid.CreateVersion7(), OccurredOn = today.AddDays(30) });

        var submission = new DemoSubmission(Guid.CreateVersion7().ToString(), at, doses);
        var answer = await submission.Post(client, cancel);
        _totals.Add(answer);
        if (slip is 4 or 5) _totals.AddRepeat(answer, await submission.Post(client, cancel));
        _recent.Enqueue((at, first));
        if (_recent.Count > Recent) _recent.Dequeue();
    }

    /// <summary>Sends a clinic some doses when it runs low.</summary>
    private async Task Supply(DemoClinic clinic, DemoVaccine vaccine, CancellationToken cancel)
    {
        var stock = await client.Get($"stock?facilityId={clinic.Id}&vaccineId={vaccine.Id}", cancel);
        if (stock.GetProperty("items").EnumerateArray().Sum(item => item.GetProperty("onHand").GetInt64()) >= ClinicLow) return;
        var country = world.Countries.Single(one => one.Id == clinic.Place.Country);
        if (await Send(clinic.StoreId, clinic.Id, vaccine, VialsToClinic, cancel)) return;
        if (!await Send(country.Store.FacilityId, clinic.StoreId, vaccine, VialsToRegion, cancel))
        {
            await Import(country, vaccine, cancel);
            await Send(country.Store.FacilityId, clinic.StoreId, vaccine, VialsToRegion, cancel);
        }

        await Send(clinic.StoreId, clinic.Id, vaccine, VialsToClinic, cancel);
    }

    private async Task<bool> Send(string from, string to, DemoVaccine vaccine, int vials, CancellationToken cancel)
    {
        var shipment = new DemoShipment
        {
            ShipmentId = $"LIVE-{Guid.CreateVersion7()}",
            FromFacilityId = from,
            ToFacilityId = to,
            RequestedAt = DateTimeOffset.UtcNow,
            Lines = [new(vaccine.Id, vials * vaccine.DosesPerVial)],
        };
        if (!await _shipments.Request(shipment, cancel)) return false;
        await Deliver(shipment.ShipmentId, cancel);
        return true;
    }

    private async Task Import(DemoCountry country, DemoVaccine vaccine, CancellationToken cancel)
    {
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var shipment = new DemoShipment
        {
            ShipmentId = $"LIVE-{Guid.CreateVersion7()}",
            Origin = "Unity Vaccine Fund",
            ToFacilityId = country.Store.FacilityId,
            RequestedAt = DateTimeOffset.UtcNow,
            Lines = [new(
                vaccine.Id, VialsToCentral * vaccine.DosesPerVial, $"{vaccine.Id[..2]}{country.Id[^1]}{today:yyMMdd}", today.AddYears(1))],
        };
        await _shipments.Request(shipment, cancel);
        await Deliver(shipment.ShipmentId, cancel);
    }

    private async Task Deliver(string shipmentId, CancellationToken cancel)
    {
        await _shipments.Dispatch(shipmentId, DateTimeOffset.UtcNow, cancel);
        await _shipments.Receive(shipmentId, DateTimeOffset.UtcNow, 0, 0, null, cancel);
        await client.Settled(cancel);
    }

    private async Task<string> Coverage(CancellationToken cancel)
    {
        var answer = await client.Get($"coverage?level=country&vaccineId={DemoVaccine.Covid.Id}", cancel);
        return $"{DemoVaccine.Covid.Name} dose 1: " + string.Join(", ", answer.GetProperty("rows").EnumerateArray()
            .Where(row => world.Countries.Any(country => country.Id == row.GetProperty("facilityId").GetString()))
            .Select(row => $"{row.GetProperty("name")} {Percent(row)} %"));
    }

    private static string Percent(JsonElement row) =>
        row.TryGetProperty("coverage", out var coverage) && coverage.ValueKind == JsonValueKind.Object && coverage.TryGetProperty(
            "1", out var first)
            ? first.ToString()
            : "?";
}
