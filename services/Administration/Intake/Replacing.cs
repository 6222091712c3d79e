using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Access;

namespace Distribution.Administration.Intake;

/// <summary>Puts lines in the place of others that were reported wrongly: takes one back and counts the other, in one change.</summary>
/// <param name="chunk">Where the line is put together.</param>
/// <param name="newestDay">The last day that a dose may be dated.</param>
/// <param name="store">The lines.</param>
/// <param name="reference">What is known of places and vaccines.</param>
/// <param name="caller">Who asks for it.</param>
internal sealed class Replacing(Chunk chunk, int newestDay, AdministrationStore store, ReferenceData reference, Caller caller)
{
    /// <summary>Replaces a line, which may not be there yet.</summary>
    /// <param name="tx">The change.</param>
    /// <param name="id">The line.</param>
    /// <param name="requestId">The request.</param>
    /// <param name="reason">Why, in a person's words.</param>
    /// <param name="add">Adds the right line to the chunk, under the id that it is given; says why it can never be counted, or null. It
    /// is given what is kept of the other, or null where that is not there yet.</param>
    public async ValueTask<Decision<Replaced>> Replace(
        ITransaction tx, LineId id, string requestId, string reason, Func<Chunk, DoseContent?, Guid, Refusal?> add)
    {
        var version = await LineVersion.In(tx, id);
        if (version.RefuseUnlessNewest(id) is { } corrected) return corrected;
        var record = await tx.FindKey(id.Space, id.Key);
        var kept = record is { } there && DoseRecord.StateOf(there.Span) != DoseState.Awaited ? DoseRecord.Read(there.Span) : null;
        var gone = kept?.State switch
        {
            DoseState.Discarded => "discarded",
            DoseState.Retracted => "retracted as entered in error",
            null when await Retraction.IsWholeAwaited(tx, id) => "retracted as entered in error",
            _ => null,
        };
        if (gone is not null) return Refusal.Conflict($"'{id.Text}' was {gone}: report the correct dose under a new id.");

        var after = id.Space == LineId.Doses ? LineId.OfDose(version.NextId) : LineId.OfTally($"{version.NextId}", 1);
        if (await tx.FindKey(after.Space, after.Key) is not null) return Refusal.Conflict($"'{after.Text}' is the id of another line.");
        chunk.Begin($"{version.NextId}", newestDay);
        chunk.Recipients.Keep(kept is null ? default : DoseRecord.MarkOf(record!.Value.Span));
        if (add(chunk, kept, version.NextId) is { } wrong) return wrong;

        var retraction = new Retraction(requestId, reason, null, caller.Subject, tx.Now) { CorrectedBy = after.Text };
        AdministeredSum? taken = null;
        if (kept is null) await retraction.Await(tx, id, record);
        else if ((taken = await retraction.TakeBack(tx, id, record!.Value)) is not null) await retraction.Uncount(tx, [taken], reference);
        await version.Follow(tx, id, after);
        var counting = new ChunkCounting(chunk, reference, store, reference.Guesses(caller.ReachOf(Right.ReportWrite)));
        var counted = await counting.Count(tx);
        counting.NoteHeldCodes();
        return new Replaced(after, version.Number + 1, taken?.Doses ?? 0, counted, kept is null);
    }
}

/// <summary>What came of it.</summary>
/// <param name="By">The line that stands in the other's place.</param>
/// <param name="Version">Which version that is.</param>
/// <param name="Retracted">Doses that are counted no longer.</param>
/// <param name="Counted">What came of the new line.</param>
/// <param name="Awaited">Whether the other line is not there yet.</param>
internal sealed record Replaced(LineId By, int Version, long Retracted, SubmissionAnswer Counted, bool Awaited);
