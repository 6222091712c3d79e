using Distribution.Platform.Auditing;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Engine;

/// <summary>A change in the queue: what it does in its group, and who waits for it.</summary>
internal sealed class Change
{
    private readonly string? _cause;
    private readonly Func<ITransaction, ValueTask<Decision>>? _decide;
    private readonly Action<SqliteGroup>? _direct;
    private readonly string? _traceParent;
    private readonly AuditedRequest? _request;
    private Committed _outcome;
    private Exception? _failure;

    /// <summary>A caller's change.</summary>
    /// <param name="cause">Its cause, or null.</param>
    /// <param name="decide">Decides.</param>
    /// <param name="traceParent">The trace that it is part of, or null.</param>
    /// <param name="request">The request that it is made for, which the audit is told of; or null.</param>
    public Change(string? cause, Func<ITransaction, ValueTask<Decision>> decide, string? traceParent, AuditedRequest? request)
    {
        (_cause, _decide, _traceParent, _request) = (cause, decide, traceParent, request);
        MustBeDurable = true;
    }

    /// <summary>A change of the adapter's own.</summary>
    public Change(Action<SqliteGroup> direct, bool mustBeDurable)
    {
        _direct = direct;
        MustBeDurable = mustBeDurable;
    }

    /// <summary>Whether it must be on disk when it is done; else it may be undone by a loss of power.</summary>
    public bool MustBeDurable { get; }

    /// <summary>Completes when the group is committed.</summary>
    public TaskCompletionSource<Committed> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Run(SqliteGroup group, TimeProvider clock)
    {
        if (_direct is not null)
        {
            _direct(group);
            return;
        }

        if (_cause is not null && group.AnswerTo(_cause) is { } answer)
        {
            _outcome = new Committed(true, answer, null);
            return;
        }

        var transaction = new SqliteTransaction(group, clock.GetUtcNow(), _traceParent);
        Decision decision;
        try
        {
            var pending = _decide!(transaction);
            decision = pending.IsCompleted ? pending.Result : pending.AsTask().GetAwaiter().GetResult();
        }
        catch (SqliteFailure)
        {
            transaction.Discard();
            throw;
        }
        catch (Exception failure)
        {
            transaction.Discard();
            _failure = failure;
            return;
        }

        _outcome = new Committed(false, decision.Answer, decision.Refusal);
        if (!decision.Keep)
        {
            transaction.Discard();
            return;
        }

        // What fails from here on fails the whole group, of which nothing is kept then.
        transaction.Keep();
        if (_request is not null) group.Audit(StoredAudit.TextOf(_request, _cause, transaction.Places, transaction.Now));
        if (_cause is not null) group.Record(_cause, decision.Answer.ToArray());
    }

    /// <summary>The group could not be committed.</summary>
    public void Fail(Exception failure) => Done.TrySetException(
        new StoreUnavailableException("The store cannot take changes now; send the request again later.", failure));

    public void Complete()
    {
        if (_failure is null) Done.TrySetResult(_outcome);
        else Done.TrySetException(_failure);
    }
}
