using System.Globalization;
using Distribution.Platform.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Distribution.Storage.MongoDb;

/// <summary>
/// Which keys have a label: for each label in a group of changes one list, instead of an index entry for each key. A key
/// that got a label later, the same or another, is in one more list, and names the one that counts.
/// </summary>
internal static class MongoLabels
{
    private const int ListsAtOnce = 100;

    // A document has 16 MB at most.
    private const int ListKeysMax = 10_000;

    /// <summary>The lists of keys, by label and space.</summary>
    public static List<BsonDocument> Lists(IEnumerable<(string Label, byte[] Id)> keys) =>
        [.. keys.GroupBy(key => (MongoIds.SplitKey(key.Id).Space, key.Label)).SelectMany(
            label => label.Chunk(ListKeysMax), (label, list) => new BsonDocument
        {
            // Lists of one label are in the order of time, as near as the clocks of the instances are.
            { "_id", MongoIds.Label(label.Key.Space, label.Key.Label) + Guid.CreateVersion7().ToString("N") },
            { "k", new BsonArray(list.Select(key => MongoIds.Binary(key.Id))) },
        })];

    /// <summary>The lists of moved keys; a list of the same keys has the same id.</summary>
    public static List<ReplaceOneModel<BsonDocument>> Moved(IReadOnlyList<StoredRow> keys) =>
        [.. keys.Where(key => key.Texts[0] is not null).GroupBy(key => (Space: key.Address[0], Label: key.Texts[0]!)).Select(list =>
        {
            var id = MongoIds.Label(list.Key.Space, list.Key.Label) + list.First().Address[1].ToLowerInvariant();
            var members = new BsonArray(
                list.Select(key => MongoIds.Binary(MongoIds.Key(key.Address[0], Convert.FromHexString(key.Address[1])))));
            return new ReplaceOneModel<BsonDocument>(
                Builders<BsonDocument>.Filter.Eq("_id", id), new BsonDocument { { "_id", id }, { "k", members } }) { IsUpsert = true };
        })];

    /// <summary>A page of the keys of a label; its end is named by list and place.</summary>
    /// <exception cref="FormatException"><paramref name="after"/> is not the end of any page.</exception>
    public static async Task<LabelledKeys> Read(
        MongoDatabase database, string space, string label, string? after, int limit, CancellationToken cancel)
    {
        var prefix = MongoIds.Label(space, label);
        var (list, place) = after is null ? ("", 0) : Split(after);
        var keys = new List<InsertOnceKey>();
        while (true)
        {
            var range = Builders<BsonDocument>.Filter.Gte("_id", prefix + list) & Builders<BsonDocument>.Filter.Lt(
                "_id", MongoIds.After(prefix));
            var lists = await database.Labels.Find(range, MongoReads.InOneAnswer).Sort(Builders<BsonDocument>.Sort.Ascending("_id"))
                .Limit(ListsAtOnce).ToListAsync(cancel);
            foreach (var found in lists)
            {
                var name = found["_id"].AsString[prefix.Length..];
                var members = found["k"].AsBsonArray;
                var from = name == list ? place : 0;
                foreach (var places in Enumerable.Range(from, Math.Max(0, members.Count - from)).Chunk(limit + 1))
                {
                    foreach (var (index, key) in await Labelled(
                        database, label, found["_id"], Array.ConvertAll(places, at => members[at]), cancel))
                    {
                        if (keys.Count == limit) return new LabelledKeys(keys, Join(name, places[index]));
                        keys.Add(key);
                    }
                }
            }

            if (lists.Count < ListsAtOnce) return new LabelledKeys(keys, null);
            (list, place) = (lists[^1]["_id"].AsString[prefix.Length..] + "0", 0);
        }
    }

    private static async Task<List<(int Index, InsertOnceKey Key)>> Labelled(
        MongoDatabase database, string label, BsonValue list, BsonValue[] ids, CancellationToken cancel)
    {
        var rows = await database.Keys.Find(Builders<BsonDocument>.Filter.In("_id", ids), MongoReads.InOneAnswer).ToListAsync(cancel);
        var byId = rows.ToDictionary(row => row["_id"]);
        var keys = new List<(int, InsertOnceKey)>();
        for (var index = 0; index < ids.Length; index++)
        {
            if (!byId.TryGetValue(ids[index], out var row) || (row.TryGetValue("m", out var counts) && counts != list)) continue;
            keys.Add((index, new InsertOnceKey(MongoIds.SplitKey(row["_id"].AsByteArray).Key, row["v"].AsByteArray, label)));
        }

        return keys;
    }

    private static string Join(string list, int place) => string.Create(CultureInfo.InvariantCulture, $"{list}.{place}");

    private static (string List, int Place) Split(string after) =>
        after.Split('.') is [var list, var place] && int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (list, number)
            : throw new FormatException($"'{after}' is not the end of a page");
}
