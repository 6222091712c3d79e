using System.Text.Json;

namespace Distribution.Demo;

/// <summary>A submission to post: one clinic's as a JSON object, or a district's as lines that name their clinic.</summary>
internal sealed record DemoSubmission(
    string SubmissionId, string? FacilityId, IReadOnlyList<DemoDose>? Doses = null, IReadOnlyList<DemoTally>? Tallies = null)
{
    /// <summary>Posts it.</summary>
    public Task<JsonElement> Post(DemoClient client, CancellationToken cancel) => FacilityId is null
        ? client.PostLines($"administrations?submissionId={SubmissionId}", Doses!, cancel)
        : client.Post("administrations", this, cancel);
}

/// <summary>What the server answered to all submissions, in doses, or in lines where they are not counted.</summary>
internal sealed class DemoTotals
{
    private readonly Lock _gate = new();
    private int _submissions;
    private int _repeats;
    private long _accepted;
    private long _duplicates;
    private long _held;
    private long _conflicts;
    private long _rejected;

    /// <summary>Adds an answer.</summary>
    public void Add(JsonElement answer)
    {
        lock (_gate)
        {
            _submissions++;
            _accepted += answer.GetProperty("accepted").GetInt64();
            _duplicates += answer.GetProperty("duplicates").GetInt64();
            _held += answer.GetProperty("held").GetInt64();
            _conflicts += answer.GetProperty("conflicts").GetArrayLength();
            _rejected += answer.GetProperty("rejected").GetArrayLength();
        }
    }

    /// <summary>Adds the answer to a submission that was posted again, which counts nothing.</summary>
    /// <exception cref="DemoFailure">It is not the first answer.</exception>
    public void AddRepeat(JsonElement first, JsonElement again)
    {
        lock (_gate) _repeats++;
        var isMarked = again.TryGetProperty("repeated", out var repeated) && repeated.ValueKind == JsonValueKind.True;
        if (!isMarked || !first.EnumerateObject().All(
            field => again.TryGetProperty(field.Name, out var same) && same.GetRawText() == field.Value.GetRawText()))
        {
            throw new DemoFailure($"a repeated submission is answered {again}, at first {first}");
        }
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        lock (_gate)
        {
            return $"{_submissions:N0} submissions and {_repeats:N0} repeats: {_accepted:N0} doses accepted, {_duplicates:N0} duplicates, "
                + $"{_held:N0} held, {_conflicts:N0} in conflict, {_rejected:N0} rejected";
        }
    }
}
