using System.ComponentModel.DataAnnotations;
using Distribution.Contracts;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Held;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Registration;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>One dose number of a series as it is sent.</summary>
/// <param name="DoseNumber">Which dose it is, as text: <c>1</c>, <c>2</c>, <c>B1</c>.</param>
/// <param name="CompletesSeries">Whether a person who got this dose is fully vaccinated; false when left out.</param>
/// <param name="StartsSeries">Whether a person who got this dose had none of the series before. Where no dose says so, the first one
/// starts it.</param>
internal sealed record SeriesDoseBody([Required] string? DoseNumber, bool? CompletesSeries, bool? StartsSeries);

/// <summary>A code for a vaccine as it is sent.</summary>
/// <param name="System">The code system: a URI such as <c>http://hl7.org/fhir/sid/cvx</c>, at most 200 characters. <c>CVX</c>, <c>NDC</c>,
/// <c>MVX</c>, <c>ATC</c>, <c>SCT</c>, <c>ICD-11</c> and <c>GTIN</c> are understood.</param>
/// <param name="Code">The code in it, at most 200 characters. A GTIN is kept as 14 digits, a package's NDC as 5-4-2 digits with
/// hyphens.</param>
internal sealed record VaccineCodeBody([Required] string? System, [Required] string? Code);

/// <summary>A vaccine as it is sent. A field that may be null stays as it is when it is left out; null clears it.</summary>
/// <param name="Name">The name that people use, 1 to 200 characters.</param>
/// <param name="Antigens">What it protects against: up to 64 names such as <c>hepatitis B</c>, each of 1 to 64 characters. Spaces around a
/// name are dropped, its case is kept, and names that differ by case alone are the same.</param>
/// <param name="DosesPerVial">Doses in one vial, 1 to 1,000.</param>
/// <param name="Series">The dose numbers that may be given, 1 to 64, in the order of the schedule.</param>
/// <param name="Storage">The temperatures at which it is kept.</param>
/// <param name="Gtin">GS1 Global Trade Item Number: 8, 12, 13 or 14 digits with a correct check digit.</param>
/// <param name="IntroducedOn">The first day on which it may have been given, as YYYY-MM-DD. What is reported of earlier days is taken, and
/// listed for review.</param>
/// <param name="Codes">Its codes in code systems, up to 500: each is that of one vaccine alone. Doses that are reported by a code count for
/// the vaccine that has it; those that waited for the code do so at once.</param>
internal sealed record VaccineBody(
    [Required] string? Name, Stated<IReadOnlyList<string>?>? Antigens, [Required] int? DosesPerVial,
    [Required] IReadOnlyList<SeriesDoseBody?>? Series,
    Stated<StorageBody?>? Storage = null, Stated<string?>? Gtin = null, Stated<DateOnly?>? IntroducedOn = null,
    Stated<IReadOnlyList<VaccineCodeBody?>?>? Codes = null);

/// <summary>Makes or changes a vaccine. What changes nothing publishes nothing and keeps the version.</summary>
internal static class PutVaccine
{
    private const int SeriesDosesMax = 64;
    private const int AntigensMax = 64;
    private const int DosesPerVialMax = 1000;

    public static void Map(RouteGroupBuilder vaccines) => vaccines.MapPut("/{vaccineId}", Handle)
        .WithName("PutVaccine").Needs(Right.ProductWrite)
        .WithSummary("Makes or changes a vaccine with its series. Where no dose is said to complete the series, the last one does.")
        .WithExample("""
            {
              "name": "COVID-19 mRNA vaccine", "antigens": ["SARS-CoV-2"], "dosesPerVial": 6,
              "series": [{"doseNumber": "1"}, {"doseNumber": "2", "completesSeries": true}],
              "storage": {"minCelsius": -90, "maxCelsius": -60}, "gtin": "00359267100016",
              "codes": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "208"}]
            }
            """, ("vaccineId", "COVID-MRNA"))
        .Produces<VaccineView>().Produces<VaccineView>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static async Task<IResult> Handle(
        string vaccineId, VaccineBody body, InventoryStore store, Places places,
        HeldFacts held, Caller caller, CancellationToken cancel)
    {
        if (Check(vaccineId, body) is { } invalid) return invalid.ToResult();
        var decided = await store.Change<(VaccineView View, bool Created)>(async tx =>
        {
            var stored = await tx.Find(Names.Vaccines, Names.One, vaccineId);
            if (stored is null && places.RefuseAnotherVaccine() is { } full) return full;
            var old = stored?.As<StoredVaccine>().Vaccine;
            var now = ToView(vaccineId, body, old, stored?.Version + 1 ?? 1);
            if (old is not null && SayTheSame(old, now)) return (old, false);
            if (await OwnedCodes.Change(tx, Names.VaccineCodes, "codes", vaccineId, CodingsOf(old), CodingsOf(now)) is { } taken)
                return taken;
            await OwnedCodes.Relist(tx, Names.Gtins, vaccineId, Gs1.Gtin14(old?.Gtin), Gs1.Gtin14(now.Gtin));
            await tx.Put(Names.Vaccines, Names.One, vaccineId, new StoredVaccine(now, caller.Subject, tx.Now));
            await tx.Put(Names.Meta, Names.One, Names.KnownVaccines, "{}"u8.ToArray());
            Tell(tx, now);
            return (now, stored is null);
        }, cancel);
        if (decided.Refusal is { } refusal) return refusal.ToResult();
        var (view, created) = decided.Answer;
        places.Learn(vaccineId);
        held.BecameKnown(Named.Vaccine(vaccineId));
        return created ? Results.Created($"/api/v1/vaccines/{vaccineId}", view) : Results.Ok(view);
    }

