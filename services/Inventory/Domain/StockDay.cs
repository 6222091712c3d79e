using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Distribution.Inventory.Domain;

/// <summary>
/// What is known to have changed the stock of one lot on a day, as a sum that commutes. Firm changes (receipts, dispatches of a named lot,
/// wastage, adjustments, quarantine) have a time; demand that is known by its day alone (doses given, dispatches that named no lot) has
/// none.
/// </summary>
/// <param name="Time">When on the day (<see cref="FactTime.Minute"/>); null for demand.</param>
/// <param name="Lot">The lot; empty for stock, or demand, without one.</param>
/// <param name="Net">Doses that came, less doses that went.</param>
internal readonly record struct StockRow([property: JsonConverter(typeof(MinuteOfDay))] int? Time, string Lot, long Net)
{
    /// <summary>A firm change.</summary>
    public static StockRow Firm(FactTime at, string lot, long net) => new(at.Minute, lot, net);

    /// <summary>Doses that were given, or sent without naming their lot; below 0 when that is taken back.</summary>
    public static StockRow Demand(string lot, long doses) => new(null, lot, -doses);
}

/// <summary>A line of a physical count.</summary>
/// <param name="CountId">Names the line for ever.</param>
/// <param name="OccurredAt">When it was counted.</param>
/// <param name="Lot">The lot; null when all of the vaccine was counted, whatever its lots.</param>
/// <param name="Doses">Doses counted.</param>
/// <param name="Before">Counted before the day's doses were given; else after them.</param>
/// <param name="SettlesOpen">Of a lot: whether it settles also what reports without a lot number are owed. A count of before there was this
/// rule does not, so that what was booked of it holds.</param>
internal sealed record StockCount(
    string CountId, DateTimeOffset OccurredAt, string? Lot, long Doses, bool Before,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool SettlesOpen = false)
{
    /// <summary>When on its day (<see cref="FactTime.Minute"/>): what happened in that minute is counted.</summary>
    [JsonIgnore]
    public int Time => new FactTime(OccurredAt).Minute;
}

/// <summary>Reads minutes, and times of day in UTC, as which they were stored before there were other clocks.</summary>
internal sealed class MinuteOfDay : JsonConverter<int>
{
    /// <inheritdoc />
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String
            ? (int)TimeOnly.Parse(reader.GetString()!, CultureInfo.InvariantCulture).ToTimeSpan().TotalMinutes
            : reader.GetInt32();

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <summary>All that is known of one day of a card. Never changed.</summary>
/// <param name="Rows">By time and lot, each pair once.</param>
/// <param name="Counts">By time, then id.</param>
internal sealed record StockDay(IReadOnlyList<StockRow> Rows, IReadOnlyList<StockCount> Counts)
{
    /// <summary>A day on which nothing happened.</summary>
    public static StockDay Empty { get; } = new([], []);

    /// <summary>A day of which all is known at once.</summary>
    public static StockDay Of(IReadOnlyList<StockRow> rows, IEnumerable<StockCount> counts) => new(rows, InOrder(counts));

    /// <summary>Whether nothing happened.</summary>
    [JsonIgnore]
    public bool IsEmpty => Rows.Count + Counts.Count == 0;

    /// <summary>The day with more doses of rows.</summary>
    public StockDay With(params IEnumerable<StockRow> more)
    {
        var rows = new Dictionary<(int?, string), StockRow>(Rows.Count + 1);
        foreach (var row in Rows) rows[(row.Time, row.Lot)] = row;
        foreach (var row in more) rows[(row.Time, row.Lot)] = row with { Net = row.Net + rows.GetValueOrDefault((row.Time, row.Lot)).Net };
        return this with { Rows = [.. rows.Values.Where(row => row.Net != 0)] };
    }

    /// <summary>The day with a line of a count.</summary>
    public StockDay With(StockCount count) => this with { Counts = InOrder(Counts.Append(count)) };

    /// <summary>The day without a line of a count.</summary>
    public StockDay Without(string countId) => this with { Counts = [.. Counts.Where(known => known.CountId != countId)] };

    private static List<StockCount> InOrder(IEnumerable<StockCount> counts) =>
        [.. counts.OrderBy(count => count.Time).ThenBy(count => count.CountId, StringComparer.Ordinal)];
}
