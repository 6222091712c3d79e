using System.Globalization;
using Distribution.Platform.Refusals;
using Distribution.Shipment.Epcis.Wire;

namespace Distribution.Shipment.Epcis.Kept;

/// <summary>Which events are asked for. A parameter may be given several times, or with several values between bars or commas: any of
/// them.</summary>
internal sealed class EventQuery
{
    /// <summary>Events of a page where nothing is said, and at most.</summary>
    private const int PageDefault = 30, PageMax = 1_000;

    private const int ValuesMax = 1_000;

    private static readonly char[] Separators = ['|', ','];

    private static readonly Dictionary<string, Func<EventQuery, IReadOnlyList<string>, string?>> Known = new(StringComparer.Ordinal)
    {
        ["eventType"] = (query, values) => query.Add(values, value =>
            EventRules.TypeNames.Contains(value) || Uris.Is(value) ? null : $"must be {string.Join(", ", EventRules.TypeNames)}",
            (value, index) => index.Type == value),
        ["EQ_eventID"] = (query, values) => query.SetIds(values),
        ["GE_eventTime"] = (query, values) => query.AddTime(values, (time, index) => index.Time >= time),
        ["LT_eventTime"] = (query, values) => query.AddTime(values, (time, index) => index.Time < time),
        ["GE_recordTime"] = (query, values) => SetTime(values, time => query.RecordedFrom = time),
        ["LT_recordTime"] = (query, values) => SetTime(values, time => query.RecordedBefore = time),
        ["EQ_action"] = (query, values) => query.Add(values, value =>
            value is "ADD" or "OBSERVE" or "DELETE" ? null : "must be ADD, OBSERVE or DELETE", (value, index) => index.Action == value),
        ["EQ_bizStep"] = (query, values) => query.AddWords(values, Vocabulary.BizSteps, index => index.BizStep),
        ["EQ_disposition"] = (query, values) => query.AddWords(values, Vocabulary.Dispositions, index => index.Disposition),
        ["EQ_bizLocation"] = (query, values) => query.AddKeys(values, index => [index.BizLocation]),
        ["EQ_readPoint"] = (query, values) => query.AddKeys(values, index => [index.ReadPoint]),
        ["EQ_bizTransaction_desadv"] = (query, values) => query.AddKeys(values, index => index.Deliveries),
        ["MATCH_epc"] = (query, values) => query.AddKeys(values, index => index.Epcs),
        ["MATCH_anyEPC"] = (query, values) => query.AddKeys(values, index => index.Epcs.Concat(index.OtherEpcs)),
        ["MATCH_epcClass"] = (query, values) => query.AddKeys(values, index => index.Classes),
        ["perPage"] = (query, values) => query.SetPage(values),
        ["nextPageToken"] = (query, values) => query.SetAfter(values),
    };

    private readonly List<Func<EventIndex, bool>> _conditions = [];

    /// <summary>The parameters that there are.</summary>
    public static IReadOnlyCollection<string> ParameterNames => Known.Keys;

    /// <summary>Ids of events, in normal form; null for all.</summary>
    public IReadOnlyList<string>? Ids { get; private set; }

    /// <summary>From when on they were recorded, or null.</summary>
    public DateTimeOffset? RecordedFrom { get; private set; }

    /// <summary>Before when they were recorded, or null.</summary>
    public DateTimeOffset? RecordedBefore { get; private set; }

    /// <summary>Events of a page.</summary>
    public int PerPage { get; private set; } = PageDefault;

    /// <summary>The key of the last event of the page before, or null.</summary>
    public string? After { get; private set; }

    /// <summary>Reads the parameters, or says what is wrong with them.</summary>
    public static (EventQuery Query, Refusal? Refusal) Read(IEnumerable<KeyValuePair<string, string?[]>> parameters)
    {
        var query = new EventQuery();
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var (name, given) in parameters)
        {
            var problem = Known.TryGetValue(name, out var take) ? take(query, Values(name, given))
                : $"is not supported: take of {string.Join(", ", Known.Keys)}";
            if (problem is not null) errors[name] = [problem];
        }

        return (query, errors.Count == 0 ? null : new Refusal(400, "Query parameter",
            string.Join("; ", errors.Select(error => $"{error.Key}: {error.Value[0]}")), errors, Kind: "QueryParameter"));
    }

    /// <summary>Whether an event is asked for.</summary>
    public bool Takes(StoredEvent stored) => !(stored.RecordedAt < RecordedFrom) && !(stored.RecordedAt >= RecordedBefore)
        && _conditions.TrueForAll(condition => condition(stored.Index));

    private static string[] Values(string name, string?[] given) => name is "EQ_eventID" or "nextPageToken"
        ? [.. given.OfType<string>().SelectMany(text => text.Split('|'))]
        : [.. given.OfType<string>().SelectMany(text => text.Split(Separators, StringSplitOptions.RemoveEmptyEntries))];

    private string? Add(IReadOnlyList<string> values, Func<string, string?> check, Func<string, EventIndex, bool> holds)
    {
        if (values.Count is 0 or > ValuesMax) return $"must have 1 to {ValuesMax} values";
        if (values.Select(check).FirstOrDefault(wrong => wrong is not null) is { } problem) return problem;
        _conditions.Add(index => values.Any(value => holds(value, index)));
        return null;
    }

    private string? AddWords(IReadOnlyList<string> values, Vocabulary words, Func<EventIndex, string?> field) => Add(
        [.. values.Select(value => words.Normal(Prefixes.OfEpcis.Expand(value)))],
        value => Uris.Is(value) ? null : "is no word of the vocabulary, and no URI", (value, index) => field(index) == value);

    private string? AddKeys(IReadOnlyList<string> values, Func<EventIndex, IEnumerable<string?>> field) => Add(
        values, value => Uris.Is(value) || value.Contains(":idpat:", StringComparison.Ordinal) ? null : "must be a URI",
        (value, index) => field(index).Any(key => key is not null && Gs1Key.Matches(value, key)));

    private string? AddTime(IReadOnlyList<string> values, Func<DateTimeOffset, EventIndex, bool> holds) =>
        SetTime(values, time => _conditions.Add(index => holds(time, index)));

    private static string? SetTime(IReadOnlyList<string> values, Action<DateTimeOffset> set)
    {
        // In a query a plus is a space.
        if (values.Count != 1 || Times.Read(values[0].Replace(' ', '+')) is not { } time)
            return "must be one time with its offset, such as 2026-03-02T23:30:00Z";
        set(time);
        return null;
    }

    private string? SetIds(IReadOnlyList<string> values)
    {
        if (values.Count is 0 or > ValuesMax) return $"must have 1 to {ValuesMax} values";
        Ids = [.. values.Select(value => Gs1Key.Of(value).Normal).Distinct()];
        return null;
    }

    private string? SetPage(IReadOnlyList<string> values)
    {
        if (values.Count != 1 || !int.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number is < 1 or > PageMax) return $"must be 1 to {PageMax}";
        PerPage = number;
        return null;
    }

    private string? SetAfter(IReadOnlyList<string> values)
    {
        if (values.Count != 1 || values[0].Length is < 19 or > 64 || !values[0].All(letter => char.IsAsciiLetterOrDigit(letter)
            || letter == '-')) return "must be that of the page before";
        After = values[0];
        return null;
    }
}
