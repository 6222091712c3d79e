using Distribution.Administration.Domain;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Storage;

namespace Distribution.Administration.Intake;

/// <summary>
/// Keeps what each recipient got of each vaccine, by the hash of who it was, and marks the doses at which somebody should look. Lines that
/// do not say who got the dose are in none, and cost nothing.
/// </summary>
/// <param name="tx">The change in which lines are counted or taken back.</param>
internal sealed class Courses(ITransaction tx)
{
    /// <summary>The most doses of a course. Nobody gets so many: who seems to is several people, under one name such as <c>0</c>. Those
    /// that come after them are not looked at.</summary>
    public const int DosesMax = 64;

    private const int PageDocuments = 500;

    private readonly Dictionary<string, IReadOnlyList<SeriesDose>> _series = [];

    /// <summary>Whether a line that is counted is in a course: it says who got the dose, and the dose protects.</summary>
    public static bool Has(DoseContent line) => line.Recipient?.Key is not null && line.Sum.Kind is null or DoseKinds.Historical;

    /// <summary>Where the course lies that a line is in.</summary>
    public static FullAddress AddressOf(DoseContent line) =>
        new(Collections.Courses, line.Sum.VaccineId, $"{line.Recipient!.Key}-{line.Recipient.Hash}");

    /// <summary>Adds a line that is counted now, or is kept as history.</summary>
    /// <param name="doseId">The dose.</param>
    /// <param name="line">What is kept of it.</param>
    public ValueTask Add(string doseId, DoseContent line) => Change(doseId, line, doses => doses.Count >= DosesMax ? doses :
        [.. doses, new(doseId, line.Sum.FacilityId, line.Sum.DoseNumber, line.Sum.OccurredOn, line.Sum.Kind == DoseKinds.Historical)]);

    /// <summary>Removes a line that is counted no longer.</summary>
    /// <param name="doseId">The dose.</param>
    /// <param name="line">What was kept of it.</param>
    public ValueTask Remove(string doseId, DoseContent line) => Change(doseId, line, doses => doses);

    /// <summary>Judges all that was given of a vaccine anew, page by page, after its series became another.</summary>
    public static async Task JudgeAnew(AdministrationStore store, VaccineDocument vaccine, CancellationToken cancel)
    {
        string? after = null;
        while (await store.Scan(Collections.Courses, vaccine.VaccineId, after, PageDocuments, cancel) is { Count: > 0 } page)
        {
            after = page[^1].Id;
            var changed = page.Where(document => IsOther(document.As<CourseDocument>().Doses, vaccine.Series)).ToList();
            if (changed.Count == 0) continue;
            await store.Change<bool>(async tx =>
            {
                var courses = new Courses(tx);
                foreach (var document in changed)
                    await courses.Change(new(Collections.Courses, document.Partition, document.Id), doses => doses);
                return true;
            }, cancel);
        }
    }

    private static bool IsOther(IReadOnlyList<CourseDose> doses, IReadOnlyList<SeriesDose> series) =>
        !Course.Judge(doses, series).SequenceEqual(doses);

    private ValueTask Change(
        string doseId, DoseContent line, Func<IReadOnlyList<CourseDose>, IReadOnlyList<CourseDose>> change) =>
        Has(line)
            ? Change(AddressOf(line), doses => change([.. doses.Where(dose => dose.DoseId != doseId)]))
            : ValueTask.CompletedTask;

    private async ValueTask Change(FullAddress at, Func<IReadOnlyList<CourseDose>, IReadOnlyList<CourseDose>> change)
    {
        var before = (await tx.Find<CourseDocument>(at.Collection, at.Partition, at.Id))?.Doses ?? [];
        var after = change(before);
        if (after.Count > 1 || before.Count > 1) after = Course.Judge(after, await SeriesOf(at.Partition));
        if (after.SequenceEqual(before)) return;
        if (after.Count == 0) await tx.Delete(at.Collection, at.Partition, at.Id);
        else await tx.Put(at.Collection, at.Partition, at.Id, new CourseDocument(after));

        var (were, are) = (Reviews(before), Reviews(after));
        foreach (var gone in were.Except(are)) await tx.Delete(Collections.Reviews, gone.Partition, gone.Id);
        foreach (var found in are.Except(were)) await tx.Put(Collections.Reviews, found.Partition, found.Id, "{}"u8.ToArray());
    }

    private static DocumentAddress[] Reviews(IReadOnlyList<CourseDose> doses) =>
        [.. doses.SelectMany(dose => dose.Reasons().Select(why => ReviewedDose.AddressOf(dose.FacilityId, dose.DoseId, why)))];

    private async ValueTask<IReadOnlyList<SeriesDose>> SeriesOf(string vaccineId)
    {
        if (_series.TryGetValue(vaccineId, out var known)) return known;
        var vaccine = await tx.Find<VaccineDocument>(Collections.Vaccines, Collections.Whole, vaccineId);
        return _series[vaccineId] = vaccine?.Series ?? [];
    }
}
