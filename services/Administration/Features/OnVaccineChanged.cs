using Distribution.Administration.Held;
using Distribution.Administration.Intake;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Administration.Features;

/// <summary>Takes in a vaccine, then settles the lines that waited for it, for one of its codes or for one of its dose numbers.</summary>
internal sealed class OnVaccineChanged(
    AdministrationStore store, ReferenceData reference, HeldSettlement settlement)
    : IConsumer<VaccineChanged>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<VaccineChanged> context) =>
        Take(context.Message, context.Cause("on-vaccine-changed"), context.CancellationToken);

    /// <summary>Takes in a vaccine, once for a cause.</summary>
    public async Task Take(VaccineChanged changed, string cause, CancellationToken cancel)
    {
        // Also where it was taken in before, and the program ended then.
        var hasOtherSeries = true;
        await store.Commit(cause, async tx =>
        {
            var before = await tx.Find<VaccineDocument>(Collections.Vaccines, Collections.Whole, changed.VaccineId);
            var after = VaccineDocument.After(before, changed);
            hasOtherSeries = before is not null && !before.Series.SequenceEqual(after.Series);
            await tx.Put(Collections.Vaccines, Collections.Whole, changed.VaccineId, after);
            await tx.Put(Collections.Meta, Collections.Whole, Collections.Vaccines, "{}"u8.ToArray());
            return Decision.Accept();
        }, cancel);
        if (await store.Find<VaccineDocument>(Collections.Vaccines, Collections.Whole, changed.VaccineId, cancel) is not { } stored) return;
        reference.Apply(stored);
        await settlement.Settle(MissingReference.Vaccine(changed.VaccineId), cancel);
        await settlement.SettleCodes(cancel);
        foreach (var doseNumber in stored.DoseNumbers)
            await settlement.Settle(MissingReference.DoseNumber(changed.VaccineId, doseNumber), cancel);
        if (hasOtherSeries) await Courses.JudgeAnew(store, stored, cancel);
    }
}
