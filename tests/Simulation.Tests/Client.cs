using System.Text.Json;
using Distribution.Platform.Storage;

namespace Distribution.Simulation.Tests;

/// <summary>A request that its sender repeats until it is answered.</summary>
/// <param name="What">A short name for the story of the run.</param>
/// <param name="Method">The method.</param>
/// <param name="Path">The path below the API's base; one that begins with a slash is a standard's own.</param>
/// <param name="Body">The body, or null.</param>
/// <param name="Learn">Told the answer once. The flag says that an earlier try went unanswered, and may have been kept.</param>
internal sealed record Ask(string What, HttpMethod Method, string Path, string? Body, Action<Answer, bool> Learn)
{
    public string MediaType { get; init; } = "application/json";

    /// <summary>Whether the same request again gets the first answer.</summary>
    public bool Keyed { get; init; } = true;

    /// <summary>Whether a refusal is only for now: the sender tries again until it is accepted.</summary>
    public bool UntilAccepted { get; init; }

    /// <summary>A part of a refusal by which the sender learns that it comes too late, and gives up.</summary>
    public string? TooLate { get; init; }

    public int Tries { get; set; }

    /// <summary>Whether a refusal is for good.</summary>
    public bool IsTooLate(Answer answer) => TooLate is not null && answer.ToString().Contains(TooLate, StringComparison.Ordinal);

    public static Ask Post(string what, string path, object body, Action<Answer, bool> learn) =>
        new(what, HttpMethod.Post, path, Json(body), learn);

    public static Ask Put(string what, string path, object body, Action<Answer, bool> learn) =>
        new(what, HttpMethod.Put, path, Json(body), learn) { Keyed = false };

    public static string Json(object body) => JsonSerializer.Serialize(body, StoreJson.Options);
}

/// <summary>Sends requests, keeps those that were not answered for later, and now and then repeats one that was.</summary>
internal sealed class Client(SimulatedSystem system, Random random, Story story)
{
    private readonly Lock _gate = new();
    private readonly List<Ask> _unanswered = [];
    private readonly List<(Ask Ask, Answer First)> _answered = [];
    private readonly Queue<Ask> _refused = [];

    public bool HasUnanswered
    {
        get
        {
            lock (_gate) return _unanswered.Count > 0;
        }
    }

    public bool HasRefused
    {
        get
        {
            lock (_gate) return _refused.Count > 0;
        }
    }

    public async Task Do(Ask ask)
    {
        ask.Tries++;
        var answer = await system.Send(ask.Method, ask.Path, ask.Body, ask.MediaType);
        story.Tell($"{ask.What} → {(answer is null ? "no answer" : answer.Accepted ? answer.Code.ToString() : answer.ToString())}");
        lock (_gate)
        {
            if (answer is null)
            {
                _unanswered.Add(ask);
                return;
            }

            ask.Learn(answer, ask.Tries > 1);
            if (answer.Accepted) story.Count(ask.What.Split(' ')[0]);
            if (ask.UntilAccepted && !answer.Accepted && !ask.IsTooLate(answer)) _refused.Enqueue(ask);
            if (ask.Keyed && answer.Accepted) _answered.Add((ask, answer));
        }
    }

    /// <summary>Tries one unanswered request again.</summary>
    public async Task Retry()
    {
        Ask? ask = null;
        lock (_gate)
        {
            if (_unanswered.Count > 0)
            {
                var at = random.Next(_unanswered.Count);
                ask = _unanswered[at];
                _unanswered.RemoveAt(at);
            }
        }

        if (ask is not null) await Do(ask);
    }

    /// <summary>Tries again the request that has waited longest since it was refused for now.</summary>
    public async Task RetryRefused()
    {
        Ask? ask;
        lock (_gate)
        {
            if (!_refused.TryDequeue(out ask)) return;
        }

        await Do(ask);
    }

    /// <summary>Sends an accepted request once more: it must get the first answer.</summary>
    public async Task Repeat()
    {
        (Ask Ask, Answer First) old;
        lock (_gate)
        {
            if (_answered.Count == 0) return;
            old = _answered[random.Next(_answered.Count)];
        }

        var again = await system.Send(old.Ask.Method, old.Ask.Path, old.Ask.Body, old.Ask.MediaType);
        story.Tell($"again {old.Ask.What} → {(again is null ? "no answer" : again.Code.ToString())}");
        if (again is not null && again.AsFirst() != old.First.AsFirst())
            throw new InvalidOperationException($"{old.Ask.What} was answered {old.First}, and when repeated {again}");
    }

    public async Task<Answer?> Get(string path) => await system.Send(HttpMethod.Get, path);
}

/// <summary>What happened in a run, for the message of a failed one.</summary>
internal sealed class Story
{
    private readonly List<string> _lines = [];
    private readonly Dictionary<string, int> _accepted = [];

    /// <summary>How many requests of each kind were accepted.</summary>
    public IReadOnlyDictionary<string, int> Accepted => _accepted;

    public void Count(string kind) => _accepted[kind] = _accepted.GetValueOrDefault(kind) + 1;

    public void Tell(string line)
    {
        lock (_lines) _lines.Add(line);
    }

    public override string ToString()
    {
        lock (_lines) return string.Join('\n', _lines.Select((line, index) => $"{index + 1,4} {line}"));
    }
}
