using System.Runtime.InteropServices;
using Distribution.Platform.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Distribution.Storage.MongoDb;

/// <summary>
/// How counters lie in rows. Those whose keys share their first part share a row, so that what a submission adds to many
/// of them is a few writes. A row is of one instance's slot: what instances add to the same counter meets only when it is read.
/// </summary>
internal static class MongoCounters
{
    private const string Sums = "c";

    // A name in a row is never empty, begins with no dollar and holds no dot: all of these mean something to the server.
    private const char NameStart = '_';
    private const char Dot = '.';
    private const char DotInName = '\u0002';

    /// <summary>What brings the rows up to date, in one order everywhere.</summary>
    public static List<WriteModel<BsonDocument>> ToAdd(
        IEnumerable<KeyValuePair<(string Family, string Partition, string Key), long>> sums, int slot) =>
        ToWrite(sums, slot, "$inc");

    /// <summary>What sets counters to sums, whatever is there.</summary>
    public static List<WriteModel<BsonDocument>> ToSet(
        IEnumerable<KeyValuePair<(string Family, string Partition, string Key), long>> sums, int slot) =>
        ToWrite(sums, slot, "$set");

    /// <summary>The rows that hold the counters of a partition from one key until another, and perhaps more.</summary>
    public static FilterDefinition<BsonDocument> Range(string family, string partition, string? from, string? until)
    {
        var prefix = MongoIds.Prefix(family, partition);
        return Builders<BsonDocument>.Filter.Gte("_id", from is null ? prefix : prefix + FirstPart(from))
            & Builders<BsonDocument>.Filter.Lt("_id", until is null ? MongoIds.After(prefix) : prefix + until);
    }

    /// <summary>The counters in a row: family, partition, key and sum.</summary>
    public static IEnumerable<(string Family, string Partition, string Key, long Sum)> Read(BsonDocument row)
    {
        var parts = MongoIds.Split(row["_id"].AsString);
        foreach (var sum in row[Sums].AsBsonDocument)
            yield return (parts[0], parts[1], parts[2] + sum.Name[1..].Replace(DotInName, Dot), sum.Value.ToInt64());
    }

    /// <summary>The counters of a partition's rows from one key until another, in order, each with the sum over all slots.</summary>
    public static List<Counter> Merge(IEnumerable<BsonDocument> rows, string? from, string? until)
    {
        var merged = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (_, _, key, sum) in rows.SelectMany(Read))
        {
            if (from is not null && string.CompareOrdinal(key, from) < 0) continue;
            if (until is not null && string.CompareOrdinal(key, until) >= 0) continue;
            merged[key] = checked(merged.GetValueOrDefault(key) + sum);
        }

        return [.. merged.Select(counter => new Counter(counter.Key, counter.Value))];
    }

    private static List<WriteModel<BsonDocument>> ToWrite(
        IEnumerable<KeyValuePair<(string Family, string Partition, string Key), long>> sums, int slot, string how)
    {
        var rows = new Dictionary<string, BsonDocument>();
        foreach (var ((family, partition, key), sum) in sums)
        {
            var first = FirstPart(key);
            var id = MongoIds.WithSlot(MongoIds.Join(family, partition, first), slot);
            ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(rows, id, out _);
            (row ??= []).Add(NameOf(key, first.Length), sum);
        }

        return [.. rows.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => new UpdateOneModel<BsonDocument>(
            Builders<BsonDocument>.Filter.Eq("_id", row.Key), new BsonDocument(how, row.Value)) { IsUpsert = true })];
    }

    private static string FirstPart(string key) => key.IndexOf(Counter.PartSeparator) is >= 0 and var end ? key[..end] : key;

    private static string NameOf(string key, int firstLength)
    {
        if (key.AsSpan().IndexOfAnyInRange('\0', (char)(Counter.PartSeparator - 1)) >= 0)
            throw new ArgumentException("a counter's key may not hold characters below U+001F", nameof(key));
        return $"{Sums}.{NameStart}{key[firstLength..].Replace(Dot, DotInName)}";
    }
}
