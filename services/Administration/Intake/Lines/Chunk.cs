using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Distribution.Administration.Domain;
using Distribution.Contracts.Administration.V1;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Intake.Lines;

/// <summary>
/// Lines of one submission that are counted in one commit, validated and summed up. Made to be used again:
/// its buffers stay, so that a line costs no garbage.
/// </summary>
/// <param name="keyOf">The key that hashes the recipients of a facility, or null where it is still to be got ready.</param>
internal sealed class Chunk(Func<string, RecipientKey?> keyOf)
{
    private const int BytesKeptMax = 8 * 1024 * 1024;
    private const byte NotAllowedMark = (byte)'N';

    // In the canonical bytes of a line that says who got the dose, in place of who.
    private static readonly byte[] Somebody = [RecipientKey.MarkBegin];

    private readonly Dictionary<Dimensions, int> _sumOf = [];
    private readonly List<Dimensions> _dimensions = [];
    private readonly List<(int At, int Length)> _dimensionBytes = [];
    private readonly List<long> _totals = [];
    private readonly List<LineEntry> _doses = [];
    private readonly List<LineEntry> _tallies = [];
    private readonly byte[] _begin = new byte[DoseRecord.BytesMax];
    private byte[] _bytes = new byte[64 * 1024];
    private byte[] _submission = [];
    private int _length;
    private int _newestDay;
    private Symbol? _allowed;

    /// <summary>The parser of this chunk's lines.</summary>
    public LineParser Parser { get; } = new();

    /// <summary>The submission.</summary>
    public string SubmissionId { get; private set; } = "";

    /// <summary>Lines that were added, rejected ones among them.</summary>
    public int Lines { get; private set; }

    /// <summary>The doses that can be counted.</summary>
    public IReadOnlyList<LineEntry> Doses => _doses;

    /// <summary>The tally lines that can be counted.</summary>
    public IReadOnlyList<LineEntry> Tallies => _tallies;

    /// <summary>The distinct dimensions of the lines that can be counted.</summary>
    public IReadOnlyList<Dimensions> Sums => _dimensions;

    /// <summary>Doses for each of <see cref="Sums"/>.</summary>
    public ReadOnlySpan<long> Totals => CollectionsMarshal.AsSpan(_totals);

    /// <summary>The lines that can never be counted.</summary>
    public LineProblems Rejected { get; private set; } = new(SubmissionAnswer.ListedMax);

    /// <summary>Whether the buffers are small enough to be kept for another chunk.</summary>
    public bool IsReusable => _bytes.Length + Recipients.Capacity <= BytesKeptMax;

    /// <summary>The vaccine that codes are of; null where no code is of any.</summary>
    public Func<string, MeantVaccine>? MeantBy { get; init; }

    /// <summary>Whether the caller may report of a facility; null where that is so of all.</summary>
    public Func<string, bool>? MayReport { get; set; }

    /// <summary>Whether a line names its vaccine by codes that are no vaccine's, as far as it is known here.</summary>
    public bool HasUnknownCodes { get; private set; }

    /// <summary>Lines that were rejected because the caller may not report of their facility.</summary>
    public int NotAllowed { get; private set; }

    /// <summary>Lines that were rejected because their recipients cannot be hashed now.</summary>
    public int WithoutKey { get; private set; }

    /// <summary>Who got the doses.</summary>
    public ChunkRecipients Recipients { get; } = new(keyOf);

    /// <summary>Whether the canonical bytes are made as they were before recipients were hashed, to compare them with those of a submission
    /// that was kept then. Nothing of such a chunk is ever kept.</summary>
    public bool IsAsBefore { get; set; }

    /// <summary>Empties the chunk, for lines of a submission.</summary>
    /// <param name="submissionId">The submission.</param>
    /// <param name="newestDay">The last day that a dose may be dated.</param>
    public void Begin(string submissionId, int newestDay)
    {
        SubmissionId = submissionId;
        _submission = Encoding.UTF8.GetBytes(submissionId);
        _newestDay = newestDay;
        _sumOf.Clear();
        _dimensions.Clear();
        _dimensionBytes.Clear();
        _totals.Clear();
        _doses.Clear();
        _tallies.Clear();
        _length = 0;
        Lines = 0;
        NotAllowed = WithoutKey = 0;
        HasUnknownCodes = false;
        Recipients.Clear();
        _allowed = null;
        Rejected = new LineProblems(SubmissionAnswer.ListedMax);
    }

