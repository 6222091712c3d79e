using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Store;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Intake;

/// <summary>
/// One of the versions of a line that was corrected. Each is a line of its own with an id of its own; what was reported is version 1, and
/// all but the newest are retracted.
/// </summary>
/// <param name="First">The line as it was reported.</param>
/// <param name="Number">Which version it is, from 1.</param>
/// <param name="Before">The version that it corrected; null of the first.</param>
/// <param name="After">The version that corrected it; null of the newest.</param>
internal sealed record LineVersion(string First, int Number, string? Before, string? After)
{
    /// <summary>The shape of this record.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The id of the version after this one, and of the submission that it counts as brought by: it follows from the first
    /// one's, so that no two corrections ever make two lines of one.</summary>
    public Guid NextId => NamedUuid.Of($"{First}#{Number + 1}");

    /// <summary>The version that a line is, which is the first where nobody corrected it.</summary>
    public static async ValueTask<LineVersion> In(ITransaction tx, LineId id) =>
        await tx.Find<LineVersion>(Collections.LineVersions, Collections.Whole, id.Text) ?? Uncorrected(id);

    /// <summary>The same, read outside of a change.</summary>
    /// <param name="store">The lines.</param>
    /// <param name="id">The line.</param>
    /// <param name="content">What is kept of it, which tells of most lines that nobody corrected them, nor any other by them.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static async ValueTask<LineVersion> Of(AdministrationStore store, LineId id, DoseContent content, CancellationToken cancel) =>
        content.State == DoseState.Retracted || id.Text == content.SubmissionId || id.Text == $"{content.SubmissionId}:1"
            ? await store.Find<LineVersion>(Collections.LineVersions, Collections.Whole, id.Text, cancel) ?? Uncorrected(id)
            : Uncorrected(id);

    /// <summary>Keeps that a line was corrected.</summary>
    /// <param name="tx">The change.</param>
    /// <param name="id">The line, of which this is the version.</param>
    /// <param name="after">The line that corrects it.</param>
    public async ValueTask Follow(ITransaction tx, LineId id, LineId after)
    {
        await tx.Put(Collections.LineVersions, Collections.Whole, id.Text, this with { After = after.Text });
        await tx.Put(Collections.LineVersions, Collections.Whole, after.Text, new LineVersion(First, Number + 1, id.Text, null));
    }

    /// <summary>Why a line can be neither retracted nor corrected, because another stands in its place; or null.</summary>
    public Refusal? RefuseUnlessNewest(LineId id) => After is null
        ? null
        : Refusal.Conflict($"'{id.Text}' was corrected: '{After}' stands in its place. Name that one.");

    private static LineVersion Uncorrected(LineId id) => new(id.Text, 1, null, null);
}