    /// <summary>Tells the others of a vaccine.</summary>
    public static void Tell(ITransaction tx, VaccineView vaccine) => tx.Publish(new VaccineChanged(
        vaccine.VaccineId, vaccine.Version, vaccine.Name, vaccine.Antigens, vaccine.DosesPerVial, vaccine.Series,
        vaccine.Storage?.MinCelsius, vaccine.Storage?.MaxCelsius, vaccine.Gtin, vaccine.IntroducedOn,
        vaccine.Codes.Count == 0 ? null : vaccine.Codes), $"vaccine:{vaccine.VaccineId}");

    private static Refusal? Check(string vaccineId, VaccineBody body)
    {
        var errors = new FieldErrors();
        errors.RequireId(vaccineId, "vaccineId");
        if (Limits.NameProblem(body.Name) is { } problem) errors.Add("name", problem);
        var antigens = body.Antigens?.Value ?? [];
        errors.Require(antigens.Count <= AntigensMax && antigens.All(AntigenName.Is), "antigens",
            $"at most {AntigensMax}, each {AntigenName.Rule}");
        errors.Require(body.DosesPerVial is >= 1 and <= DosesPerVialMax, "dosesPerVial", $"is required: 1 to {DosesPerVialMax}");
        errors.Require(body.Series is { Count: >= 1 and <= SeriesDosesMax }, "series", $"is required: 1 to {SeriesDosesMax} dose numbers");
        var seen = new HashSet<string>();
        for (var i = 0; i < (body.Series?.Count ?? 0) && i < SeriesDosesMax; i++)
        {
            var number = body.Series![i]?.DoseNumber;
            if (!Ids.IsId(number)) errors.RequireId(number, $"series[{i}].doseNumber");
            else if (NoDoseNumber.Is(number))
                errors.Add($"series[{i}].doseNumber", $"'{number}' is a word for doses that are none of a series: choose another one");
            else errors.Require(seen.Add(number!), $"series[{i}].doseNumber", $"'{number}' is given twice");
        }

        var storage = body.Storage?.Value;
        errors.Require(storage?.MinCelsius is null or >= -273.15 and <= 100, "storage.minCelsius", "must be a temperature in °C up to 100");
        errors.Require(storage?.MaxCelsius is null or >= -273.15 and <= 100, "storage.maxCelsius", "must be a temperature in °C up to 100");
        errors.Require(storage is not { MinCelsius: { } low, MaxCelsius: { } high } || low <= high, "storage.minCelsius",
            "must not be above maxCelsius");
        var gtin = body.Gtin?.Value;
        errors.Require(gtin is null || Gs1.IsGtin(gtin), "gtin", "must be 8, 12, 13 or 14 digits with a correct GS1 check digit");
        var introducedOn = body.IntroducedOn?.Value;
        errors.Require(introducedOn is null || introducedOn >= Limits.Earliest, "introducedOn", "must not be before 1900");
        OwnedCodes.Check(errors, "codes", "code", OwnedCodes.VaccineCodesMax,
            [.. (body.Codes?.Value ?? []).Select(sent => (sent?.System, sent?.Code))]);
        return errors.ToRefusal();
    }

    private static IReadOnlyCollection<Coding> CodingsOf(VaccineView? vaccine) =>
        [.. (vaccine?.Codes ?? []).Select(code => new Coding(code.System, code.Code))];

    private static VaccineView ToView(string vaccineId, VaccineBody body, VaccineView? old, long version)
    {
        var series = body.Series!.Select(dose => new SeriesDose(dose!.DoseNumber!, dose.CompletesSeries ?? false, dose.StartsSeries))
            .ToList();
        if (!series.Exists(dose => dose.CompletesSeries)) series[^1] = series[^1] with { CompletesSeries = true };
        return new VaccineView(
            vaccineId, body.Name!.Trim(), AntigenName.AllOf(body.Antigens.Or(old?.Antigens) ?? []), body.DosesPerVial!.Value, series,
            body.Storage.Or(old?.Storage), body.Gtin.Or(old?.Gtin), body.IntroducedOn.Or(old?.IntroducedOn), version)
        {
            Codes = body.Codes is null
                ? old?.Codes ?? []
                : [.. (body.Codes.Value ?? []).Select(sent => Coding.Of(sent!.System!, sent.Code!)).Distinct()
                    .Select(coding => new VaccineCode(coding.System, coding.Code))],
        };
    }

    private static bool SayTheSame(VaccineView a, VaccineView b) =>
        a with { Antigens = b.Antigens, Series = b.Series, Version = b.Version, Codes = b.Codes } == b
        && a.Codes.SequenceEqual(b.Codes) && a.Antigens.SequenceEqual(b.Antigens) && a.Series.SequenceEqual(b.Series);
}
