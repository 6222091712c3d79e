using System.Text.Json;

namespace Distribution.Demo;

/// <summary>Fills an empty server with the invented countries and the past months of their clinics.</summary>
internal sealed class DemoFill(DemoClient client, DemoWorld world, DemoReports reports, DemoConsole console)
{
    private const int Parallel = 8;
    private const int WeekOfLateEntry = 15;
    private const int Overlap = 8;
    private static readonly string[] WastageReasons =
        ["doses left in the vial at the end of the session", "vial broken", "cold box too warm"];

    private readonly DemoTotals _totals = new();

    /// <summary>Fills it, with progress.</summary>
    public async Task Run(CancellationToken cancel)
    {
        var shipments = new DemoShipments(client);
        var supply = new DemoSupply(client, shipments, world, reports);
        await console.Step("places and vaccines", () => Places(cancel));
        await console.Step("lots", () => supply.Lots(cancel));
        await console.Step("target populations", () => Targets(cancel));
        await console.Step("consignments", () => supply.Consignments(cancel));
        await console.Step("shipments", () => supply.ToRegions(cancel));
        await console.Step("donations", () => supply.Donations(cancel));
        await console.Step("deliveries", () => supply.ToClinics(cancel));
        await console.Step("clinics' reports", () => Reports(cancel));
        await console.Step("wastage, counts, retractions", () => Corrections(supply, cancel));
        await console.Step("settling", () => Settled(cancel));
    }

    private async Task<string> Places(CancellationToken cancel)
    {
        var late = world.Countries.SelectMany(country => country.Clinics).Where(clinic => clinic.EnteredLate).Select(clinic => clinic.Id)
            .ToHashSet();
        var places = world.Countries.SelectMany(country => country.Places).Where(place => !late.Contains(place.FacilityId)).ToArray();
        await client.PostAll("facilities/bulk", places, cancel);
        foreach (var vaccine in DemoVaccine.All) await client.Put($"vaccines/{vaccine.Id}", vaccine.Body, cancel);
        return $"{places.Length} places in {string.Join(" and ", world.Countries.Select(country => country.Place.Name))}";
    }

    private async Task<string> Targets(CancellationToken cancel)
    {
        var targets = (
            from clinic in world.Countries.SelectMany(country => country.Clinics)
            from vaccine in DemoVaccine.All
            select new
            {
                FacilityId = clinic.Id,
                VaccineId = vaccine.Id,
                reports.WeekStart(0).Year,
                Source = "census projection",
                Cells = Cells(vaccine, vaccine.Target(clinic)),
            }).ToArray();
        await client.Settled(cancel);
        await client.PostAll("target-populations/bulk", targets, cancel);
        return $"{targets.Length:N0} target groups of {targets.Sum(target => target.Cells.Sum(cell => cell.Population)):N0} people";
    }

    /// <summary>The people by age and sex, to the last one.</summary>
    private static DemoTargetCell[] Cells(DemoVaccine vaccine, long people)
    {
        var weights = vaccine.Ages.SelectMany(ages => new[] { (ages.Band, Sex: "F", ages.Weight), (ages.Band, Sex: "M", ages.Weight) })
            .ToArray();
        long all = weights.Sum(weight => weight.Weight), before = 0;
        return [.. weights.Select(weight =>
        {
            var from = people * before / all;
            before += weight.Weight;
            return new DemoTargetCell(weight.Band, weight.Sex, people * before / all - from);
        })];
    }

    private async Task<string> Reports(CancellationToken cancel)
    {
        // Late reports wait here for the week in which they are sent.
        var late = new Dictionary<int, List<DemoSubmission>>();
        for (var week = 0; week <= DemoVaccine.Weeks; week++)
        {
            if (week == WeekOfLateEntry) await EnterLateClinics(cancel);
            var due = late.Remove(week, out var waiting) ? waiting : [];
            foreach (var submission in week < DemoVaccine.Weeks ? Week(week) : [])
            {
                var random = new Random(Mix(submission.SubmissionId));
                if (random.Next(100) < 4) Later(late, Math.Min(week + random.Next(1, 6), DemoVaccine.Weeks), submission);
                else due.Add(submission);
            }

            await Each(due, async submission =>
            {
                var answer = await submission.Post(client, cancel);
                _totals.Add(answer);
                if (Mix($"again {submission.SubmissionId}") % 100 < 3) _totals.AddRepeat(answer, await submission.Post(client, cancel));
            }, cancel);
            console.Progress($"demo: clinics' reports: week {Math.Min(week + 1, DemoVaccine.Weeks)} of {DemoVaccine.Weeks}, {_totals}");
        }

        return _totals.ToString();
    }

