using Distribution.Administration.Domain;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
using Distribution.Platform.Storage;

namespace Distribution.Administration.Intake;

/// <summary>
/// Takes back a line, or some doses of a tally, that was entered in error. One that comes before its line is kept, and applied in the
/// commit that takes the line in, so that facts end the same in any order.
/// </summary>
/// <param name="RequestId">The request.</param>
/// <param name="Reason">Why, in a person's words.</param>
/// <param name="Doses">How many, 1 or more; null for all.</param>
/// <param name="RecordedBy">Who asked for it.</param>
/// <param name="RecordedAt">When it was recorded.</param>
internal sealed record Retraction(string RequestId, string Reason, long? Doses, string RecordedBy, DateTimeOffset RecordedAt)
{
    private const int PageDocuments = 1_000;

    /// <summary>The line that stands in the place of the one that is taken back, where this is a correction.</summary>
    public string? CorrectedBy { get; init; }

    /// <summary>The shape of this record.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Keeps the retraction of a line that is not there yet.</summary>
    /// <param name="tx">The change.</param>
    /// <param name="id">The line.</param>
    /// <param name="record">What is kept of it: nothing, or that it was discarded.</param>
    public async ValueTask Await(ITransaction tx, LineId id, ReadOnlyMemory<byte>? record)
    {
        if (record is { } discarded)
            await tx.ReplaceKey(id.Space, new InsertOnceKey(id.Key, DoseRecord.InState(discarded.Span, DoseState.Awaited)));
        else await tx.InsertOnce(id.Space, [new InsertOnceKey(id.Key, DoseRecord.Awaited)], (_, _) => { });
        await tx.Put(Collections.AwaitedRetractions, id.Text, RequestId, this);
    }

    /// <summary>Whether all of a line that is not there yet is to be taken back when it comes.</summary>
    public static async ValueTask<bool> IsWholeAwaited(ITransaction tx, LineId id) =>
        (await tx.Scan(Collections.AwaitedRetractions, id.Text, null, PageDocuments)).Any(kept => kept.As<Retraction>().Doses is null);

    /// <summary>
    /// Applies what was kept of a line that is there now. One of more doses than stand takes nothing, as it would have been refused after
    /// the line: it can be read with the line that it took 0.
    /// </summary>
    public static async ValueTask ApplyAwaited(ITransaction tx, LineId id, ReferenceData reference)
    {
        var awaited = await tx.Scan(Collections.AwaitedRetractions, id.Text, null, PageDocuments);
        foreach (var retraction in awaited.Select(document => document.As<Retraction>()).OrderBy(retraction => retraction.RecordedAt))
        {
            await tx.Delete(Collections.AwaitedRetractions, id.Text, retraction.RequestId);
            var record = (await tx.FindKey(id.Space, id.Key))!.Value;
            if (retraction.Doses > DoseRecord.Read(record.Span).Standing.Doses) await retraction.Record(tx, id, 0);
            else if (await retraction.TakeBack(tx, id, record) is { } sum) await retraction.Uncount(tx, [sum], reference);
        }
    }

    /// <summary>
    /// Takes doses of a kept line back, as many as stand at most, and keeps who did and why; returns what is counted no longer, for
    /// <see cref="Uncount"/>, or null where nothing was. A report that none were given is taken back with its 0 doses.
    /// </summary>
    public async ValueTask<AdministeredSum?> TakeBack(ITransaction tx, LineId id, ReadOnlyMemory<byte> record)
    {
        var content = DoseRecord.Read(record.Span);
        tx.Concerns(content.Sum.FacilityId);
        var standing = content.Standing;
        var doses = Math.Min(Doses ?? standing.Doses, standing.Doses);
        if (content.State == DoseState.Held) await TakeFromHeld(tx, id, content, standing.Doses - doses);
        else await new Courses(tx).Remove(id.Text, content);
        // A held line ends retracted too, so that it does not matter whether it is settled before or after.
        await tx.ReplaceKey(
            id.Space, new InsertOnceKey(id.Key, DoseRecord.WithTakenBack(record.Span, checked((int)(content.TakenBack + doses)))));
        var uncounted = content.State == DoseState.Counted && DoseKinds.IsCounted(content.Sum.Kind) ? doses : 0;
        await Record(tx, id, uncounted);
        var wasNone = content.State == DoseState.Counted && content.Sum is { Doses: 0, Kind: null };
        return uncounted == 0 && !wasNone ? null : standing with { Doses = uncounted };
    }

    /// <summary>Takes doses out of the coverage cells, and tells the ledger.</summary>
    public async ValueTask Uncount(ITransaction tx, IReadOnlyList<AdministeredSum> sums, ReferenceData reference)
    {
        var paths = await reference.PathsIn(tx, sums.Select(sum => sum.FacilityId));
        foreach (var delta in Cells.Of(sums, paths, sign: -1)) tx.Add(delta.Family, delta.Partition, delta.Key, delta.Doses);
        AdministeredSum[] doses = [.. sums.Where(sum => sum.Doses > 0)];
        if (doses.Length > 0) tx.Publish(new AdministrationRetracted(RequestId, Reason, doses));
    }

    private ValueTask Record(ITransaction tx, LineId id, long doses) => Corrections.Record(
        tx, id, new CorrectionDocument(CorrectedBy is null ? "retract" : "correct", RequestId, Reason, RecordedBy, RecordedAt)
        {
            Doses = doses,
            CorrectedBy = CorrectedBy,
        });

    private static async ValueTask TakeFromHeld(ITransaction tx, LineId id, DoseContent content, long left)
    {
        if (left == 0) await Corrections.RemoveHeld(tx, id, content);
        else if (await tx.Find<HeldDocument>(Collections.Held, content.Sum.FacilityId, id.Text) is { } held)
            await tx.Put(Collections.Held, content.Sum.FacilityId, id.Text, held with { Doses = left });
    }
}
