using System.Runtime.CompilerServices;
using Distribution.Administration.Domain;
using Distribution.Administration.Intake;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
using Distribution.Platform.Storage;

namespace Distribution.Administration.Held;

/// <summary>
/// Counts held lines when what they waited for is known, or moves them to the next thing that is missing. A page of
/// lines is one commit that removes what it settles, so settling again, or twice at once, changes nothing.
/// </summary>
internal sealed class HeldSettlement(AdministrationStore store, ReferenceData reference)
{
    private const int PageLines = 500;

    /// <summary>Above every id.</summary>
    private const string AfterAllIds = "~";

    /// <summary>Settles what waits for one missing thing, which has become known.</summary>
    public Task Settle(string missing, CancellationToken cancel) => Settle([missing], cancel);

    /// <summary>Settles what waits for things that have become known, whatever number of lines each of them held up.</summary>
    public async Task Settle(IReadOnlyList<string> missing, CancellationToken cancel)
    {
        var page = new List<Document>(PageLines);
        foreach (var thing in missing)
        {
            string? after = null;
            while (await store.Scan(Collections.HeldMissing, thing, after, PageLines - page.Count, cancel) is { Count: > 0 } lines)
            {
                page.AddRange(lines);
                after = lines[^1].Id;
                if (page.Count == PageLines) await Commit();
            }
        }

        if (page.Count > 0) await Commit();

        async Task Commit()
        {
            var codes = new HashSet<string>();
            var settled = await store.Change<long>(async tx => await SettlePage(tx, page, codes), cancel);
            SubmissionMeasures.DosesAccepted.Add(settled.Answer);
            page.Clear();
            foreach (var moved in codes) reference.HeldByCodes.Enqueue(moved);
            await SettleHeldByCodes();
        }
    }

    /// <summary>Settles what waits for a vaccine with some codes, where it is known which vaccine that is.</summary>
    public async Task SettleCodes(CancellationToken cancel)
    {
        await foreach (var codes in WaitingCodes(store, null, cancel))
            if (reference.MeantBy(codes).VaccineId is not null) await Settle(MissingReference.Codes(codes), cancel);
    }

    /// <summary>Settles what was held by codes while it became known which vaccine they mean. To be asked after the commit.</summary>
    public async Task SettleHeldByCodes()
    {
        while (reference.HeldByCodes.TryDequeue(out var codes))
        {
            await reference.CatchUp(store, CancellationToken.None);
            if (reference.MeantBy(codes).VaccineId is not null) await Settle(MissingReference.Codes(codes), CancellationToken.None);
        }
    }

    /// <summary>Settles what waits for values that are in the lists of a country by now.</summary>
    public async Task SettleListed(string country, CancellationToken cancel)
    {
        foreach (var kind in MissingReference.ListKinds)
        {
            var begin = MissingReference.ListBegin(kind, country);
            await foreach (var value in Waiting(store, begin, null, cancel))
                if (CountryLists.Allows(MissingReference.ListOf(reference.ListsOf(country), kind), value))
                    await Settle(begin + value, cancel);
        }
    }

    /// <summary>The codes that lines wait for, in order.</summary>
    /// <param name="store">The lines.</param>
    /// <param name="after">The codes after which they begin, or null.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static IAsyncEnumerable<string> WaitingCodes(AdministrationStore store, string? after, CancellationToken cancel) =>
        Waiting(store, MissingReference.CodesBegin, after, cancel);

    /// <summary>The rest of what lines wait for that begins alike, in order.</summary>
    private static async IAsyncEnumerable<string> Waiting(
        AdministrationStore store, string begin, string? after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var at = new DocumentAddress(begin + after, after is null ? "" : AfterAllIds);
        while (await store.ScanAll(Collections.HeldMissing, at, 1, cancel) is [var first]
            && first.Partition.StartsWith(begin, StringComparison.Ordinal))
        {
            yield return first.Partition[begin.Length..];
            at = new DocumentAddress(first.Partition, AfterAllIds);
        }
    }

