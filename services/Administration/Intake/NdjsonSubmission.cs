using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Recipients;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts;
using Distribution.Interop.Sheets;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Http;

namespace Distribution.Administration.Intake;

/// <summary>
/// A submission of any length, counted chunk by chunk in bounded memory. Each chunk is one commit that keeps its part
/// of the answer, so that a retry after a crash counts nothing twice and comes to the same answer.
/// </summary>
/// <param name="submissionId">The submission.</param>
/// <param name="store">Where it is counted.</param>
/// <param name="reference">What is known of places and vaccines.</param>
/// <param name="keys">The keys that hash who got the doses.</param>
/// <param name="newestDay">The last day that a dose may be dated.</param>
/// <param name="caller">Who sent it.</param>
/// <param name="warnings">What of it looks wrong.</param>
/// <param name="isDryRun">Whether nothing of it is kept: then it is one chunk.</param>
internal sealed class NdjsonSubmission(
    string submissionId, AdministrationStore store, ReferenceData reference, RecipientKeys keys, int newestDay, Caller caller,
    LineWarnings warnings, bool isDryRun)
{
    private const int DryRunLinesMax = 50_000;

    private readonly int _chunkLines = isDryRun ? DryRunLinesMax : 2_000;

    /// <summary>Bytes of lines after which a chunk is committed though it has fewer lines.</summary>
    private readonly int _chunkBytes = (isDryRun ? 32 : 4) * 1024 * 1024;

    private readonly LineProblems _conflicts = new(SubmissionAnswer.ListedMax);
    private readonly LineProblems _rejected = new(SubmissionAnswer.ListedMax);
    private readonly LineProblems _heldLines = new(SubmissionAnswer.ListedMax);
    private readonly HashSet<string> _labels = [];
    private readonly Guesses _guesses = reference.Guesses(caller.ReachOf(Right.ReportWrite));
    private long _accepted;
    private long _duplicates;
    private long _held;
    private long _kept;
    private long _lines;
    private long _notTaken;
    private int _chunks;

    /// <summary>Reads, counts and answers.</summary>
    public static async Task<IResult> Handle(
        HttpContext http, string? submissionId, string? import, bool isDryRun, AdministrationStore store, ReferenceData reference,
        RecipientKeys keys, ChunkPool chunks, int newestDay, LineWarnings warnings, Caller caller, CancellationToken cancel)
    {
        if (!SubmissionBody.IsSubmissionId(submissionId))
            return Refusal.Field("submissionId", Ids.Rule + ", in the query: give each submission an id of its own").ToResult();
        using var body = await SheetBody.Open(http, AdministrationSheet.Target, store, import, submissionId, cancel);
        if (body.Refusal is { } refused) return refused.ToResult();
        await reference.CatchUp(store, cancel);
        var chunk = chunks.Rent(reference.MayReport(caller));
        var submission = new NdjsonSubmission(submissionId!, store, reference, keys, newestDay, caller, warnings, isDryRun);
        var result = await submission.Count(body.Lines(cancel), chunk, cancel);
        chunks.Return(chunk);
        return result;
    }

    private async Task<IResult> Count(IAsyncEnumerable<NdjsonLine> sent, Chunk chunk, CancellationToken cancel)
    {
        // A repeat of a finished submission is read only to see that it has the same lines.
        var kept = await store.FindAnswer(SubmissionCause.Of(submissionId), cancel);
        var finished = kept is not null;
        chunk.IsAsBefore = kept is { } answered && SubmissionCause.MayBeFromBefore(answered.Span);
        using var all = new StreamPrint();
        var lines = new BulkLines();
        long bytes = 0;
        chunk.Begin(submissionId, newestDay);
        await foreach (var line in sent)
        {
            if (line.Warning is { } warning) warnings.Add(line.Number, warning);
            if (line.Problem is { } problem) chunk.Reject(line.Number, null, problem, line.Bytes.Span);
            else if (chunk.AddLine(line.Number, line.Bytes.Span) is { } unreadable) lines.Unreadable(line.Number, unreadable);
            else
            {
                while (chunk.Recipients.Awaited.Count > 0)
                {
                    await keys.GetReady(chunk.Recipients.TakeAwaited(), cancel);
                    chunk.AddLine(line.Number, line.Bytes.Span);
                }
            }

            bytes += line.Bytes.Length;
            if (chunk.Lines < _chunkLines && bytes < _chunkBytes) continue;
            if (isDryRun) return SheetBody.TooLongToTry(DryRunLinesMax).ToResult();
            await Take(chunk, all, finished);
            bytes = 0;
        }

        if (isDryRun) return await Try(chunk, all);
        if (chunk.Lines > 0) await Take(chunk, all, finished);
        var print = all.Finish();
        var answer = warnings.In(new SubmissionAnswer(
            submissionId, _accepted, _duplicates, _held, _conflicts.Listed, _rejected.Listed, _conflicts.Total, _rejected.Total,
            _heldLines.ListedOrNull, _kept));
        // It is not at its end before somebody has sent it who may report all of it, and all of it can be kept.
        if (_notTaken > 0 && !finished) return Results.Ok(answer);
        var committed = await store.Commit(SubmissionCause.Of(submissionId),
            tx => new(SubmissionCause.Finish(tx, answer, _lines, print, caller, _labels)), CancellationToken.None);
        return SubmissionCause.Result(committed, print);
    }

    /// <summary>Counts as otherwise, and gives the change up.</summary>
    private async Task<IResult> Try(Chunk chunk, StreamPrint all)
    {
        all.Add(chunk);
        warnings.Look(chunk);
        return await DryRun.Of(chunk, new ChunkCounting(chunk, reference, store, _guesses), store, all.Finish(), warnings);
    }

    private async Task Take(Chunk chunk, StreamPrint all, bool finished)
    {
        all.Add(chunk);
        _lines += chunk.Lines;
        _notTaken += chunk.NotAllowed + chunk.WithoutKey;
        if (!finished)
        {
            warnings.Look(chunk);
            var counting = new ChunkCounting(chunk, reference, store, _guesses);
            if (_labels.Count <= SubmissionCause.LabelsMax) _labels.UnionWith(counting.LineLabels);
            var part = await counting.CountPart(_chunks++);
            _accepted += part.Accepted;
            _duplicates += part.Duplicates;
            _held += part.Held;
            _kept += part.Kept;
            _conflicts.Add(part.Conflicts, part.ConflictsTotal);
            _rejected.Add(part.Rejected, part.RejectedTotal);
            _heldLines.Add(part.HeldLines ?? [], part.HeldLines?.Count ?? 0);
        }

        chunk.Begin(submissionId, newestDay);
    }
}
