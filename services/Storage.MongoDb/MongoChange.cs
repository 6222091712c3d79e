using Distribution.Platform.Auditing;
using Distribution.Platform.Storage;
using MongoDB.Bson;

namespace Distribution.Storage.MongoDb;

/// <summary>A change in the queue: what it does in its group, and who waits for it.</summary>
/// <param name="cause">Its cause, or one of its own.</param>
/// <param name="reads">The ids of documents that the decision is likely to look up.</param>
/// <param name="decide">Decides.</param>
/// <param name="traceParent">The trace that it is part of, or null.</param>
/// <param name="request">The request that it is made for, which the audit is told of; or null.</param>
internal sealed class MongoChange(
    string cause, string[] reads, Func<ITransaction, ValueTask<Decision>> decide, string? traceParent, AuditedRequest? request)
{
    /// <summary>How the cause begins of a change that its caller gave none.</summary>
    public const string NoCause = "change:";

    private readonly BsonBinaryData _owner = MongoIds.Binary(Guid.NewGuid().ToByteArray());
    private Committed _outcome;
    private Exception? _failure;

    public string Cause => cause;

    /// <summary>The ids of documents that the decision is likely to look up.</summary>
    public string[] Reads => reads;

    /// <summary>Completes when the group is committed.</summary>
    public TaskCompletionSource<Committed> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Decides in a group; what the decision throws is kept for the caller, what the server says is thrown.</summary>
    public async ValueTask Run(MongoGroup group, DateTimeOffset now)
    {
        _failure = null;
        if (group.Cause(cause) is { } known)
        {
            // A commit of this very change that seemed to fail, and did not, is no repeat.
            _outcome = new Committed(known["o"] != _owner, known["a"].AsByteArray, null);
            return;
        }

        var kept = false;
        var transaction = new MongoTransaction(group, now, traceParent);
        try
        {
            var decision = await decide(transaction);
            if (group.Broken is null)
            {
                _outcome = new Committed(false, decision.Answer, decision.Refusal);
                if (kept = decision.Keep)
                {
                    group.Take(transaction);
                    group.Record(cause, decision.Answer.ToArray(), _owner);
                    if (request is not null)
                    {
                        var said = cause.StartsWith(NoCause, StringComparison.Ordinal) ? null : cause;
                        group.Audit(StoredAudit.TextOf(request, said, transaction.Places, now));
                    }
                }
            }
        }
        catch (Exception failure) when (group.Broken is null)
        {
            _failure = failure;
        }
        catch (Exception) when (group.Broken is not null)
        {
            // The server's own words are thrown below.
        }

        if (group.Broken is { } broken) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(broken);
        // The server sees to it that keys which are kept are new. One that is given up for being new may have been known all along.
        if (!kept && group.ExpectsNewKeys && transaction.Keys.Count > 0) throw new LostRace();
    }

    public void Complete()
    {
        if (_failure is null) Done.TrySetResult(_outcome);
        else Done.TrySetException(_failure);
    }

    public void Fail(Exception failure) => Done.TrySetException(
        new StoreUnavailableException("The store cannot take changes now; send the request again later.", failure));
}
