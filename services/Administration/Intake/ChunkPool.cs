using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Recipients;
using Distribution.Administration.Reference;
using Microsoft.Extensions.ObjectPool;

namespace Distribution.Administration.Intake;

/// <summary>Chunks that are used again, so that their buffers are not made for every submission.</summary>
/// <param name="keys">The keys that hash who got the doses.</param>
/// <param name="reference">What codes mean.</param>
internal sealed class ChunkPool(RecipientKeys keys, ReferenceData reference)
{
    private const int RetainedMax = 32;
    private readonly DefaultObjectPool<Chunk> _pool = new(new Policy(keys, reference), RetainedMax);

    /// <summary>A chunk; its <see cref="Chunk.Begin"/> comes first.</summary>
    /// <param name="mayReport">Whether the caller may report of a facility; null where that is so of all.</param>
    public Chunk Rent(Func<string, bool>? mayReport)
    {
        var chunk = _pool.Get();
        chunk.MayReport = mayReport;
        chunk.IsAsBefore = false;
        return chunk;
    }

    /// <summary>Gives a chunk back. Never while a commit may still read it: after an outage it is left to the collector.</summary>
    public void Return(Chunk chunk) => _pool.Return(chunk);

    private sealed class Policy(RecipientKeys keys, ReferenceData reference) : PooledObjectPolicy<Chunk>
    {
        public override Chunk Create() => new(keys.Find) { MeantBy = reference.MeantBy };

        public override bool Return(Chunk obj) => obj.IsReusable;
    }
}
