using Distribution.Platform.Identity;

namespace Distribution.Platform.Tests;

/// <summary>What a gateway tells of the use of keys: each key once a minute, however often it is used.</summary>
public sealed class AccessUsesTests
{
    private readonly Clock _clock = new();

    [Fact]
    public async Task A_key_is_told_when_it_is_used_and_again_after_a_minute()
    {
        var uses = new AccessUses(_clock);
        var list = new AccessList(_clock, uses);
        var (tablet, session) = (AccessKey.New("tablet"), AccessKey.New("s1"));
        list.Take(new AccessKeys(1, [Known("tablet", tablet), Known("s1", session, of: "screen")]));
        Assert.Null(uses.Untold());
        Assert.Null(await list.Find(AccessKey.New("tablet"), TestContext.Current.CancellationToken));
        Assert.Null(uses.Untold());

        await Use(tablet);
        await Use(tablet);
        Assert.Equal(["tablet"], uses.Untold()!.KeyIds);
        // Where it could not be told it is told later.
        Assert.Equal(["tablet"], uses.Untold()!.KeyIds);
        uses.Told(uses.Untold()!);
        await Use(tablet);
        Assert.Null(uses.Untold());

        // That of a session is one of the key that it was begun with.
        await Use(session);
        Assert.Equal(["screen"], uses.Untold()!.KeyIds);
        uses.Told(uses.Untold()!);
        _clock.Now += TimeSpan.FromMinutes(1);
        Assert.Null(uses.Untold());
        await Use(tablet);
        Assert.Equal(["tablet"], uses.Untold()!.KeyIds);

        async Task Use(string key) => Assert.NotNull(await list.Find(key, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Many_are_told_in_parts_and_keys_apart_from_shares()
    {
        var uses = new AccessUses(_clock);
        var keys = Enumerable.Range(0, AccessUses.TellMax + 1).Select(number => $"k{number}").ToList();
        keys.ForEach(uses.NoteKey);
        uses.NoteShare("k0");
        var first = uses.Untold()!;
        Assert.Equal((AccessUses.TellMax, 1), (first.KeyIds.Count, first.ShareIds.Count));
        uses.Told(first);
        var second = uses.Untold()!;
        Assert.Empty(second.ShareIds);
        Assert.Equal(keys.Order(), first.KeyIds.Concat(second.KeyIds).Order());
        uses.Told(second);
        Assert.Null(uses.Untold());
    }

    private KnownKey Known(string keyId, string key, string? of = null) => new(
        keyId, AccessKey.HashOf(key), ["stock.read"], null, _clock.Now, _clock.Now.AddDays(1), of);

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.UtcTicks;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