    private static void Later(Dictionary<int, List<DemoSubmission>> late, int week, DemoSubmission submission)
    {
        if (!late.TryGetValue(week, out var list)) late[week] = list = [];
        list.Add(submission);
    }

    private IEnumerable<DemoSubmission> Week(int week)
    {
        foreach (var clinic in world.Countries.SelectMany(country => country.Clinics).Where(clinic => !clinic.ByDistrict))
        {
            var doses = reports.Doses(clinic, week);
            if (clinic.Tallies)
                yield return new DemoSubmission($"{clinic.Id}-W{week + 1:00}", clinic.Id, Tallies: DemoReports.Tallies(doses));
            else yield return new DemoSubmission($"{clinic.Id}-W{week + 1:00}", clinic.Id, [.. doses, .. Slips(clinic, week, doses)]);
        }

        foreach (var district in world.Countries.SelectMany(country => country.Clinics).Where(clinic => clinic.ByDistrict)
            .GroupBy(clinic => clinic.Place.ParentId))
        {
            yield return new DemoSubmission($"{district.Key}-W{week + 1:00}", null,
                [.. district.SelectMany(clinic => reports.Doses(clinic, week).Select(dose => dose with { FacilityId = clinic.Id }))]);
        }

        // A code that was typed wrong stays held until somebody corrects or discards it.
        if (week == 6)
        {
            var clinic = world.Aldenia.Regions[1].Clinics[2];
            yield return new DemoSubmission(
                "XA-0299-W07", "XA-020199", [.. reports.Doses(clinic, week).Take(5).Select(dose => dose with { DoseId = Another(dose) })]);
        }
    }

    /// <summary>What should not be in a report, and sometimes is.</summary>
    private IEnumerable<DemoDose> Slips(DemoClinic clinic, int week, IReadOnlyList<DemoDose> doses)
    {
        var random = new Random(Mix($"slips {clinic.Id} {week}"));
        var before = week > 0 ? reports.Doses(clinic, week - 1) : [];
        var kind = random.Next(200);

        // Last week's page copied again; a dose that comes back as another person's; a date that was typed wrong; a
        // dose number that the series does not have.
        if (kind < 6) foreach (var dose in before.TakeLast(Overlap)) yield return dose;
        else if (kind < 8 && before.Count > 0) yield return before[0] with { Sex = before[0].Sex == "F" ? "M" : "F" };
        else if (kind < 10 && doses.Count > 0)
            yield return doses[0] with { DoseId = Another(doses[0]), OccurredOn = doses[0].OccurredOn.AddYears(1) };
        else if (kind == 10 && doses.Count > 0) yield return doses[0] with { DoseId = Another(doses[0]), DoseNumber = "B7" };
    }

    private Task EnterLateClinics(CancellationToken cancel) => client.PostAll("facilities/bulk",
        world.Countries.SelectMany(country => country.Clinics).Where(clinic => clinic.EnteredLate).Select(clinic => clinic.Place), cancel);

