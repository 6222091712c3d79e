using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Distribution.Administration.Domain;
using Distribution.Administration.Intake;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Contracts.Administration.V1;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Places;
using Distribution.Storage.Embedded.Engine;

namespace Distribution.Benchmarks;

/// <summary>What a dose passes through on its way in, each step by itself. All figures are of one dose.</summary>
[MemoryDiagnoser]
public class InnerLoops
{
    private const int DosesOfSubmission = 500;
    private const int CommittedAtOnce = 32;

    private readonly byte[] _submission = Doses.Submission(0, DosesOfSubmission);
    private readonly ReferenceData _reference = Doses.Reference();
    private readonly LineParser _parser = new();
    private readonly Chunk _chunk = new(_ => null);
    private readonly ChunkCounting[] _countings = new ChunkCounting[CommittedAtOnce];
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"distribution-benchmarks-{Guid.CreateVersion7():N}");
    private List<AdministeredSum> _sums = [];
    private SqliteStore? _store;
    private long _submissions;

    [GlobalSetup(Target = nameof(Aggregate))]
    public void ReadOne()
    {
        var chunk = Doses.Read(_submission);
        _sums = chunk.Administered(chunk.Totals);
    }

    /// <summary>The fields of each line, out of the bytes of a submission.</summary>
    [Benchmark(OperationsPerInvoke = DosesOfSubmission)]
    public int Parse()
    {
        var reader = new BodyReader(_submission);
        do reader.Json.Read();
        while (reader.Json.TokenType != JsonTokenType.StartObject || reader.Json.CurrentDepth < 2);
        _parser.Read(ref reader.Json, _submission);
        var lines = 1;
        while (reader.TryReadAlike(_parser, out _)) lines++;
        return lines == DosesOfSubmission ? lines : throw new InvalidOperationException($"{lines} lines");
    }

    /// <summary>Parsing, the rules, and the sums and records that are to be kept.</summary>
    [Benchmark(OperationsPerInvoke = DosesOfSubmission)]
    public int Validate() => SubmissionBody.Read(_submission, _chunk, Doses.NewestDay) is null
        ? _chunk.Lines : throw new InvalidOperationException();

    /// <summary>What a submission's sums add to coverage.</summary>
    [Benchmark(OperationsPerInvoke = DosesOfSubmission)]
    public int Aggregate() => Cells.Of(_sums, _reference.Tree.PathOf).Count;

    [GlobalSetup(Target = nameof(Commit))]
    public void Open() => _store = SqliteStore.Open(Path.Combine(_folder, "administration.db"), TimeProvider.System);

    [IterationSetup(Target = nameof(Commit))]
    public void ReadNew()
    {
        for (var at = 0; at < CommittedAtOnce; at++)
            _countings[at] = new ChunkCounting(Doses.Read(Doses.Submission(++_submissions, DosesOfSubmission)), _reference, _store!,
                _reference.Guesses(Reach.Everywhere));
    }

    /// <summary>Submissions that are ready, until all of them are on disk.</summary>
    [Benchmark(OperationsPerInvoke = DosesOfSubmission * CommittedAtOnce)]
    public async Task Commit()
    {
        await Task.WhenAll(_countings.Select(async (counting, at) => await _store!.Commit(
            $"benchmark:{_submissions}:{at}", async tx => Decision.Accept(StoreJson.Bytes(await counting.Count(tx))))));
    }

    [GlobalCleanup(Target = nameof(Commit))]
    public async Task Close()
    {
        await _store!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
