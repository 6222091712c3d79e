using Distribution.Administration.Domain;
using Distribution.Administration.Intake;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Recipients;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Outside;

/// <summary>
/// Takes in what other systems tell of doses, in one change: the same lines, counted the same way, as those of a submission. Each is named
/// by its key, so that telling it again changes nothing, in whatever message and order.
/// </summary>
internal sealed class KeyedReports(
    AdministrationStore store, ReferenceData reference, RecipientKeys keys, ChunkPool chunks, TimeProvider clock)
{
    /// <summary>Doses of one message at most.</summary>
    public const int LinesMax = 1_000;

    /// <summary>Takes in the doses of a message, or none of them.</summary>
    /// <param name="submissionId">Names the message: see <see cref="KeyedLine.IdOf"/>.</param>
    /// <param name="lines">The doses, <see cref="LinesMax"/> at most.</param>
    /// <param name="reason">Why what was told before is taken back or corrected, in words.</param>
    /// <param name="caller">Who tells of them.</param>
    /// <param name="refusesUnknown">Whether a dose that would be held is refused instead.</param>
    /// <param name="isWhole">Whether nothing is taken where one of them cannot be.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>What came of each, in their order; and whether nothing was taken for that.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot take changes now: nothing was taken.</exception>
    public async Task<(IReadOnlyList<KeyedOutcome> Outcomes, bool NothingTaken)> Take(
        string submissionId, IReadOnlyList<KeyedLine> lines, string reason, Caller caller, bool refusesUnknown, bool isWhole,
        CancellationToken cancel)
    {
        // Codes and places mean what they mean by now, whichever instance took that in.
        await reference.CatchUp(store, cancel);
        var newestDay = LineRules.NewestDay(clock.GetUtcNow());
        var (chunk, second) = (chunks.Rent(reference.MayReport(caller)), chunks.Rent(reference.MayReport(caller)));
        do
        {
            await keys.GetReady(chunk.Recipients.TakeAwaited(), cancel);
            chunk.Begin(submissionId, newestDay, LinesMax);
            foreach (var (index, line) in lines.Index())
            {
                if (line.Line is { } said && !(refusesUnknown && Missing(said, caller) is not null))
                    chunk.AddLine(index + 1, StoreJson.Bytes(said));
            }
        }
        while (chunk.Recipients.Awaited.Count > 0);

        var fates = new Dictionary<long, LineFate>();
        var counting = new ChunkCounting(chunk, reference, store, reference.Guesses(caller.ReachOf(Right.ReportWrite)), fates);
        var replacing = new Replacing(second, newestDay, store, reference, caller);
        var outcomes = new KeyedOutcome[lines.Count];
        SubmissionAnswer? answer = null;
        var committed = await store.Change<SubmissionAnswer>(async tx =>
        {
            answer = await counting.Count(tx);
            foreach (var (index, line) in lines.Index())
            {
                outcomes[index] = line.Line is not { } said ? await Retract(tx, line, submissionId, reason, caller)
                    : refusesUnknown && Missing(said, caller) is { } missing ? new(KeyedFate.Refused, missing)
                    : await Settle(tx, chunk, index + 1, line, fates, new(replacing, caller, submissionId, reason));
            }

            return isWhole && Array.Exists(outcomes, outcome => outcome.Fate >= KeyedFate.Conflict)
                ? Refusal.Conflict("nothing was taken")
                : answer;
        }, CancellationToken.None, counting.Reads);
        if (committed.Refusal is null)
        {
            SubmissionMeasures.Note(answer!);
            counting.NoteHeldCodes();
        }

        chunks.Return(chunk);
        chunks.Return(second);
        return (outcomes, committed.Refusal is not null);
    }

    /// <summary>What a line waits for, or would, in words; null where it counts.</summary>
    private string? Missing(SubmittedLine line, Caller caller)
    {
        var vaccine = line.VaccineCodes is { Count: > 0 } codes
            ? VaccineCodes.TextOf(codes.Select(code => Coding.Of(code.System, code.Code)))
            : line.VaccineId!;
        return Missing(new LineNames(line.FacilityId, vaccine, line.DoseNumber, line.Sex, line.AgeBand, line.PriorityGroup), caller);
    }

    private string? Missing(in LineNames line, Caller caller)
    {
        if (reference.Missing(line with { VaccineId = reference.Meant(line.VaccineId) }) is not { } missing) return null;
        var guesses = reference.Guesses(caller.ReachOf(Right.ReportWrite));
        guesses.For(missing);
        return guesses.Words(missing);
    }

    /// <summary>The dose as it is now, or null where nothing is known of it.</summary>
    public async ValueTask<(LineVersion Version, LineId Id, DoseContent Content)?> Find(Guid id, CancellationToken cancel)
    {
        var line = LineId.OfDose(id);
        while (await store.FindKey(line.Space, line.Key, cancel) is { } record && DoseRecord.StateOf(record.Span) != DoseState.Awaited)
        {
            var content = DoseRecord.Read(record.Span);
            var version = await LineVersion.Of(store, line, content, cancel);
            if (version.After is null) return (version, line, content);
            line = LineId.Parse(version.After)!.Value;
        }

        return null;
    }

    /// <summary>What comes of a line that was counted with the others, or cannot be.</summary>
    private async ValueTask<KeyedOutcome> Settle(
        ITransaction tx, Chunk chunk, long number, KeyedLine line, Dictionary<long, LineFate> fates, Correcting correcting)
    {
        if (chunk.Rejected.Listed.FirstOrDefault(rejected => rejected.Line == number) is { } never)
            return new(never.Reason == LineRules.NoRight ? KeyedFate.NoRight : KeyedFate.Rejected, never.Reason);
        var isNew = !fates.TryGetValue(number, out var fate);
        if (isNew || fate.Kind == FateKind.Held)
            return line.Expected is not null ? new(KeyedFate.Stale) : isNew ? new(KeyedFate.Taken) : new(KeyedFate.Held, fate.Why);

        // Something of this key was there: what stands of it now is the newest version.
        var (id, version, kept) = await Newest(tx, LineId.OfDose(line.Id));
        var shown = Shown(version, kept);
        if (line.Expected is { } expected && expected != shown) return new(KeyedFate.Stale, null, shown);
        // Who got it is never told, so who changes something else cannot say it again.
        var saysWho = line is not { Action: KeyedAction.Put, Line.RecipientKey: null };
        var before = saysWho || kept is null ? kept : kept with { Recipient = null };
        // What was reported first stays a repeat of it, whatever it was corrected to since.
        var isRepeat = fate.Kind == FateKind.Repeated && (version.Before is null || line.Action == KeyedAction.Add);
        var isTheSame = before is null || isRepeat
            || DoseRecord.Difference(reference.Meant(before), reference.Meant(Said(chunk, number))) is null;
        if (isTheSame && (kept?.State != DoseState.Retracted || line.Action == KeyedAction.Add))
        {
            return kept is { State: DoseState.Held, Sum: var sum }
                ? new(KeyedFate.Held, Missing(LineNames.Of(sum), correcting.Caller), shown)
                : new(KeyedFate.Known, null, shown);
        }

        if (line.Action == KeyedAction.Add) return new(KeyedFate.Conflict, fate.Why ?? "was corrected since", shown);
        if (correcting.Caller.RefuseAt(Right.ReportRetract, reference.Tree, kept!.Sum.FacilityId) is { } mayNot)
            return new(KeyedFate.NoRight, mayNot.Detail, shown);
        var decided = await correcting.Replacing.Replace(
            tx, id, $"{correcting.SubmissionId}#{number}", correcting.Reason, (to, _, next) => Add(to, line.Line! with { DoseId = next }));
        return decided.Refusal is { } refusal
            ? new(refusal.Status == 403 ? KeyedFate.NoRight : KeyedFate.Conflict, refusal.Detail, shown)
            : new(KeyedFate.Corrected, null, decided.Answer.Version);
    }

    private async ValueTask<KeyedOutcome> Retract(
        ITransaction tx, KeyedLine line, string submissionId, string reason, Caller caller)
    {
        var (id, version, kept) = await Newest(tx, LineId.OfDose(line.Id));
        if (kept is null or { State: DoseState.Discarded }
            || caller.RefuseAt(Right.ReportRetract, reference.Tree, kept.Sum.FacilityId) is not null) return new(KeyedFate.Unknown);
        var shown = Shown(version, kept);
        if (line.Expected is { } expected && expected != shown) return new(KeyedFate.Stale, null, shown);
        if (kept.State == DoseState.Retracted) return new(KeyedFate.Retracted, null, shown);
        var retraction = new Retraction($"{submissionId}#{line.Id}", reason, null, caller.Subject, tx.Now);
        if (await retraction.TakeBack(tx, id, (await tx.FindKey(id.Space, id.Key))!.Value) is { } sum)
            await retraction.Uncount(tx, [sum], reference);
        return new(KeyedFate.Retracted, null, shown + 1);
    }

    /// <summary>The version as others are told it: that a dose was taken back is one more.</summary>
    public static int Shown(LineVersion version, DoseContent? kept) =>
        version.Number + (kept?.State == DoseState.Retracted ? 1 : 0);

    private static async ValueTask<(LineId Id, LineVersion Version, DoseContent? Kept)> Newest(ITransaction tx, LineId id)
    {
        var version = await LineVersion.In(tx, id);
        while (version.After is { } after)
        {
            id = LineId.Parse(after)!.Value;
            version = await LineVersion.In(tx, id);
        }

        var record = await tx.FindKey(id.Space, id.Key);
        return (id, version, record is { } there && DoseRecord.StateOf(there.Span) != DoseState.Awaited
            ? DoseRecord.Read(there.Span)
            : null);
    }

    private static DoseContent Said(Chunk chunk, long number) =>
        DoseRecord.Read(chunk.RecordOf(chunk.Doses.First(entry => entry.Line == number)).Span);

    private static Refusal? Add(Chunk chunk, SubmittedLine line)
    {
        // Who got the dose goes along with what stands there now.
        chunk.AddLine(1, StoreJson.Bytes(line with { RecipientKey = null }));
        return chunk.Rejected.Listed is not [var rejected] ? null
            : chunk.NotAllowed > 0 ? Refusal.NoRight(rejected.Reason)
            : Refusal.Field("line", rejected.Reason);
    }

    private readonly record struct Correcting(Replacing Replacing, Caller Caller, string SubmissionId, string Reason);
}
