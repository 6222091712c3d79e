using System.Security.Cryptography;
using Distribution.Platform.Refusals;
using Microsoft.Net.Http.Headers;

namespace Distribution.Gateway.Caching;

/// <summary>A composed answer, ready to be sent.</summary>
/// <param name="Body">The bytes; empty for a refusal.</param>
/// <param name="ContentType">Their media type.</param>
/// <param name="FreshFor">How long it may be served without an event that says otherwise.</param>
/// <param name="Refusal">Why there is no answer. A refusal is never kept.</param>
internal sealed record Answer(byte[] Body, string ContentType, TimeSpan FreshFor, Refusal? Refusal = null)
{
    private const int TagBytes = 12;

    private EntityTagHeaderValue? _tag;

    /// <summary>Names the content: who has it already need not be sent it. It is weak because the answer may be packed on its
    /// way.</summary>
    public EntityTagHeaderValue Tag =>
        _tag ??= new($"\"{Convert.ToHexStringLower(SHA256.HashData(Body).AsSpan(0, TagBytes))}\"", isWeak: true);

    /// <summary>A refusal in place of an answer.</summary>
    public static Answer Refused(Refusal refusal) => new([], "", TimeSpan.Zero, refusal);
}

/// <summary>
/// Composed answers by query. An event makes all of them old; an old one is composed anew when it is asked for, at most
/// every <see cref="RecomposeWait"/> a query, and once for all who ask at the same time: the first waits for it, the
/// others are served the old one as long as it is young. May be lost at any moment.
/// </summary>
internal sealed class AnswerCache(TimeProvider clock)
{
    /// <summary>Queries at most.</summary>
    public const int AnswersMax = 1_000;

    /// <summary>Bytes at most, over all queries.</summary>
    public const long BytesMax = 48 * 1024 * 1024;

    /// <summary>An answer younger than this is served even when events came since.</summary>
    public static readonly TimeSpan RecomposeWait = TimeSpan.FromMilliseconds(100);

    /// <summary>An answer younger than this is served to those who ask while a newer one is being composed.</summary>
    public static readonly TimeSpan YoungMax = TimeSpan.FromMilliseconds(300);

    /// <summary>An answer older than this is composed anew even when no event came: not all that is in it has one.</summary>
    public static readonly TimeSpan FreshMax = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly BoundedCache<Kept> _kept = new(AnswersMax, BytesMax);
    private readonly Dictionary<string, Task<Answer>> _underway = [];
    private long _version;

    /// <summary>Something changed: what was composed until now is old.</summary>
    public void Invalidate() => Interlocked.Increment(ref _version);

    /// <summary>The answer to a query, kept or composed.</summary>
    /// <param name="query">The query in one form for all who mean the same.</param>
    /// <param name="compose">Makes the answer; not bound to any one caller.</param>
    public ValueTask<Answer> Get(string query, Func<Task<Answer>> compose)
    {
        if (_kept.Find(query) is { } kept && MayServe(kept)) return new(kept.Answer);
        lock (_gate)
        {
            // The one who composed it may have finished between the look above and the lock.
            if (_kept.Find(query) is { } newer && MayServe(newer)) return new(newer.Answer);
            if (_underway.TryGetValue(query, out var task))
                return _kept.Find(query) is { } old && clock.GetElapsedTime(old.At) < YoungMax ? new(old.Answer) : new(task);
            var version = Interlocked.Read(ref _version);
            return new(_underway[query] = Task.Run(() => Compose(query, version, compose)));
        }
    }

    private async Task<Answer> Compose(string query, long version, Func<Task<Answer>> compose)
    {
        Answer? answer = null;
        try
        {
            return answer = await compose();
        }
        finally
        {
            lock (_gate)
            {
                if (answer is { Refusal: null })
                    _kept.Put(query, new Kept(answer, version, clock.GetTimestamp()), answer.Body.Length);
                _underway.Remove(query);
            }
        }
    }

    private bool MayServe(Kept kept)
    {
        var age = clock.GetElapsedTime(kept.At);
        return age < RecomposeWait || (kept.Version == Interlocked.Read(ref _version) && age < kept.Answer.FreshFor);
    }

    private sealed record Kept(Answer Answer, long Version, long At);
}