    /// <summary>Adds a line of NDJSON. Where it is no JSON object it is rejected, and this is why.</summary>
    public string? AddLine(long number, ReadOnlySpan<byte> line)
    {
        string problem;
        try
        {
            if (Parser.TryRead(line))
            {
                Add(Parser.Count is null ? LineKind.Dose : LineKind.Tally, number, null, line);
                return null;
            }

            problem = LineRules.NotAnObject;
        }
        catch (JsonException malformed)
        {
            problem = $"the line is not valid JSON at byte {malformed.BytePositionInLine}: correct it and send it again";
        }

        Reject(number, null, problem, line);
        return problem;
    }

    /// <summary>Adds the line that the parser has read.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="number">Its place in the submission, from 1.</param>
    /// <param name="facility">The facility where the line names none, or null.</param>
    /// <param name="raw">The line as it was sent.</param>
    public void Add(LineKind kind, long number, Symbol? facility, ReadOnlySpan<byte> raw)
    {
        var line = Parser;
        facility = line.Facility ?? facility;
        if (LineChecks.Problem(line, kind, facility) is { } problem)
        {
            var id = kind == LineKind.Tally ? $"{SubmissionId}:{number}" : line.DoseId?.ToString() ?? line.BadDoseId;
            Reject(number, id, problem, raw);
            return;
        }

        var dimensions = new Dimensions(
            facility!, (line.Vaccine ?? line.VaccineCodes)!, line.DoseNumber!, line.Lot, line.AgeBand, line.Sex, line.PriorityGroup,
            line.Day!.Value, line.Kind);
        // One that must wait for its key is as if it had not come: it is added again.
        if (HasMark && !Recipients.Hash(line.RecipientKey, facility!)) return;
        // What was said stays in the canonical bytes: a repeat after the codes were mapped is still the same submission.
        var meant = line.VaccineCodes is { } codes ? MeantBy?.Invoke(codes.Text) ?? default : default;
        var said = dimensions;
        HasUnknownCodes |= line.VaccineCodes is not null && meant.VaccineId is null;
        if (meant.VaccineId is { } vaccine) dimensions = dimensions with { Vaccine = Symbol.Of(vaccine)! };
        var entry = Write(kind, number, dimensions, said);
        Lines++;
        if (dimensions.Day > _newestDay)
        {
            // The line stays in the canonical bytes: a repeat on a later day is still the same submission.
            Rejected.Add(number, IdOf(kind, entry), LineRules.DateInFuture);
            return;
        }

        if (!IsAllowed(facility!))
        {
            NotAllowed++;
            // For who may not report of it the line is another one, so that nobody gets the answer to more than their own.
            _bytes[entry.KeyAt - 1] = NotAllowedMark;
            Rejected.Add(number, IdOf(kind, entry), LineRules.NoRight);
            return;
        }

        if (meant.Contradiction is { } contradiction)
        {
            Rejected.Add(number, IdOf(kind, entry), contradiction);
            return;
        }

        if (HasMark && Recipients.Problem is { } unusable)
        {
            WithoutKey++;
            Rejected.Add(number, IdOf(kind, entry), unusable);
            return;
        }

        var sum = SumOf(dimensions, entry);
        _totals[sum] += entry.Count;
        (kind == LineKind.Dose ? _doses : _tallies).Add(entry with { Sum = sum });
    }

    /// <summary>Adds a line that can never be counted.</summary>
    public void Reject(long number, string? id, string reason, ReadOnlySpan<byte> raw)
    {
        Lines++;
        Rejected.Add(number, id, reason);
        Ensure(1 + SHA256.HashSizeInBytes);
        var without = Recipients.CutFrom(raw);
        _bytes[_length] = (byte)'X';
        SHA256.HashData(IsAsBefore ? raw : without, _bytes.AsSpan(_length + 1));
        _length += 1 + SHA256.HashSizeInBytes;
    }

    /// <summary>
    /// The lines in their canonical form, without who got the doses: the same for the same lines in the same order, however they were
    /// written. To be taken before the states of the records are changed.
    /// </summary>
    public ReadOnlySpan<byte> Canonical => _bytes.AsSpan(0, _length);

    /// <summary>A line's key. Valid until the next <see cref="Begin"/>.</summary>
    public ReadOnlyMemory<byte> KeyOf(in LineEntry entry) => _bytes.AsMemory(entry.KeyAt, entry.KeyLength);

    /// <summary>A line's record. Valid until the next <see cref="Begin"/>.</summary>
    public ReadOnlyMemory<byte> RecordOf(in LineEntry entry) => BytesOf(entry).AsMemory(entry.RecordAt, entry.RecordLength);

    /// <summary>Sets the state in a line's record.</summary>
    public void SetState(in LineEntry entry, DoseState state) => BytesOf(entry)[entry.RecordAt + 1] = (byte)state;

