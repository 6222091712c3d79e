using System.Runtime.InteropServices;
using Distribution.Administration.Domain;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Intake;

/// <summary>
/// Counts the lines of a chunk in a transaction: every dose id once, for ever. All that can be done before the
/// transaction is done here at its making, on the guess that every line is new and every reference known; the
/// transaction, which runs on the store's one writer, then only corrects the guess where it was wrong.
/// </summary>
internal sealed class ChunkCounting
{
    private readonly Chunk _chunk;
    private readonly ReferenceData _reference;
    private readonly IStore _store;
    private readonly IReadOnlyList<InsertOnceKey> _doses;
    private readonly IReadOnlyList<InsertOnceKey> _tallies;
    private readonly string[] _labels;
    private readonly bool _unknown;
    private readonly Guesses _guesses;
    private readonly bool _hasNones;
    private readonly long _treeVersion;
    private readonly List<AdministeredSum> _sums;
    private readonly List<CellDelta> _deltas;
    private readonly HashSet<string> _heldCodes = [];
    private readonly Dictionary<long, LineFate>? _fates;
    private readonly ChunkCourses _courses;

    /// <param name="chunk">The lines.</param>
    /// <param name="reference">What is known of places and vaccines.</param>
    /// <param name="store">Where they are counted.</param>
    /// <param name="guesses">What may have been meant by what is not known.</param>
    /// <param name="fates">Where each counting tells, by line, what it found out of lines that are not simply new; or null.</param>
    public ChunkCounting(
        Chunk chunk, ReferenceData reference, IStore store, Guesses guesses, Dictionary<long, LineFate>? fates = null)
    {
        _fates = fates;
        _guesses = guesses;
        _store = store;
        _chunk = chunk;
        _reference = reference;
        foreach (var tally in chunk.Tallies) _hasNones |= tally.Count == 0;
        _labels = Labels(chunk.Sums);
        _doses = Keys(LineKind.Dose);
        _tallies = Keys(LineKind.Tally);
        _courses = new ChunkCourses(chunk);
        foreach (var sum in chunk.Sums)
        {
            if (reference.Missing(sum.Names) is not { } missing) continue;
            _unknown = true;
            guesses.For(missing);
        }

        // The version first: the paths may be newer than it, and then the transaction finds another version.
        _treeVersion = reference.Tree.Version;
        _sums = chunk.Administered(chunk.Totals);
        _deltas = _unknown ? [] : Cells.Of(_sums, reference.Tree.PathOf);
    }

    /// <summary>What the lines are listed by.</summary>
    public IEnumerable<string> LineLabels => _labels.Distinct();

    /// <summary>What a counting will look up, as far as it is known.</summary>
    public IReadOnlyCollection<FullAddress> Reads => _courses.Reads;

    /// <summary>Counts in a commit of its own, as a part of a submission that is not at its end; the same part of a retry gets its first
    /// answer.</summary>
    /// <param name="number">Which part it is, from 0.</param>
    public async Task<SubmissionAnswer> CountPart(int number)
    {
        var cause = SubmissionCause.OfChunk(_chunk.SubmissionId, number, LinesPrint.Of(_chunk));
        var committed = await _store.Commit<SubmissionAnswer>(
            cause, content: null, async tx => await Count(tx), CancellationToken.None, Reads);
        if (!committed.Repeated) SubmissionMeasures.Note(committed.Answer!);
        NoteHeldCodes();
        return committed.Answer!;
    }

    /// <summary>Notes after the commit by which codes lines were held: they may have become known since the lines were read.</summary>
    public void NoteHeldCodes()
    {
        foreach (var codes in _heldCodes) _reference.HeldByCodes.Enqueue(codes);
    }

