using Distribution.Administration.Intake;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Outside;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Platform.Identity;
using Distribution.SharedKernel.Access;
using R4 = Hl7.Fhir.Model;

namespace Distribution.Administration.Fhir;

/// <summary>Doses as Immunizations, to whom they may be shown.</summary>
internal sealed class ImmunizationViews(AdministrationStore store, ReferenceData reference, KeyedReports reports)
{
    /// <summary>The Immunization of this address; null where there is none that the caller may see.</summary>
    public Task<R4.Immunization?> Find(string id, Caller caller, CancellationToken cancel) =>
        Find(ImmunizationReader.KeyOf(id), id, caller, cancel);

    /// <summary>The one with this identifier.</summary>
    public Task<R4.Immunization?> Find(string system, string value, Caller caller, CancellationToken cancel)
    {
        var key = ImmunizationReader.KeyOf(system, value);
        return Find(key, $"{key}", caller, cancel);
    }

    /// <summary>Some of those of a facility and a day, in the order in which they came.</summary>
    /// <returns>Them, and what to go on with; null at the end.</returns>
    /// <exception cref="FormatException">It cannot be gone on with that.</exception>
    public async Task<(IReadOnlyList<R4.Immunization> Found, string? Next)> Of(
        string facility, DateOnly day, string? after, int count, Caller caller, CancellationToken cancel)
    {
        var reach = caller.ReachOf(Right.LinesRead);
        await reference.CatchUp(reach, store, cancel);
        if (!reference.Tree.IsIn(reach, facility)) return ([], null);
        var found = new List<R4.Immunization>();
        var page = await store.KeysLabelled(LineId.Doses, LineId.Label(facility, day), after, count, cancel);
        foreach (var key in page.Keys)
        {
            if (DoseRecord.StateOf(key.Value.Span) is DoseState.Awaited or DoseState.Discarded) continue;
            var line = LineId.OfKey(LineId.Doses, key.Key);
            var content = DoseRecord.Read(key.Value.Span);
            var version = await LineVersion.Of(store, line, content, cancel);
            // Another stands in its place, perhaps elsewhere.
            if (version.After is not null || LineId.Parse(version.First) is not { Space: LineId.Doses }) continue;
            found.Add(ShownImmunization.Of(version.First, version.First, KeyedReports.Shown(version, content), content, reference));
        }

        return (found, page.Next);
    }

    private async Task<R4.Immunization?> Find(Guid key, string id, Caller caller, CancellationToken cancel)
    {
        if (await reports.Find(key, cancel) is not (var version, _, { State: not DoseState.Discarded } kept)) return null;
        var reach = caller.ReachOf(Right.LinesRead);
        await reference.CatchUp(reach, store, cancel);
        return reference.Tree.IsIn(reach, kept.Sum.FacilityId)
            ? ShownImmunization.Of(id, $"{key}", KeyedReports.Shown(version, kept), kept, reference)
            : null;
    }
}