    private async Task<string> Corrections(DemoSupply supply, CancellationToken cancel)
    {
        await client.Settled(cancel);
        var clinics = world.Countries.SelectMany(country => country.Clinics).ToArray();
        int wasted = 0, counted = 0, retracted = 0;
        await Each(clinics, async clinic =>
        {
            var demand = reports.Demand(clinic);
            for (var period = 0; period < DemoReports.Periods; period++)
            {
                // Who does not note lots has used the early ones up.
                if ((clinic.Number + period) % 3 != 0 || (!clinic.NamesLots && period != DemoReports.Periods - 1)) continue;
                var vaccine = DemoVaccine.Covid;
                var doses = supply.Surplus(clinic, vaccine, period, demand.GetValueOrDefault((vaccine.Id, period))) / 2;
                if (doses <= 0) continue;
                await client.Post("stock/wastage", new
                {
                    RequestId = $"{clinic.Id}-WASTE-{period + 1}",
                    FacilityId = clinic.Id,
                    OccurredAt = EndOf(period),
                    Reason = WastageReasons[clinic.Number % WastageReasons.Length],
                    Kind = clinic.Number % WastageReasons.Length == 0 ? "openVial" : "closedVial",
                    Lines = new[] { new DemoShipmentLine(vaccine.Id, doses, DemoReports.LotNumber(clinic.Place.Country, vaccine, period)) },
                }, cancel);
                Interlocked.Increment(ref wasted);
            }

            if (clinic.Number % 40 == 3 && await Count(clinic, cancel)) Interlocked.Increment(ref counted);
            if (clinic.Number % 25 != 4 || clinic.Tallies || reports.Doses(clinic, 12) is not [var dose, ..]) return;
            await client.Post($"administrations/{dose.DoseId}/retract",
                new { RequestId = $"{clinic.Id}-RETRACT", Reason = "entered for the wrong person" }, cancel);
            Interlocked.Increment(ref retracted);
        }, cancel);
        return $"{wasted} times wasted, {counted} counts, {retracted} doses retracted";
    }

    /// <summary>Counts a clinic's stock and finds a dose less of one lot.</summary>
    private async Task<bool> Count(DemoClinic clinic, CancellationToken cancel)
    {
        var stock = await client.Get($"stock?facilityId={clinic.Id}", cancel);
        var position = stock.GetProperty("items").EnumerateArray().FirstOrDefault(item => item.GetProperty("onHand").GetInt64() > 1);
        if (position.ValueKind == JsonValueKind.Undefined) return false;
        await client.Post("stock/counts", new
        {
            RequestId = $"{clinic.Id}-COUNT",
            FacilityId = clinic.Id,
            OccurredAt = EndOf(DemoReports.Periods - 1),
            Reason = "yearly count",
            Lines = new[]
            {
                new DemoShipmentLine(position.GetProperty("vaccineId").GetString()!, position.GetProperty("onHand").GetInt64() - 1,
                    position.GetProperty("lotNumber").GetString()),
            },
        }, cancel);
        return true;
    }

    private async Task<string> Settled(CancellationToken cancel)
    {
        await client.Settled(cancel);
        var balance = await client.Get("ledger/balance", cancel);
        return $"ledger of {balance.GetProperty("received").GetInt64():N0} doses is "
            + $"{(balance.GetProperty("balanced").GetBoolean() ? "balanced" : "NOT balanced")}, " +
               $"{balance.GetProperty("administered").GetInt64():N0} given, {balance.GetProperty("discrepancy").GetInt64():N0} beyond the "
                   + "known stock";
    }

    private DateTimeOffset EndOf(int period)
    {
        var last = Math.Min((period + 1) * DemoReports.WeeksPerPeriod, DemoVaccine.Weeks);
        return new(reports.WeekStart(last).AddDays(-1).ToDateTime(new TimeOnly(15, 0)), TimeSpan.Zero);
    }

    /// <summary>An id that is not the dose's, and always the same.</summary>
    private static Guid Another(DemoDose dose)
    {
        var bytes = dose.DoseId.ToByteArray(bigEndian: true);
        bytes[^1] ^= 0xFF;
        return new Guid(bytes, bigEndian: true);
    }

    private static int Mix(string text)
    {
        // FNV-1a; not string.GetHashCode, which differs from process to process.
        var hash = 2_166_136_261u ^ DemoWorld.Seed;
        foreach (var letter in text) hash = unchecked((hash ^ letter) * 16_777_619);
        return (int)(hash & int.MaxValue);
    }

    private static Task Each<T>(IEnumerable<T> all, Func<T, Task> work, CancellationToken cancel) =>
        System.Threading.Tasks.Parallel.ForEachAsync(
            all, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel }, async (one, _) => await work(one));
}

/// <summary>A cell of a target population as the API takes it.</summary>
internal sealed record DemoTargetCell(string AgeBand, string Sex, long Population);
