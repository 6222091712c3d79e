using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Load.Postgres;

/// <summary>A submission's doses summed up by all that they are counted by, column by column: the event of its row in the outbox.</summary>
internal sealed class WholeSums
{
    private readonly List<string> _facilities = [];
    private readonly List<string> _vaccines = [];
    private readonly List<string> _lots = [];
    private readonly List<string> _doseNumbers = [];
    private readonly List<DateOnly> _days = [];
    private readonly List<string> _ageBands = [];
    private readonly List<string> _sexes = [];
    private readonly List<string> _priorityGroups = [];
    private readonly List<long> _doses = [];

    /// <summary>Sums up.</summary>
    /// <param name="lines">The submission.</param>
    /// <param name="counted">The places of the lines that count, or null for all.</param>
    public static WholeSums Of(PostgresLines lines, HashSet<int>? counted = null)
    {
        var sums = new WholeSums();
        var places = new Dictionary<(string, string, string, string, DateOnly, string, string, string), int>();
        for (var line = 0; line < lines.DoseIds.Count; line++)
        {
            if (counted?.Contains(line) == false) continue;
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, (
                lines.Facilities[line], lines.Vaccines[line], lines.Lots[line], lines.DoseNumbers[line], lines.Days[line],
                lines.AgeBands[line], lines.Sexes[line], lines.PriorityGroups[line]), out var known);
            if (!known)
            {
                place = sums._doses.Count;
                sums.Begin(lines, line);
            }

            sums._doses[place]++;
        }

        return sums;
    }

    /// <summary>Adds the columns as parameters, in the order of the outbox.</summary>
    public void AddTo(NpgsqlCommand command)
    {
        command.Add(NpgsqlDbType.Text, _facilities);
        command.Add(NpgsqlDbType.Text, _vaccines);
        command.Add(NpgsqlDbType.Text, _lots);
        command.Add(NpgsqlDbType.Text, _doseNumbers);
        command.Add(NpgsqlDbType.Date, _days);
        command.Add(NpgsqlDbType.Text, _ageBands);
        command.Add(NpgsqlDbType.Text, _sexes);
        command.Add(NpgsqlDbType.Text, _priorityGroups);
        command.Add(NpgsqlDbType.Bigint, _doses);
    }

    private void Begin(PostgresLines lines, int line)
    {
        _facilities.Add(lines.Facilities[line]);
        _vaccines.Add(lines.Vaccines[line]);
        _lots.Add(lines.Lots[line]);
        _doseNumbers.Add(lines.DoseNumbers[line]);
        _days.Add(lines.Days[line]);
        _ageBands.Add(lines.AgeBands[line]);
        _sexes.Add(lines.Sexes[line]);
        _priorityGroups.Add(lines.PriorityGroups[line]);
        _doses.Add(0);
    }
}
