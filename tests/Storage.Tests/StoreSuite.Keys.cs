using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;

namespace Distribution.Storage.Tests;

public abstract partial class StoreSuite
{
    [Fact]
    public async Task Keys_are_listed_by_label_page_by_page()
    {
        await Commit("a", tx => tx.InsertOnce(
            "keys", [Key("1", "a", "north"), Key("2", "b", "south"), Key("3", "c", "north"), Key("4", "d")], (_, _) =>
                Assert.Fail("all are new")));
        await Commit("b", tx => tx.InsertOnce("keys", [Key("3", "x", "south"), Key("5", "e", "north")], (_, _) => { }));
        await Commit("c", tx => tx.InsertOnce("other", [Key("6", "f", "north")], (_, _) => { }));

        Assert.Equal([("1", "a"), ("3", "c"), ("5", "e")], await Labelled("north", limit: 2));
        Assert.Equal([("2", "b")], await Labelled("south", limit: 2));
        Assert.Empty(await Labelled("west", limit: 2));
    }

    [Fact]
    public async Task A_replaced_key_keeps_its_label_unless_it_gets_a_new_one()
    {
        await Commit("a", tx => tx.InsertOnce("keys", [Key("1", "a", "north"), Key("2", "b", "north")], (_, _) => { }));
        await Commit("b", tx => tx.ReplaceKey("keys", Key("1", "new")));
        await Commit("c", tx => tx.ReplaceKey("keys", Key("2", "moved", "south")));

        Assert.Equal([("1", "new")], await Labelled("north", limit: 10));
        Assert.Equal([("2", "moved")], await Labelled("south", limit: 10));
        Assert.Equal("moved", Text((await _store.FindKey("keys", Bytes("2"), Cancel))!.Value));
        Assert.Equal([(0, "moved")], await InsertKeys("d", Key("2", "again", "north")));
    }

    [Fact]
    public async Task A_key_whose_label_goes_away_and_comes_back_is_listed_once()
    {
        await Commit("a", tx => tx.InsertOnce("keys", [Key("1", "a", "north"), Key("2", "b", "north")], (_, _) => { }));
        await Commit("b", tx => tx.ReplaceKey("keys", Key("1", "same", "north")));
        Assert.Equal([("1", "same"), ("2", "b")], (await Labelled("north", limit: 1)).Order());
        await Commit("c", tx => tx.ReplaceKey("keys", Key("1", "away", "south")));
        await Commit("d", tx => tx.ReplaceKey("keys", Key("1", "back", "north")));
        await Commit("e", tx => tx.ReplaceKey("keys", Key("1", "last")));
        Assert.Equal([("1", "last"), ("2", "b")], (await Labelled("north", limit: 1)).Order());
        Assert.Empty(await Labelled("south", limit: 1));
    }

    [Fact]
    public async Task A_discarded_change_takes_its_keys_and_replacements_back()
    {
        await Commit("a", tx => tx.InsertOnce("keys", [Key("1", "a", "north"), Key("2", "b", "north")], (_, _) => { }));
        await _store.Commit("b", async tx =>
        {
            await tx.InsertOnce("keys", [Key("1", "x", "south"), Key("3", "c", "north")], (_, _) => { });
            await tx.ReplaceKey("keys", Key("1", "y", "south"));
            await tx.ReplaceKey("keys", Key("3", "z"));
            Assert.Equal("y", Text((await tx.FindKey("keys", Bytes("1")))!.Value));
            Assert.Equal("z", Text((await tx.FindKey("keys", Bytes("3")))!.Value));
            return Decision.Refuse(Refusal.Conflict("no"));
        }, Cancel);

        Assert.Equal([("1", "a"), ("2", "b")], await Labelled("north", limit: 10));
        Assert.Empty(await Labelled("south", limit: 10));
        Assert.Null(await _store.FindKey("keys", Bytes("3"), Cancel));
        await Commit("c", tx => tx.InsertOnce("keys", [Key("3", "c")], (_, _) => Assert.Fail("the key is free")));
    }

    private async Task<List<(string Key, string Value)>> Labelled(string label, int limit)
    {
        var all = new List<(string, string)>();
        for (string? after = null; ;)
        {
            var page = await _store.KeysLabelled("keys", label, after, limit, Cancel);
            Assert.InRange(page.Keys.Count, 0, limit);
            all.AddRange(page.Keys.Select(key => (Text(key.Key), Text(key.Value))));
            if (page.Next is null) return all;
            after = page.Next;
        }
    }

    private static InsertOnceKey Key(string key, string value, string? label) => new(Bytes(key), Bytes(value), label);
}
