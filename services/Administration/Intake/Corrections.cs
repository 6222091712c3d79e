using Distribution.Administration.Domain;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Intake;

/// <summary>What retracting and discarding share.</summary>
internal static class Corrections
{
    /// <summary>
    /// Why a caller may not do something with a line, or null: one of a place of which the caller may not know is not there, as one that is
    /// not there yet, of which nobody can say where it is. Asked before a commit, which gives a repeat its first answer unasked.
    /// </summary>
    /// <param name="caller">Who.</param>
    /// <param name="right">What is to be done.</param>
    /// <param name="id">The line.</param>
    /// <param name="unknown">What is said where there is no such line.</param>
    /// <param name="store">The lines.</param>
    /// <param name="reference">The places.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static async ValueTask<Refusal?> RefuseAt(
        Caller caller, Right right, LineId id, Refusal unknown, AdministrationStore store, ReferenceData reference,
        CancellationToken cancel)
    {
        if (caller.ReachOf(right).IsEverywhere) return null;
        await reference.CatchUp(store, cancel);
        return await store.FindKey(id.Space, id.Key, cancel) is not { } kept || DoseRecord.StateOf(kept.Span) is DoseState.Awaited
            ? unknown
            : caller.RefuseAt(right, reference.Tree, DoseRecord.Read(kept.Span).Sum.FacilityId, unknown);
    }

    /// <summary>The answer to a request id that was used before, for another line.</summary>
    public static Refusal UsedForAnother(string id) =>
        Refusal.Conflict($"requestId: was used before, for '{id}'; give this request an id of its own.");

    /// <summary>Why lines of some facilities may not be taken back for a reason, or null: it is not in the list of their country.</summary>
    /// <remarks>Of a line that is not there yet nobody can say where it is: it is taken back for whatever reason was given.</remarks>
    public static async ValueTask<Refusal?> RefuseReason(
        ITransaction tx, ReferenceData reference, IEnumerable<string> facilityIds, string reason)
    {
        foreach (var country in facilityIds.Select(id => reference.Tree.Find(id)?.Country).OfType<string>().Distinct())
        {
            if (CountryLists.Allows(reference.ListsOf(country).RetractionReasons, reason)) continue;
            // Another instance may have changed it.
            var list = (await ReferenceData.ListsIn(tx, country)).RetractionReasons;
            if (CountryLists.Allows(list, reason)) continue;
            return Refusal.Field("reason", $"is not one of those for which reports of {country} are taken back: "
                + (Guesses.Nearest(reason, list!) is { } meant ? $"perhaps '{meant}' was meant" : "choose one of them")
                + $"; GET /api/v1/countries/{country} has them all");
        }

        return null;
    }

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
