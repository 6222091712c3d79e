using System.Buffers.Text;
using System.Text;

namespace Distribution.Load.Italy;

/// <summary>Writes the bodies of one client into one buffer, so that a dose costs little more than the copying of its bytes.</summary>
internal sealed class CampaignBody
{
    private const string Path = "/api/v1/administrations";
    private const string DayPlace = "0000-00-00";
    private const int UuidLength = 36;

    private readonly ItalyTable _table;
    private readonly bool _ndjson;
    private readonly bool _timeOrderedIds;
    private readonly int _ages;
    private readonly byte[][] _regions;

    // What follows the id of a dose, by dose number, sex and age band, with the day overwritten in place.
    private readonly byte[][] _tails;
    private readonly int _dayAt;
    private readonly byte[] _before;
    private byte[] _buffer = new byte[128 * 1024];
    private DateOnly _day;

    public CampaignBody(ItalyTable table, LoadOptions options)
    {
        _table = table;
        _ndjson = options.Ndjson;
        _timeOrderedIds = options.TimeOrderedIds;
        _ages = options.Ages ? table.AgeBands.Count : 1;
        _regions = [.. table.Regions.Select(region => Encoding.UTF8.GetBytes(region.Id))];
        _before = "{\"doseId\":\""u8.ToArray();
        const string Start = $"\",\"vaccineId\":\"{ItalyTable.Vaccine}\",\"occurredOn\":\"";
        _dayAt = Start.Length;
        var end = _ndjson ? "}\n" : "},";
        _tails = [..
            from number in ItalyTable.DoseNumbers
            from sex in (string[])["M", "F"]
            from age in Enumerable.Range(0, _ages)
            let band = options.Ages ? $",\"ageBand\":\"{table.AgeBands[age]}\"" : ""
            select Encoding.UTF8.GetBytes($"{Start}{DayPlace}\",\"doseNumber\":\"{number}\",\"sex\":\"{sex}\"{band}{end}")];
    }

    /// <summary>Writes one submission; its bytes are valid until the next.</summary>
    /// <param name="part">Its doses.</param>
    /// <param name="otherSubmission">Whether it is another submission with the same doses.</param>
    public (string Path, ReadOnlyMemory<byte> Body) Write(Part part, bool otherSubmission)
    {
        var row = _table.Days[part.Row];
        if (row.Day != _day) SetDay(row.Day);
        var submission = DoseIds.OfSubmission(row, part.From + part.Count - 1, otherSubmission, _timeOrderedIds);
        var dealing = new Dealing(row, _table.Populations[row.Region]);
        var region = _regions[row.Region];
        // No line of ours is longer: two ids of places, a UUID, and what follows it.
        var most = (part.Count + 1) * (_tails[0].Length + 128);
        if (_buffer.Length < most) _buffer = new byte[most];
        var at = 0;
        if (!_ndjson)
        {
            Append("{\"submissionId\":\""u8, ref at);
            Utf8Formatter.TryFormat(submission, _buffer.AsSpan(at), out var written);
            at += written;
            Append("\",\"facilityId\":\""u8, ref at);
            Append(region, ref at);
            Append("\",\"doses\":["u8, ref at);
        }

        for (var dose = part.From; dose < part.From + part.Count; dose++)
        {
            if (_ndjson)
            {
                Append("{\"facilityId\":\""u8, ref at);
                Append(region, ref at);
                Append("\",\"doseId\":\""u8, ref at);
            }
            else Append(_before, ref at);

            DoseIds.Of(row, dose, _timeOrderedIds).TryFormat(_buffer.AsSpan(at, UuidLength), out _);
            at += UuidLength;
            var tail = dealing.DoseNumber(dose) * 2 + (dealing.ToWoman(dose) ? 1 : 0);
            Append(_tails[_ages == 1 ? tail : tail * _ages + dealing.AgeBand(dose)], ref at);
        }

        if (_ndjson) return ($"{Path}?submissionId={submission}", _buffer.AsMemory(0, at));
        at--;
        Append("]}"u8, ref at);
        return (Path, _buffer.AsMemory(0, at));
    }

    private void SetDay(DateOnly day)
    {
        _day = day;
        foreach (var tail in _tails) day.TryFormat(tail.AsSpan(_dayAt, DayPlace.Length), out _, "O");
    }

    private void Append(ReadOnlySpan<byte> bytes, ref int at)
    {
        bytes.CopyTo(_buffer.AsSpan(at));
        at += bytes.Length;
    }
}
