using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;

namespace Distribution.Storage.Tests;

public abstract partial class StoreSuite
{
    [Fact]
    public async Task A_request_that_is_sent_again_gets_the_first_answer_and_one_with_other_content_is_refused()
    {
        var first = await Add("r", amount: 5, answer: "first");
        var again = await Add("r", amount: 5, answer: "second");
        var other = await Add("r", amount: 6, answer: "third");

        Assert.Equal((false, "first", null), (first.Repeated, first.Answer?.Name, first.Refusal));
        Assert.Equal((true, "first", null), (again.Repeated, again.Answer?.Name, again.Refusal));
        Assert.Equal((null, 409), (other.Answer, other.Refusal?.Status));
        Assert.Contains("requestId", other.Refusal!.Detail, StringComparison.Ordinal);
        Assert.Equal(5, await Sum("k"));

        ValueTask<Committed<Named>> Add(string request, int amount, string answer) =>
            _store.Commit<Named>(request, new { Amount = amount }, tx =>
        {
            tx.Add("sums", "p", "k", amount);
            return new(new Named(answer));
        }, Cancel);
    }

    [Fact]
    public async Task A_refused_request_leaves_nothing_and_may_be_sent_again_with_other_content()
    {
        var refused = await _store.Commit<Named>("r", new { Amount = 1 }, async tx =>
        {
            await Everything(tx);
            return Refusal.Conflict("not now");
        }, Cancel);
        Assert.Equal("not now", refused.Refusal?.Detail);
        await AssertNothing();
        Assert.Equal("done", (await _store.Commit<Named>("r", new { Amount = 2 }, _ => new(new Named("done")), Cancel)).Answer?.Name);
    }

    [Fact]
    public async Task An_answer_that_was_kept_without_the_content_is_given_to_whoever_asks_again()
    {
        await _store.Commit("r", _ => new(Decision.Accept(StoreJson.Bytes(new Named("of before")))), Cancel);
        var again = await _store.Commit<Named>("r", new { Amount = 2 }, _ => throw new InvalidOperationException("it is a repeat"), Cancel);
        Assert.Equal((true, "of before"), (again.Repeated, again.Answer?.Name));
    }

    [Fact]
    public async Task A_change_of_before_that_came_to_nothing_has_no_answer_to_repeat()
    {
        await _store.Commit("r", _ => new(Decision.Accept()), Cancel);
        var again = await _store.Commit<Named>("r", content: null, _ => throw new InvalidOperationException("it is a repeat"), Cancel);
        Assert.Equal((true, null, null), (again.Repeated, again.Answer, again.Refusal));
    }

    [Fact]
    public async Task A_cause_is_never_empty() =>
        await Assert.ThrowsAsync<ArgumentException>(() => _store.Commit("", _ => new(Decision.Accept()), Cancel).AsTask());

    [Fact]
    public async Task The_answer_given_is_the_answer_kept_also_where_an_earlier_try_turns_out_to_be_committed()
    {
        await using var unsure = new Unsure(_store);
        var tries = 0;
        var made = await unsure.Commit<Named>("r", new { Amount = 1 }, _ => new(new Named($"try {++tries}")), Cancel);
        var again = await _store.Commit<Named>("r", new { Amount = 1 }, _ => new(new Named("late")), Cancel);
        Assert.False(made.Repeated);
        Assert.Equal(made.Answer, again.Answer);
        Assert.NotEqual($"try {tries}", made.Answer!.Name);
    }

    /// <summary>Decides once more after the commit, as a store does that was not told what became of it.</summary>
    private sealed class Unsure(IStore inner) : ServiceStore(inner), IStore
    {
        ValueTask<Committed> IStore.Commit(string? cause, Func<ITransaction, ValueTask<Decision>> decide, CancellationToken cancel) =>
            CommitThenDecide(cause, decide, cancel);

        ValueTask<Committed> IStore.Commit(
            string? cause, IReadOnlyCollection<FullAddress> reads, Func<ITransaction, ValueTask<Decision>> decide,
            CancellationToken cancel) => CommitThenDecide(cause, decide, cancel);

        private async ValueTask<Committed> CommitThenDecide(
            string? cause, Func<ITransaction, ValueTask<Decision>> decide, CancellationToken cancel)
        {
            var committed = await Commit(cause, decide, cancel);
            await Commit($"{cause} again", async tx =>
            {
                await decide(tx);
                return Decision.Refuse(Refusal.Conflict("it is committed already"));
            }, cancel);
            return committed;
        }
    }

    [Fact]
    public async Task Changes_without_a_cause_take_effect_each_time_and_leave_nothing_where_they_are_refused()
    {
        var sums = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => _store.Change<int>(async tx =>
        {
            tx.Add("sums", "p", "k", 1);
            await Publish(tx, $"F{i}", null);
            return i;
        }, Cancel).AsTask()));
        Assert.Equal(Enumerable.Range(0, 20), sums.Select(sum => sum.Answer));
        Assert.Equal(20, await Sum("k"));
        Assert.Equal(20, (await _store.Outbox.Unsent(100, Cancel)).Count);

        var refused = await _store.Change<int>(tx =>
        {
            tx.Add("sums", "p", "k", 1);
            return new(Refusal.Conflict("no"));
        }, Cancel);
        Assert.Equal("no", refused.Refusal?.Detail);
        Assert.Equal(20, await Sum("k"));
    }
}
