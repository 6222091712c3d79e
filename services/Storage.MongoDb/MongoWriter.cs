using System.Threading.Channels;
using Distribution.Platform.Observability;
using Distribution.Platform.Storage;
using MongoDB.Driver;

namespace Distribution.Storage.MongoDb;

/// <summary>
/// Commits the changes of this instance: those that come while one group is on its way form the next one, so that they
/// share a transaction and do not meet each other as conflicts. The writers of other instances are met as conflicts: the
/// whole group is decided again.
/// </summary>
internal sealed class MongoWriter : IAsyncDisposable
{
    private const int QueueChangesMax = 4096;
    private const int GroupChangesMax = 256;
    private const int AttemptsMax = 200;

    // Time in which the process stood still is no time of trying.
    private const int AttemptsMin = 3;

    private const int ReadAheadMax = 64;

    /// <summary>Groups that look their keys up after one that met a known key. A key that is not looked up and is there costs the
    /// whole group a second run.</summary>
    private const int LookingGroups = 64;

    /// <summary>Conflicts that a group may meet before it is committed in parts.</summary>
    private const int WholeAttemptsMax = 3;

    // Some servers have words of their own for a conflict, such as a deadlock: not every refusal is for good.
    private const int RefusedAttemptsMax = 3;
    private static readonly TimeSpan TryingTimeMax = TimeSpan.FromSeconds(20);
    private static readonly TransactionOptions Options = new(
        ReadConcern.Snapshot, ReadPreference.Primary, WriteConcern.WMajority.With(journal: true), maxCommitTime: TimeSpan.FromSeconds(10));

    private readonly Channel<MongoChange> _queue =
        Channel.CreateBounded<MongoChange>(new BoundedChannelOptions(QueueChangesMax) { SingleReader = true });

    private readonly MongoDatabase _database;
    private readonly MongoInstance _instance;
    private readonly MongoPositions _positions;
    private readonly TimeProvider _clock;
    private readonly Action _eventsCommitted;
    private readonly KeyValuePair<string, object?> _tag;
    private readonly Task _running;
    private int _lookUpKeysFor;

    // What one group looked up, such as the version of the tree, the next one mostly does too.
    private string[] _lookedUp = [];

    public MongoWriter(MongoDatabase database, MongoInstance instance, TimeProvider clock, Action eventsCommitted)
    {
        _tag = new(Measures.Service, database.Service);
        (_database, _instance, _clock, _eventsCommitted) = (database, instance, clock, eventsCommitted);
        _positions = new MongoPositions(instance.Slot);
        _running = Task.Run(Run);
    }

    public async ValueTask<Committed> Commit(MongoChange change, CancellationToken cancel)
    {
        try
        {
            if (!_queue.Writer.TryWrite(change)) await _queue.Writer.WriteAsync(change, cancel);
        }
        catch (ChannelClosedException closed)
        {
            throw new StoreUnavailableException("The store is closing: send the request again later.", closed);
        }

        return await change.Done.Task.WaitAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _running;
    }

    private async Task Run()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            var changes = new List<MongoChange>();
            while (changes.Count < GroupChangesMax && _queue.Reader.TryRead(out var change)) changes.Add(change);
            await CommitAll(changes);
        }
    }

    private async Task CommitAll(List<MongoChange> changes)
    {
        var started = _clock.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await TryCommit(changes, firstTry: attempt == 0);
                if (_lookUpKeysFor > 0) _lookUpKeysFor--;
                Measures.GroupChanges.Record(changes.Count, _tag);
                foreach (var change in changes) change.Complete();
                return;
            }
            catch (Exception failure)
            {
                var kind = MongoFailures.KindOf(failure);
                if (kind == FailureKind.Conflict) Measures.StoreConflicts.Add(1, _tag);
                var inParts = kind switch
                {
                    FailureKind.Final => attempt >= RefusedAttemptsMax,
                    FailureKind.Conflict => attempt >= WholeAttemptsMax,
                    _ => false,
                };
                if (changes.Count > 1 && inParts)
                {
                    // What is short meets fewer others; and one may be what the server refuses, for which the others are not to suffer.
                    foreach (var part in changes.Chunk((changes.Count + 1) / 2)) await CommitAll([.. part]);
                    return;
                }

                if (attempt < (kind == FailureKind.Final ? RefusedAttemptsMax : AttemptsMax)
                    && (attempt < AttemptsMin || _clock.GetElapsedTime(started) < TryingTimeMax))
                {
                    await Task.Delay(MongoFailures.Wait(attempt, kind), _clock);
                    continue;
                }

                foreach (var change in changes) change.Fail(failure);
                return;
            }
        }
    }

    /// <summary>Decides and commits once. Safe to run again whatever came of it: a cause is committed once.</summary>
    private async Task TryCommit(List<MongoChange> changes, bool firstTry)
    {
        using var session = await _database.Client.StartSessionAsync();
        session.StartTransaction(Options);
        try
        {
            var group = new MongoGroup(_database, session, _instance, CancellationToken.None)
            {
                ExpectsNewKeys = firstTry && _lookUpKeysFor == 0,
                ExpectsNewDocuments = firstTry,
            };
            await group.LookUpCauses(changes.Select(change => change.Cause).Distinct());
            await group.ReadAhead([.. _lookedUp.Concat(changes.SelectMany(change => change.Reads)).Distinct()]);
            foreach (var change in changes) await change.Run(group, _clock.GetUtcNow());
            if (!group.HasChanges)
            {
                await session.AbortTransactionAsync();
                return;
            }

            await group.WriteAudit(_clock.GetUtcNow());
            if (group.MetKeys) _lookUpKeysFor = LookingGroups;
            await group.Flush(_positions.Next, MongoOutbox.Lease);
            await session.CommitTransactionAsync();
            _lookedUp = [.. group.LookedUp.Take(ReadAheadMax)];
            if (group.HasEvents) _eventsCommitted();
        }
        catch
        {
            await Abort(session);
            throw;
        }
    }

    private static async Task Abort(IClientSessionHandle session)
    {
        if (!session.IsInTransaction) return;
        try
        {
            await session.AbortTransactionAsync();
        }
        catch (Exception failure) when (failure is MongoException or TimeoutException)
        {
            // The server forgets it by itself.
        }
    }
}
