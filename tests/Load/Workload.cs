using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Distribution.Load;

/// <summary>What is posted: doses of one vaccine in a country's regions, over 500 days in order.</summary>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="DosesPerSubmission">Doses in one submission.</param>
/// <param name="Ndjson">A line for each dose, or one JSON object.</param>
/// <param name="TimeOrderedIds">Dose ids are UUIDv7, or random.</param>
/// <param name="Submissions">How many are expected; the days are spread over them.</param>
internal sealed record Workload(string VaccineId, int DosesPerSubmission, bool Ndjson, bool TimeOrderedIds, long Submissions)
{
    public const int Days = 500;

    /// <summary>The first day, so long ago that the last one is past.</summary>
    public static DateOnly FirstDay { get; } = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-Days - 10);

    /// <summary>The day of a submission.</summary>
    public DateOnly DayOf(long index) => FirstDay.AddDays((int)Math.Min(Days - 1, index * Days / Math.Max(1, Submissions)));
}

/// <summary>A workload's submissions, dealt out until one is not wanted; some are posted twice, at once.</summary>
/// <param name="workload">What is posted.</param>
/// <param name="repeat">The fraction that is posted twice, from 0 to 1.</param>
/// <param name="wanted">Whether the submission of this index is to be posted, asked for the first time as posting begins.</param>
internal sealed class TemplateWork(Workload workload, double repeat, Func<long, bool> wanted) : IWork
{
    private readonly Workload _workload = workload;
    private readonly double _repeat = repeat;
    private readonly Func<long, bool> _wanted = wanted;
    private long _next;

    public int DosesPerSubmission => _workload.DosesPerSubmission;

    public bool Ndjson => _workload.Ndjson;

    public IBodies Bodies(int client) => new Client(this, client);

    private sealed class Client(TemplateWork work, int client) : IBodies
    {
        private readonly BodyMaker _bodies = new(work._workload, client);
        private Submission? _again;

        public Submission? Next()
        {
            if (_again is { } again)
            {
                _again = null;
                return again;
            }

            var index = Interlocked.Increment(ref work._next) - 1;
            return work._wanted(index) ? _bodies.Next(index) : null;
        }

        public void Answered(in Submission submission, byte[] answer)
        {
            if (_bodies.NextFraction() < work._repeat) _again = submission with { Expected = Expected.FirstAnswer, First = answer };
        }

    }
}

/// <summary>
/// Makes the bodies of one client: a few rendered templates whose ids, dates and facility are overwritten in place, so
/// that making a body costs a small part of what the server spends on it.
/// </summary>
internal sealed class BodyMaker
{
    private const int Templates = 4;
    private const string Path = "/api/v1/administrations";
    private const string UuidPlace = "00000000-0000-0000-0000-000000000000";
    private const string DayPlace = "0000-00-00";
    private static readonly string[] AgeBands = ["12-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80-89", "90+"];
    private static readonly string[] DoseNumbers = ["1", "1", "1", "1", "2", "2", "2", "2", "B1", "B1"];

    private readonly Workload _workload;
    private readonly Template[] _templates;
    private ulong _state = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    public BodyMaker(Workload workload, int seed)
    {
        _workload = workload;
        var random = new Random(seed);
        _templates = [.. Enumerable.Range(0, Templates).Select(_ => Render(workload, random))];
    }

