using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Store;
using Distribution.Platform.Storage;
using Microsoft.AspNetCore.Http;

namespace Distribution.Administration.Intake;

/// <summary>Answers a submission as it would be answered, and keeps nothing.</summary>
internal static class DryRun
{
    /// <summary>Counts, and gives the change up. A repeat of a submission that is kept gets its first answer.</summary>
    /// <param name="chunk">All lines of the submission.</param>
    /// <param name="counting">What counts them.</param>
    /// <param name="store">Against which they are counted.</param>
    /// <param name="print">By what a repeat is told.</param>
    /// <param name="warnings">What of them looks wrong.</param>
    public static async Task<IResult> Of(
        Chunk chunk, ChunkCounting counting, AdministrationStore store, LinesPrint print, LineWarnings warnings)
    {
        var (committed, answer) = await store.Try(SubmissionCause.Of(chunk.SubmissionId), counting.Count, CancellationToken.None);
        return committed.Repeated
            ? SubmissionCause.Result(committed, print)
            : new KeptAnswer(StoreJson.Bytes(warnings.In(answer!)));
    }
}
