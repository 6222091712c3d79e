using Distribution.Administration.Intake.Lines;
using Microsoft.Extensions.ObjectPool;

namespace Distribution.Administration.Intake;

/// <summary>Chunks that are used again, so that their buffers are not made for every submission.</summary>
internal sealed class ChunkPool
{
    private const int RetainedMax = 32;
    private readonly DefaultObjectPool<Chunk> _pool = new(new Policy(), RetainedMax);

    /// <summary>A chunk; its <see cref="Chunk.Begin"/> comes first.</summary>
    public Chunk Rent() => _pool.Get();

    /// <summary>Gives a chunk back. Never while a commit may still read it: after an outage it is left to the collector.</summary>
    public void Return(Chunk chunk) => _pool.Return(chunk);

    private sealed class Policy : PooledObjectPolicy<Chunk>
    {
        public override Chunk Create() => new();

        public override bool Return(Chunk obj) => obj.IsReusable;
    }
}