    /// <summary>A number from 0 to 1.</summary>
    public double NextFraction() => (Next64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>The submission of this index, with ids that no other has.</summary>
    public Submission Next(long index)
    {
        var template = _templates[index % Templates];
        var bytes = template.Bytes.AsSpan();
        Span<byte> day = stackalloc byte[DayPlace.Length];
        Span<byte> dayBefore = stackalloc byte[DayPlace.Length];
        WriteDay(_workload.DayOf(index), day);
        WriteDay(_workload.DayOf(index).AddDays(-1), dayBefore);
        var facility = Encoding.ASCII.GetBytes(World.Regions[(int)(Next64() % (ulong)World.Regions.Count)]);
        var milliseconds = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        foreach (var at in template.Facilities) facility.CopyTo(bytes[at..]);
        foreach (var at in template.Ids) WriteUuid(_workload.TimeOrderedIds, milliseconds, bytes[at..]);
        for (var dose = 0; dose < template.Days.Length; dose++)
            (dose % 5 == 0 ? dayBefore : day).CopyTo(bytes[template.Days[dose]..]);

        if (template.SubmissionId is not { } place)
            return new Submission(index, $"{Path}?submissionId={Guid.CreateVersion7()}", template.Bytes, _workload.DosesPerSubmission);
        WriteUuid(timeOrdered: true, milliseconds, bytes[place..]);
        return new Submission(index, Path, template.Bytes, _workload.DosesPerSubmission);
    }

    private static Template Render(Workload workload, Random random)
    {
        var text = new StringBuilder();
        var facilities = new List<int>();
        var ids = new List<int>();
        var days = new List<int>();
        int? submissionId = null;
        if (!workload.Ndjson)
        {
            submissionId = Place("{\"submissionId\":\"", UuidPlace);
            facilities.Add(Place("\",\"facilityId\":\"", World.Regions[0]));
            text.Append("\",\"doses\":[");
        }

        for (var dose = 0; dose < workload.DosesPerSubmission; dose++)
        {
            if (workload.Ndjson)
            {
                facilities.Add(Place("{\"facilityId\":\"", World.Regions[0]));
                ids.Add(Place("\",\"doseId\":\"", UuidPlace));
            }
            else ids.Add(Place(dose == 0 ? "{\"doseId\":\"" : ",{\"doseId\":\"", UuidPlace));

            text.Append(CultureInfo.InvariantCulture,
                $"\",\"vaccineId\":\"{workload.VaccineId}\",\"doseNumber\":\"{random.GetItems(DoseNumbers, 1)[0]}");
            days.Add(Place("\",\"occurredOn\":\"", DayPlace));
            text.Append(CultureInfo.InvariantCulture,
                $"\",\"ageBand\":\"{random.GetItems(AgeBands, 1)[0]}\",\"sex\":\"{(random.Next(100) < 52 ? 'F' : 'M')}\"}}");
            if (workload.Ndjson) text.Append('\n');
        }

        if (!workload.Ndjson) text.Append("]}");
        return new Template(Encoding.ASCII.GetBytes(text.ToString()), submissionId, [.. facilities], [.. ids], [.. days]);

        int Place(string before, string placeholder)
        {
            var at = text.Append(before).Length;
            text.Append(placeholder);
            return at;
        }
    }

    private static void WriteDay(DateOnly day, Span<byte> to)
    {
        Utf8Formatter.TryFormat(day.Year, to, out _, new('D', 4));
        Utf8Formatter.TryFormat(day.Month, to[5..], out _, new('D', 2));
        Utf8Formatter.TryFormat(day.Day, to[8..], out _, new('D', 2));
        to[4] = to[7] = (byte)'-';
    }

    // RFC 9562: 48 bits of milliseconds in version 7, otherwise random; 4 bits of version, 2 bits of variant.
    private void WriteUuid(bool timeOrdered, ulong milliseconds, Span<byte> to)
    {
        Span<byte> bytes = stackalloc byte[16];
        var high = timeOrdered ? (milliseconds << 16) | 0x7000 | (Next64() & 0xFFF) : (Next64() & ~0xF000UL) | 0x4000;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, high);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], (Next64() >> 2) | (1UL << 63));
        new Guid(bytes, bigEndian: true).TryFormat(to, out _);
    }

    // SplitMix64 (Steele, Lea, Flood 2014): fast, and good enough for ids that must only differ.
    private ulong Next64()
    {
        var mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    private sealed record Template(byte[] Bytes, int? SubmissionId, int[] Facilities, int[] Ids, int[] Days);
}
