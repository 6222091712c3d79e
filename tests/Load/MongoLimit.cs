using System.Buffers.Text;
using System.Diagnostics;
using System.Text.Json;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Distribution.Load;

/// <summary>
/// A run on a MongoDB server: the child is told of it, and its databases are dropped at the end. The limit is what nothing
/// that stores every dose id there can beat with one connection: the same bytes parsed, and their 16-byte keys inserted
/// with as many to an insertMany as a submission has, acknowledged like the store's commits.
/// </summary>
internal sealed class MongoLimit : IAsyncDisposable
{
    private readonly MongoUrl _url;
    private readonly MongoClient _client;

    public MongoLimit(string connection)
    {
        _url = new MongoUrl(connection);
        _client = new MongoClient(_url);
        Environment.SetEnvironmentVariable("Storage__Provider", "MongoDb");
        Environment.SetEnvironmentVariable("ConnectionStrings__MongoDb", connection);
    }

    /// <summary>Doses a second, making the bodies left out.</summary>
    public async Task<double> Run(IWork work, CancellationToken cancel)
    {
        var keys = _client.GetDatabase($"{_url.DatabaseName}-limit").GetCollection<BsonDocument>("keys")
            .WithWriteConcern(WriteConcern.WMajority.With(journal: true));
        var bodies = work.Bodies(0);
        Console.WriteLine("limit: keys into a bare collection, those of a submission in one insertMany");
        long ticks = 0, inserted = 0;
        while (bodies.Next() is { } submission)
        {
            cancel.ThrowIfCancellationRequested();
            var body = submission.Body;
            var started = Stopwatch.GetTimestamp();
            var rows = Keys(body.Span);
            await keys.InsertManyAsync(rows, new InsertManyOptions { IsOrdered = false }, cancel);
            ticks += Stopwatch.GetTimestamp() - started;
            inserted += rows.Count;
        }

        return inserted / ((double)ticks / Stopwatch.Frequency);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in (await (await _client.ListDatabaseNamesAsync()).ToListAsync())
            .Where(name => name.StartsWith($"{_url.DatabaseName}-", StringComparison.Ordinal)))
            await _client.DropDatabaseAsync(name);
        _client.Dispose();
    }

    private static List<BsonDocument> Keys(ReadOnlySpan<byte> body)
    {
        var rows = new List<BsonDocument>();
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("doseId"u8)) continue;
            reader.Read();
            if (!Utf8Parser.TryParse(reader.ValueSpan, out Guid id, out _, 'D')) throw new LoadFailure("a dose id is no UUID");
            rows.Add(new BsonDocument("_id", new BsonBinaryData(id.ToByteArray(bigEndian: true))));
        }

        return rows;
    }
}