    /// <summary>Counts. May run more than once, each time from the start.</summary>
    public async ValueTask<SubmissionAnswer> Count(ITransaction tx)
    {
        Symbol? last = null;
        foreach (var sum in _chunk.Sums)
        {
            // The lines of a place mostly stand together.
            if (sum.Facility != last) tx.Concerns((last = sum.Facility).Text);
        }

        var missing = _unknown ? await FindMissing(tx) : null;
        _fates?.Clear();
        var outcome = new Outcome(_chunk, _reference, _fates);
        // Packed again when the states in the records have changed.
        await Insert(tx, outcome, LineKind.Dose, missing is null ? _doses : Keys(LineKind.Dose));
        await Insert(tx, outcome, LineKind.Tally, missing is null ? _tallies : Keys(LineKind.Tally));
        var held = missing is null ? 0 : await Hold(tx, outcome, missing);

        var sums = _sums;
        var deltas = _deltas;
        if (outcome.Totals is not null || missing is not null)
        {
            sums = _chunk.Administered(outcome.Totals ?? _chunk.Totals);
            deltas = null;
        }

        if (deltas is null || await StoredTree.VersionIn(tx) != _treeVersion)
            deltas = Cells.Of(sums, await _reference.PathsIn(tx, sums.Select(sum => sum.FacilityId)));
        foreach (var delta in deltas) tx.Add(delta.Family, delta.Partition, delta.Key, delta.Doses);
        if (_hasNones) await CountNones(tx, outcome, missing);
        if (sums.Count > 0) tx.Publish(new DosesAdministered(_chunk.SubmissionId, sums));
        await _courses.Add(tx, dose => missing?[_chunk.Doses[dose].Sum] is null && !outcome.WasThere(LineKind.Dose, dose));
        foreach (var id in outcome.Awaited) await Retraction.ApplyAwaited(tx, id, _reference);

        long accepted = 0, kept = 0;
        foreach (var sum in sums) accepted += sum.Doses;
        for (var sum = 0; sum < _chunk.Sums.Count; sum++)
            if (!_chunk.Sums[sum].IsCounted) kept += (outcome.Totals ?? _chunk.Totals)[sum];
        return new SubmissionAnswer(
            _chunk.SubmissionId, accepted, outcome.Duplicates, held,
            outcome.Conflicts.Listed, _chunk.Rejected.Listed, outcome.Conflicts.Total, _chunk.Rejected.Total,
            outcome.Held.Total == 0 ? null : outcome.Held.Listed, kept);
    }

    private IReadOnlyList<InsertOnceKey> Keys(LineKind kind)
    {
        var entries = kind == LineKind.Dose ? _chunk.Doses : _chunk.Tallies;
        var keys = new InsertOnceKey[entries.Count];
        for (var index = 0; index < keys.Length; index++)
            keys[index] = new InsertOnceKey(_chunk.KeyOf(entries[index]), _chunk.RecordOf(entries[index]), _labels[entries[index].Sum]);
        return _store.Prepare(SpaceOf(kind), keys);
    }

    private static string SpaceOf(LineKind kind) => kind == LineKind.Dose ? LineId.Doses : LineId.Tallies;

    private static string[] Labels(IReadOnlyList<Dimensions> sums)
    {
        if (sums is [var only]) return [LabelOf(only)];
        var labels = new string[sums.Count];
        var known = new Dictionary<(Symbol, int), string>();
        for (var sum = 0; sum < labels.Length; sum++)
        {
            ref var label = ref CollectionsMarshal.GetValueRefOrAddDefault(known, (sums[sum].Facility, sums[sum].Day), out _);
            labels[sum] = label ??= LabelOf(sums[sum]);
        }

        return labels;
    }

    private static string LabelOf(in Dimensions sum) => LineId.Label(sum.Facility.Text, DateOnly.FromDayNumber(sum.Day));

    /// <summary>What each sum waits for, and the state in the records set to match.</summary>
    private async ValueTask<string?[]> FindMissing(ITransaction tx)
    {
        var missing = new string?[_chunk.Sums.Count];
        for (var index = 0; index < missing.Length; index++)
            missing[index] = await _reference.MissingIn(tx, _chunk.Sums[index].Names);

        foreach (var entry in _chunk.Doses.Concat(_chunk.Tallies))
            _chunk.SetState(entry, missing[entry.Sum] is null ? DoseState.Counted : DoseState.Held);
        return missing;
    }

    private static async ValueTask Insert(ITransaction tx, Outcome outcome, LineKind kind, IReadOnlyList<InsertOnceKey> keys)
    {
        if (keys.Count == 0) return;
        var space = SpaceOf(kind);
        List<int>? free = null;
        await tx.InsertOnce(space, keys, (index, kept) =>
        {
            if (IsFree(kept)) (free ??= []).Add(index);
            else outcome.Found(kind, index, kept.Span);
        });

        // The id of a discarded line is free again, for the first line that takes it, and so is one that a retraction waits for.
        foreach (var index in free ?? [])
        {
            var kept = await tx.FindKey(space, keys[index].Key);
            if (kept is { } other && !IsFree(other))
            {
                outcome.Found(kind, index, other.Span);
                continue;
            }

            if (kept is { } awaited && DoseRecord.StateOf(awaited.Span) == DoseState.Awaited)
                outcome.Awaited.Add(LineId.OfKey(space, keys[index].Key.ToArray()));
            await tx.ReplaceKey(space, keys[index]);
        }

        static bool IsFree(ReadOnlyMemory<byte> kept) => DoseRecord.StateOf(kept.Span) is DoseState.Discarded or DoseState.Awaited;
    }

