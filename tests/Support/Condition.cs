namespace Distribution.Tests.Support;

/// <summary>Waits for what is to become so, and says what did not.</summary>
public static class Condition
{
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(50);

    /// <param name="what">What is to be so.</param>
    /// <param name="within">By when. Generous: it is only waited for in full where something is wrong.</param>
    /// <param name="inTheWay">Null when it is so, else what is seen instead.</param>
    /// <exception cref="TimeoutException">It has not become so.</exception>
    public static async Task Until(string what, TimeSpan within, Func<Task<string?>> inTheWay)
    {
        for (var until = DateTime.UtcNow + within; await inTheWay() is { } seen; await Task.Delay(PollWait))
            if (DateTime.UtcNow > until) throw new TimeoutException($"Not within {within.TotalSeconds:0} s: {what}. Instead: {seen}");
    }
}
