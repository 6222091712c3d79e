using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;

namespace Distribution.Administration.Intake;

/// <summary>What retracting and discarding share.</summary>
internal static class Corrections
{
    /// <summary>Why a caller may not do something with a line, or null: one of a place of which the caller may not know is not there, as
    /// one that is not there yet, of which nobody can say where it is.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="right">What is to be done.</param>
    /// <param name="record">What is kept of the line; null where nothing is.</param>
    /// <param name="unknown">What is said where there is no such line.</param>
    /// <param name="places">The tree, caught up with.</param>
    public static Refusal? RefuseAt(Caller caller, Right right, ReadOnlyMemory<byte>? record, Refusal unknown, PlaceTree places) =>
        caller.ReachOf(right).IsEverywhere ? null
        : record is not { } kept || DoseRecord.StateOf(kept.Span) is DoseState.Awaited ? unknown
        : caller.RefuseAt(right, places, DoseRecord.Read(kept.Span).Sum.FacilityId, unknown);

    /// <summary>The answer to a request id that was used before, for another line.</summary>
    public static Refusal UsedForAnother(string id) =>
        Refusal.Conflict($"requestId: was used before, for '{id}'; give this request an id of its own.");

    /// <summary>Removes a held line's documents.</summary>
    public static async ValueTask RemoveHeld(ITransaction tx, LineId id, DoseContent content)
    {
        if (await tx.Find<HeldDocument>(Collections.Held, content.Sum.FacilityId, id.Text) is not { } held) return;
        await tx.Delete(Collections.Held, content.Sum.FacilityId, id.Text);
        await tx.Delete(Collections.HeldMissing, held.Missing, id.Text);
    }

    /// <summary>Keeps who took a line back, and why.</summary>
    public static async ValueTask Record(ITransaction tx, LineId id, CorrectionDocument correction) =>
        await tx.Put(Collections.Corrections, id.Text, correction.RequestId, correction);
}
