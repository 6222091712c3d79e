namespace Distribution.Load.Italy;

/// <summary>
/// The campaign as submissions; a fraction is posted a second time, up to ten million doses later: every other one of
/// them as it was, and the rest as new submissions of the same doses.
/// </summary>
/// <param name="table">The campaign.</param>
/// <param name="options">The command line.</param>
/// <param name="doses">Where it ends, in doses.</param>
internal sealed class CampaignWork(ItalyTable table, LoadOptions options, long doses) : IWork
{
    private const long RepeatDistanceDoses = 10_000_000;
    private readonly Campaign _campaign = new(table, options.Batch, doses);

    public int DosesPerSubmission => options.Batch;

    public bool Ndjson => options.Ndjson;

    /// <summary>How many doses of each row have been dealt out, from its first on.</summary>
    public IReadOnlyList<int> Dealt => _campaign.Dealt;

    public IBodies Bodies(int client) => new Client(this, table, options);

    private sealed class Client(CampaignWork work, ItalyTable table, LoadOptions options) : IBodies
    {
        private readonly CampaignBody _body = new(table, options);
        private readonly PriorityQueue<(Part Part, bool Same, byte[] First), long> _repeats = new();
        private readonly long _distance = Math.Max(1, RepeatDistanceDoses / options.Batch);
        private Part _part;

        public Submission? Next()
        {
            var part = _repeats.TryPeek(out _, out var due) && due <= _part.Index ? null : work._campaign.Next();
            if (part is { } next)
            {
                _part = next;
                var (path, bytes) = _body.Write(next, otherSubmission: false);
                return new Submission(next.Index, path, bytes, next.Count);
            }

            if (!_repeats.TryDequeue(out var repeat, out _)) return null;
            var (again, body) = _body.Write(repeat.Part, otherSubmission: !repeat.Same);
            return new Submission(
                repeat.Part.Index, again, body, repeat.Part.Count, repeat.Same ? Expected.FirstAnswer : Expected.Duplicates, repeat.First);
        }

        public void Answered(in Submission submission, byte[] answer)
        {
            // The same submissions in every run; their distance differs from one to the next.
            var random = DoseIds.Mix((ulong)submission.Index);
            if ((random >> 11) * (1.0 / (1UL << 53)) >= options.Repeat) return;
            var distance = (long)(DoseIds.Mix(random) % (ulong)_distance);
            _repeats.Enqueue((_part, (random & 1) == 0, answer), submission.Index + distance);
        }
    }
}