    /// <summary>Counts the new lines which say that none were given.</summary>
    private async ValueTask CountNones(ITransaction tx, Outcome outcome, string?[]? missing)
    {
        var nones = new List<AdministeredSum>();
        foreach (var (index, tally) in _chunk.Tallies.Index())
        {
            if (tally.Count == 0 && _chunk.Sums[tally.Sum].Kind == DoseKind.Given && missing?[tally.Sum] is null
                && !outcome.WasThere(LineKind.Tally, index))
                nones.Add(_chunk.Sums[tally.Sum].Sum(0));
        }

        foreach (var delta in Cells.Of(nones, await _reference.PathsIn(tx, nones.Select(none => none.FacilityId))))
            tx.Add(delta.Family, delta.Partition, delta.Key, delta.Doses);
    }

    /// <summary>Keeps the new lines that wait for something and takes them out of the sums; returns their doses.</summary>
    private async ValueTask<long> Hold(ITransaction tx, Outcome outcome, string?[] missing)
    {
        long doses = 0;
        foreach (var kind in (LineKind[])[LineKind.Dose, LineKind.Tally])
        {
            var entries = kind == LineKind.Dose ? _chunk.Doses : _chunk.Tallies;
            for (var index = 0; index < entries.Count; index++)
            {
                var entry = entries[index];
                if (missing[entry.Sum] is not { } reference || outcome.WasThere(kind, index)) continue;
                var sum = _chunk.Sums[entry.Sum].Sum(entry.Count);
                var id = _chunk.IdOf(kind, entry);
                await tx.Put(Collections.Held, sum.FacilityId, id, new HeldDocument(
                    id, _chunk.SubmissionId, entry.Line, reference, tx.Now, sum.FacilityId, sum.VaccineId, sum.DoseNumber,
                    sum.OccurredOn, sum.LotNumber, sum.AgeBand, sum.Sex, sum.PriorityGroup, kind == LineKind.Tally, sum.Doses)
                {
                    Kind = sum.Kind,
                    Reason = sum.Kind is null ? null : DoseRecord.Read(_chunk.RecordOf(entry).Span).Reason,
                });
                await tx.Put(Collections.HeldMissing, reference, id, new HeldPointer(sum.FacilityId));
                if (VaccineCodes.Are(sum.VaccineId)) _heldCodes.Add(sum.VaccineId);
                outcome.TakeOut(entry);
                outcome.Held.Add(entry.Line, id, _guesses.Words(reference));
                if (_fates is not null) _fates[entry.Line] = new(FateKind.Held, _guesses.Words(reference));
                doses += entry.Count;
            }
        }

        return doses;
    }

    /// <summary>What one run found out about the lines.</summary>
    private sealed class Outcome(Chunk chunk, ReferenceData reference, Dictionary<long, LineFate>? fates)
    {
        private HashSet<(LineKind, int)>? _there;

        /// <summary>Doses to count by sum, or null while all of them are.</summary>
        public long[]? Totals { get; private set; }

        /// <summary>Doses that had come before with the same content.</summary>
        public long Duplicates { get; private set; }

        /// <summary>New lines whose retraction had come before.</summary>
        public List<LineId> Awaited { get; } = [];

        /// <summary>New lines that wait for something.</summary>
        public LineProblems Held { get; } = new(SubmissionAnswer.ListedMax);

        /// <summary>Lines whose id had come before with other content.</summary>
        public LineProblems Conflicts { get; } = new(SubmissionAnswer.ListedMax);

        /// <summary>Notes that a line's id had come before.</summary>
        public void Found(LineKind kind, int index, ReadOnlySpan<byte> kept)
        {
            var entry = (kind == LineKind.Dose ? chunk.Doses : chunk.Tallies)[index];
            var record = chunk.RecordOf(entry).Span;
            (_there ??= []).Add((kind, index));
            TakeOut(entry);
            if (!DoseRecord.SameContent(kept, record, entry.ContentLength)
                && Difference(DoseRecord.Read(kept), DoseRecord.Read(record)) is { } difference)
            {
                Conflicts.Add(entry.Line, chunk.IdOf(kind, entry), difference);
                if (fates is not null) fates[entry.Line] = new(FateKind.Conflict, difference);
                return;
            }

            Duplicates += entry.Count;
            if (fates is not null) fates[entry.Line] = new(FateKind.Repeated, null);
        }

        // What is kept of another's place is not told. One that is held by codes is the same as one that came after they were mapped.
        private string? Difference(DoseContent kept, DoseContent now) => chunk.MayReport?.Invoke(kept.Sum.FacilityId) == false
            ? LineRules.IdTaken
            : DoseRecord.Difference(reference.Meant(kept), reference.Meant(now));

        /// <summary>Whether a line's id had come before.</summary>
        public bool WasThere(LineKind kind, int index) => _there?.Contains((kind, index)) ?? false;

        /// <summary>Takes a line out of the sums.</summary>
        public void TakeOut(in LineEntry entry)
        {
            Totals ??= chunk.Totals.ToArray();
            Totals[entry.Sum] -= entry.Count;
        }
    }
}
