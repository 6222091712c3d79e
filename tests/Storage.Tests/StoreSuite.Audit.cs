using System.Text;
using Distribution.Contracts.Audit.V1;
using Distribution.Platform.Auditing;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;

namespace Distribution.Storage.Tests;

public abstract partial class StoreSuite
{
    private static readonly AuditedRequest Request = new(
        "key:clinic-042", "stock.write", "CountStock", new Dictionary<string, string> { ["lot"] = "L1" }, "192.0.2.7",
        new string('a', 32));

    [Fact]
    public async Task A_change_that_is_made_for_a_request_is_in_the_audit_once_and_no_other_is()
    {
        await Commit("of nobody", tx => Put(tx, "p", "0", "x"));
        Assert.Empty(await Records());

        await For(Request, "mine", tx =>
        {
            tx.Concerns("F1");
            tx.Concerns("F2");
            tx.Concerns("F1");
            return Put(tx, "p", "1", "x");
        });
        await For(Request, "mine", _ => throw new InvalidOperationException("a repeat runs nothing"));
        await Refused();
        await Assert.ThrowsAsync<FormatException>(() => For(Request, "thrown", _ => throw new FormatException()));

        var (number, record) = Assert.Single(await Records());
        Assert.Equal(1, number);
        Assert.Equal(("key:clinic-042", "stock.write", "CountStock", "done", "mine"),
            (record.Caller, record.Right, record.Action, record.Outcome, record.Cause));
        Assert.Equal(["F1", "F2"], record.Places!.Order());
        Assert.Equal("L1", Assert.Single(record.Ids!).Value);
        Assert.Equal(("192.0.2.7", new string('a', 32)), (record.Address, record.TraceId));

        // What changes nothing is told of by itself.
        await _store.Record(Request with { Outcome = AuditRecord.Refused }, Cancel);
        AuditedRequest.Current = null;
        record = (await Records())[1].Record;
        Assert.Equal((AuditRecord.Refused, null, null), (record.Outcome, record.Cause, record.Places));

        async Task Refused()
        {
            AuditedRequest.Current = Request;
            var refused = await _store.Commit("refused", async tx =>
            {
                await Put(tx, "p", "2", "x");
                return Decision.Refuse(Refusal.Conflict("no"));
            }, Cancel);
            Assert.NotNull(refused.Refusal);
        }
    }

    [Fact]
    public async Task The_audit_is_one_chain_over_groups_of_changes_and_starts_of_the_store()
    {
        await Task.WhenAll(Enumerable.Range(0, 700).Select(i => For(Request, $"first {i}", tx => Put(tx, "p", $"{i % 7}", "x"))));
        await _store.DisposeAsync();
        _store = await Open();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => For(Request, $"then {i}", tx => Put(tx, "p", $"{i % 7}", "x"))));

        var records = await Records();
        Assert.Equal(Enumerable.Range(1, 720).Select(number => (long)number), records.Select(record => record.Number));
        Assert.Equal(720, records.Select(record => record.Record.Cause).Distinct().Count());
        var (holds, says) = await Verify();
        Assert.True(holds, string.Join('\n', says));
        Assert.Contains("720 records", Assert.Single(says), StringComparison.Ordinal);

        // From the middle of a page on, and from a moment.
        var reading = new AuditReading(_store);
        await reading.Begin(new Dictionary<string, long> { ["0"] = 655 }, from: null, Cancel);
        Assert.Equal(656, (await reading.Next(Cancel))!.Value.Entry.Number);
        var at = records[705].Record.At;
        reading = new AuditReading(_store);
        await reading.Begin(after: null, at, Cancel);
        var read = 0;
        while (await reading.Next(Cancel) is not null) read++;
        Assert.InRange(read, records.Count(record => record.Record.At >= at), 720);
        Assert.True(read < 720);
    }

    [Theory]
    [InlineData("changed", 7, "record 7 ")]
    [InlineData("removed", 7, "record 7 ")]
    [InlineData("swapped", 7, "record 7 ")]
    [InlineData("put in", 7, "record 8 ")]
    [InlineData("cut off", 12, "record 12 ")]
    [InlineData("cut off with its head", 12, "record 12 ")]
    [InlineData("made anew", 7, "record 20,")]
    public async Task A_record_that_is_not_as_it_was_recorded_is_named(string how, int number, string says)
    {
        for (var i = 1; i <= 20; i++) await For(Request, $"c{i}", tx => Put(tx, "p", "1", "x"));
        var head = (await _store.Chains(Cancel))[0].Head;
        var all = await Entries();
        // Another service has heard of two of them, and keeps the last of an hour.
        foreach (var kept in new[] { all[14], all[19] })
            await KeptHeads.Keep(_store, "another", new HeadReached("this", "0", kept.Number, kept.Hash), Cancel);
        Assert.True((await Verify()).Holds);

        var at = number - 1;
        var changed = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(all[at].Record.Span).Replace("clinic-042", "clinic-043"));
        switch (how)
        {
            case "changed":
                all[at] = all[at] with { Record = changed };
                break;
            case "removed":
                all.RemoveAt(at);
                break;
            case "swapped":
                (all[at], all[at + 1]) = (all[at] with { Record = all[at + 1].Record }, all[at + 1] with { Record = all[at].Record });
                break;
            case "put in":
                all.Insert(at, new AuditHead(at, all[at - 1].Hash).Next(changed));
                break;
            case "cut off":
            case "cut off with its head":
                all.RemoveRange(at, all.Count - at);
                if (how != "cut off") head = AuditHead.At(all[^1]);
                break;
            default:
                // By somebody who can compute hashes.
                var chain = new AuditHead(at, all[at - 1].Hash);
                for (var each = at; each < all.Count; each++)
                {
                    all[each] = chain.Next(each == at ? changed : all[each].Record);
                    chain = AuditHead.At(all[each]);
                }

                head = chain;
                break;
        }

        await Commit("tamper", async tx =>
        {
            foreach (var page in await tx.Scan(StoredAudit.Pages, "0", null, 1000)) await tx.Delete(StoredAudit.Pages, "0", page.Id);
        });
        await Commit("tampered", async tx =>
        {
            await tx.PutValue(StoredAudit.Pages, "0", StoredAudit.IdOf(1), new AuditPage(all));
            await tx.PutValue(StoredAudit.Heads, StoredAudit.AllChains, "0", head);
        });
        var found = await Verify();
        Assert.False(found.Holds);
        Assert.Contains(says, Assert.Single(found.Says), StringComparison.Ordinal);
        // Who cuts the head off too, or makes all anew, is found out by what others keep alone.
        var alone = await new AuditVerification("this", _store).Run([], Cancel);
        Assert.Equal(how is "cut off with its head" or "made anew", alone.Holds);
    }

    // Here the store keeps what another service would.
    private Task<(bool Holds, IReadOnlyList<string> Says)> Verify() => new AuditVerification("this", _store).Run([_store], Cancel);

    private async Task<List<(long Number, AuditRecord Record)>> Records() =>
        (await Entries()).ConvertAll(entry => (entry.Number, StoreJson.Read<AuditRecord>(entry.Record)));

    private async Task<List<AuditEntry>> Entries()
    {
        var pages = await _store.Scan(StoredAudit.Pages, "0", null, 10_000, Cancel);
        return [.. pages.SelectMany(page => page.As<AuditPage>().Entries)];
    }

    private async Task For(AuditedRequest request, string cause, Func<ITransaction, ValueTask> change)
    {
        AuditedRequest.Current = request;
        await Commit(cause, change);
    }
}