    /// <summary>A line's name.</summary>
    public string IdOf(LineKind kind, in LineEntry entry) => kind == LineKind.Dose
        ? new Guid(_bytes.AsSpan(entry.KeyAt, entry.KeyLength), bigEndian: true).ToString()
        : $"{SubmissionId}:{entry.Line}";

    /// <summary>The sums as published, without those that have no doses or do not count.</summary>
    /// <param name="totals">Doses for each of <see cref="Sums"/>.</param>
    public List<AdministeredSum> Administered(ReadOnlySpan<long> totals)
    {
        var sums = new List<AdministeredSum>(totals.Length);
        for (var sum = 0; sum < totals.Length; sum++)
            if (totals[sum] > 0 && _dimensions[sum].IsCounted) sums.Add(_dimensions[sum].Sum(totals[sum]));
        return sums;
    }

    private byte[] BytesOf(in LineEntry entry) => entry.IsApart ? Recipients.Records : _bytes;
    private bool HasMark => !Parser.RecipientKey.IsEmpty && !IsAsBefore;

    private bool IsAllowed(Symbol facility)
    {
        if (MayReport is null || facility == _allowed) return true;
        if (!MayReport(facility.Text)) return false;
        _allowed = facility;
        return true;
    }

    private LineEntry Write(LineKind kind, long number, in Dimensions dimensions, in Dimensions said)
    {
        Ensure(1 + LineId.TallyKeyBytesMax + DoseRecord.BytesMax);
        var at = _length;
        _bytes[at++] = kind == LineKind.Dose ? (byte)'D' : (byte)'T';
        var keyAt = at;
        if (kind == LineKind.Dose)
            at += Parser.DoseId!.Value.TryWriteBytes(_bytes.AsSpan(at), bigEndian: true, out var written) ? written : 0;
        else at += LineId.WriteTallyKey(_bytes.AsSpan(at), _submission, number);
        var recordAt = at;
        at += DoseRecord.WriteHeader(_bytes.AsSpan(at), dimensions.Kind);
        var byCodes = !ReferenceEquals(said.Vaccine, dimensions.Vaccine);
        if (!_sumOf.TryGetValue(dimensions, out var sum)) sum = -1;
        if (sum >= 0 && !byCodes && _dimensionBytes[sum] is { Length: > 0 } same)
        {
            var (from, length) = same;
            _bytes.AsSpan(from, length).CopyTo(_bytes.AsSpan(at));
            at += length;
        }
        else
        {
            at += DoseRecord.WriteDimensions(_bytes.AsSpan(at), said);
        }

        var dimensionsEnd = at;
        var count = Parser.Count ?? 1;
        at += DoseRecord.WriteRest(_bytes.AsSpan(at), count, HasMark ? Somebody : Parser.RecipientKey);
        var kindAt = at;
        if (dimensions.Kind != DoseKind.Given) at += DoseRecord.WriteKind(_bytes.AsSpan(at), dimensions.Kind, Parser.Reason);
        var kindEnd = at;
        var contentLength = at - recordAt - DoseRecord.HeaderBytes;
        _submission.CopyTo(_bytes.AsSpan(at));
        at += _submission.Length;
        _length = at;
        var entry = new LineEntry(
            number, keyAt, recordAt - keyAt, recordAt, at - recordAt,
            byCodes ? 0 : dimensionsEnd - recordAt - DoseRecord.HeaderBytes, contentLength, sum, count);
        if (!HasMark && !byCodes) return entry;
        ReadOnlySpan<byte> begin = _bytes.AsSpan(recordAt, dimensionsEnd - recordAt);
        if (byCodes) begin = _begin.AsSpan(0, DoseRecord.WriteBegin(_begin, dimensions));
        var record = Recipients.AddRecord(begin, count, HasMark, _bytes.AsSpan(kindAt, kindEnd - kindAt), _submission);
        return entry with { RecordAt = record.At, RecordLength = record.Length, ContentLength = record.ContentLength, IsApart = true };
    }

    private int SumOf(in Dimensions dimensions, in LineEntry entry)
    {
        if (entry.Sum >= 0) return entry.Sum;
        var sum = _dimensions.Count;
        _sumOf.Add(dimensions, sum);
        _dimensions.Add(dimensions);
        _dimensionBytes.Add((entry.KeyAt + entry.KeyLength + DoseRecord.HeaderBytes, entry.DimensionsLength));
        _totals.Add(0);
        return sum;
    }

    private void Ensure(int more)
    {
        if (_length + more > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + more));
    }
}
