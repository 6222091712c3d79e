using Distribution.Tests.Support;

namespace Distribution.Broker.Tests;

/// <summary>Clients at work during one fault.</summary>
internal sealed class Load : IDisposable
{
    private const int Clients = 4;
    private const int NdjsonLinesMax = 1_500;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan AnswersLimit = TimeSpan.FromMinutes(2);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _answers = new(0);
    private readonly IReadOnlyList<Task<Acknowledged>> _clients;

    private Load(ApiClient api, string name, Random random) => _clients =
        [.. Enumerable.Range(0, Clients).Select(number =>
            new FaultClient(
                api, $"{name}-{number}", FaultWorld.Clinics[number % FaultWorld.Clinics.Count], random.Next(), Pace, NdjsonLinesMax,
                wastes: false, () => _answers.Release()).Run(_stop.Token))];

    public static Load Start(ApiClient api, string name, Random random) => new(api, name, random);

    /// <summary>Waits for requests that are acknowledged from now on.</summary>
    public async Task Answers(int count)
    {
        while (await _answers.WaitAsync(0)) { }
        for (; count > 0; count--)
        {
            if (!await _answers.WaitAsync(AnswersLimit))
                throw new TimeoutException($"No request was acknowledged for {AnswersLimit.TotalMinutes} minutes.");
        }
    }

    /// <summary>Waits for a task, unless a client fails before it has ended: then its failure comes at once.</summary>
    public async Task Watch(Task task)
    {
        var failing = _clients.Select(client => client.ContinueWith(
            failed => failed.Exception!.GetBaseException(), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default));
        var first = await Task.WhenAny([task, .. failing]);
        if (first is Task<Exception> { IsCompletedSuccessfully: true } failure)
            throw new InvalidOperationException("A client failed: " + failure.Result.Message, failure.Result);
        await task;
    }

    /// <summary>Stops the clients when each has got its answer.</summary>
    public async Task<Acknowledged> Stop()
    {
        await _stop.CancelAsync();
        var all = await Task.WhenAll(_clients);
        return all.Aggregate((a, b) => a + b);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _answers.Dispose();
    }
}