    /// <summary>Settles whatever is known by now.</summary>
    public async Task SettleAll(CancellationToken cancel)
    {
        DocumentAddress? after = null;
        while (await store.ScanAll(Collections.HeldMissing, after, 1, cancel) is [var first])
        {
            var waiting = (await store.Find<HeldPointer>(Collections.HeldMissing, first.Partition, first.Id, cancel)) is { } pointer
                ? await store.Find<HeldDocument>(Collections.Held, pointer.FacilityId, first.Id, cancel)
                : null;
            if (waiting is not null
                && reference.Missing(waiting.Naming(reference.Meant(waiting.VaccineId))) != first.Partition)
                await Settle(first.Partition, cancel);
            after = new DocumentAddress(first.Partition, AfterAllIds);
        }
    }

    /// <summary>Settles what it can of a page and returns how many doses are counted now.</summary>
    /// <param name="tx">The change.</param>
    /// <param name="page">The lines, by what they wait for.</param>
    /// <param name="codes">To which the codes are added that lines wait for from now on.</param>
    private async ValueTask<long> SettlePage(ITransaction tx, IReadOnlyList<Document> page, HashSet<string> codes)
    {
        var counted = new List<(string SubmissionId, AdministeredSum Sum)>();
        var courses = new Courses(tx);
        foreach (var entry in page)
        {
            var missing = entry.Partition;
            if (await tx.Find(Collections.HeldMissing, missing, entry.Id) is null) continue;
            var facilityId = entry.As<HeldPointer>().FacilityId;
            if (LineId.Parse(entry.Id) is not { } id
                || await tx.Find<HeldDocument>(Collections.Held, facilityId, entry.Id) is not { } held
                || await tx.FindKey(id.Space, id.Key) is not { } record
                || DoseRecord.StateOf(record.Span) != DoseState.Held) continue;
            var vaccineId = reference.Meant(held.VaccineId);
            var now = await reference.MissingIn(tx, held.Naming(vaccineId));
            if (now == missing) continue;
            if (vaccineId != held.VaccineId) record = DoseRecord.OfVaccine(record.Span, vaccineId);
            await tx.Delete(Collections.HeldMissing, missing, entry.Id);
            if (now is not null)
            {
                if (now == MissingReference.Codes(vaccineId)) codes.Add(vaccineId);
                await tx.Put(Collections.Held, facilityId, entry.Id, held with { Missing = now, VaccineId = vaccineId });
                if (vaccineId != held.VaccineId) await tx.ReplaceKey(id.Space, new InsertOnceKey(id.Key, record));
                await tx.Put(Collections.HeldMissing, now, entry.Id, new HeldPointer(facilityId));
                continue;
            }

            await tx.Delete(Collections.Held, facilityId, entry.Id);
            await tx.ReplaceKey(id.Space, new InsertOnceKey(id.Key, DoseRecord.InState(record.Span, DoseState.Counted)));
            var line = DoseRecord.Read(record.Span);
            await courses.Add(id.Text, line);
            counted.Add((held.SubmissionId, line.Standing));
        }

        // A report that none were given counts no dose, and is no event.
        counted.RemoveAll(line => !DoseKinds.IsCounted(line.Sum.Kind) || line.Sum is { Doses: 0, Kind: not null });
        var nones = counted.Where(line => line.Sum.Doses == 0).Select(line => line.Sum).ToArray();
        counted.RemoveAll(line => line.Sum.Doses == 0);
        var sums = Merge(counted.Select(line => line.Sum));
        sums.AddRange(nones);
        var paths = await reference.PathsIn(tx, sums.Select(sum => sum.FacilityId));
        foreach (var delta in Cells.Of(sums, paths)) tx.Add(delta.Family, delta.Partition, delta.Key, delta.Doses);
        foreach (var submission in counted.GroupBy(line => line.SubmissionId))
            tx.Publish(new DosesAdministered(submission.Key, Merge(submission.Select(line => line.Sum))));
        return counted.Sum(line => line.Sum.Doses);
    }

    private static List<AdministeredSum> Merge(IEnumerable<AdministeredSum> sums) =>
        [.. sums.GroupBy(sum => sum with { Doses = 0 }, sum => sum.Doses, (dimensions, doses) => dimensions with { Doses = doses.Sum() })];
}
