using System.Buffers;
using System.Text;
using Distribution.Administration.Intake.Lines;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Distribution.Administration.Intake;

/// <summary>
/// What a submission is remembered by. The kept answer begins with a line that tells whose submission it was, when it
/// was recorded, how many lines it had, the print of its lines, so that another submission under the same id is told
/// from a repeat, and the labels of its lines, by which they are found again.
/// </summary>
internal static class SubmissionCause
{
    /// <summary>Labels that are kept at most: a submission of more cannot be taken back as a whole.</summary>
    public const int LabelsMax = 10_000;

    private const byte HeaderEnd = (byte)'\n';
    private const int PrintField = 0;
    private const int LabelsField = 4;
    private const string TooManyLabels = "*";

    /// <summary>The cause that a whole submission is committed under, however it was sent.</summary>
    public static string Of(string submissionId) => "submission:" + submissionId;

    /// <summary>The cause of one chunk of a stream: the same chunk of a retry is recognised by its lines.</summary>
    public static string OfChunk(string submissionId, int chunk, LinesPrint print) =>
        $"submission:{submissionId}#{chunk}:{Convert.ToHexStringLower(Convert.FromBase64String(print.Lines))}"
            + (print.Recipients is { } recipients ? ":" + recipients : "");

    /// <summary>Keeps the submission's answer with its header.</summary>
    public static Decision Finish(ITransaction tx, SubmissionAnswer answer, long lines, LinesPrint print, Caller caller,
        IReadOnlyCollection<string> labels) => Decision.Accept(
        (byte[])[.. Encoding.ASCII.GetBytes($"{print} {tx.Now.UtcDateTime:O} {caller.Subject} {lines} "
            + (labels.Count > LabelsMax ? TooManyLabels : string.Join(',', labels))), HeaderEnd, .. StoreJson.Bytes(answer)]);

    /// <summary>Whether a submission may have been kept before recipients were hashed: who got its doses is in the hash of its lines then,
    /// as it was sent.</summary>
    public static bool MayBeFromBefore(ReadOnlySpan<byte> kept) => PrintIn(kept).Recipients is null;

    /// <summary>The labels of a submission's lines; null where it was kept without them.</summary>
    public static IReadOnlyList<string>? LabelsIn(ReadOnlySpan<byte> kept)
    {
        var fields = FieldsIn(kept);
        return fields.Length <= LabelsField || fields[LabelsField] == TooManyLabels
            ? null
            : fields[LabelsField].Split(',', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The answer to a submission that is recorded.</summary>
    public static IResult Result(Committed committed, LinesPrint print)
    {
        if (committed.Refusal is { } refusal) return refusal.ToResult();
        if (committed.Repeated && print.IsOther(PrintIn(committed.Answer.Span)))
            return Refusal.Conflict("submissionId: was used before for other lines; give this submission a new submissionId. Doses that "
                + "were counted before are recognised by their doseId.").ToResult();
        var kept = AnswerIn(committed);
        return new KeptAnswer(committed.Repeated ? AsRepeat(kept) : kept);
    }

    private static LinesPrint PrintIn(ReadOnlySpan<byte> kept) => LinesPrint.Parse(FieldsIn(kept)[PrintField]);

    private static string[] FieldsIn(ReadOnlySpan<byte> kept) => Encoding.ASCII.GetString(kept[..kept.IndexOf(HeaderEnd)]).Split(' ');

    /// <summary>The kept answer, byte for byte the first one, with the word that it is that of an earlier time.</summary>
    private static ReadOnlyMemory<byte> AsRepeat(ReadOnlyMemory<byte> kept) =>
        (byte[])[.. kept.Span[..^1], .. ",\"repeated\":true}"u8];

    /// <summary>The answer without its header.</summary>
    public static ReadOnlyMemory<byte> AnswerIn(Committed committed) => committed.Answer[(committed.Answer.Span.IndexOf(HeaderEnd) + 1)..];
}

/// <summary>An answer as it was kept. It goes out with the end of the request, in one piece with its headers.</summary>
internal sealed class KeptAnswer(ReadOnlyMemory<byte> json) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        response.BodyWriter.Write(json.Span);
        return Task.CompletedTask;
    }
}
